"""Notes every name that is looked up and every address that is called, in each Python started with this on its path.

The interpreter itself tells of them (audit events), whichever library calls. What is not Python is not heard: DuckDB is
locked down instead (`data/engine.py`), and the store asks the one address that it is given.
"""

import os
import sys
from pathlib import Path
from typing import Any

CALLS = Path(os.environ["WATCHED_CALLS"])
WATCHED = {
    "socket.connect": lambda _, address: address,
    "socket.sendto": lambda _, address: address,
    "socket.sendmsg": lambda _, address: address,
    "socket.getaddrinfo": lambda host, *_: (host,),
    "socket.gethostbyname": lambda host: (host,),
    "socket.gethostbyaddr": lambda host: (host,),
    "urllib.Request": lambda url, *_: (url,),
}


def note(line: str) -> None:
    with CALLS.open("a", encoding="utf-8") as calls:
        calls.write(f"{line}\n")


def hear(event: str, told: tuple[Any, ...]) -> None:
    read = WATCHED.get(event)
    if read is not None and (address := read(*told)) is not None:
        host = address if isinstance(address, str | bytes) else address[0]
        note(f"{event} {host.decode(errors='replace') if isinstance(host, bytes) else host}")


sys.addaudithook(hear)
note(f"process {' '.join(sys.orig_argv[1:6])}")
