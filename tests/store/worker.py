"""A replica in a process of its own: takes one order per line as JSON, answers with one line.

`python -m tests.store.worker /folder/for/copies`
"""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from data.store import NotOpenedError, Store, StoreError
from data.store.settings import Settings
from tests.store import made


def main() -> None:
    replicas: dict[str, Replica] = {}
    for line in sys.stdin:
        order = json.loads(line)
        url = order.pop("url")
        replica = replicas.setdefault(url, Replica(url, Path(sys.argv[1])))
        try:
            answer = getattr(replica, order.pop("do"))(**order)
        except NotOpenedError:
            answer = "not opened"
        except StoreError as error:
            answer = {"refused": str(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


class Replica:
    def __init__(self, url: str, cache: Path) -> None:
        self.settings = Settings(url=url, cache=cache)

    @property
    def store(self) -> Store:
        """Made late: a process that forks must not have threads yet."""
        if not hasattr(self, "_store"):
            self._store = Store(self.settings, pause=0)
        return self._store

    def save(self, rows: int, seed: int) -> Any:
        return self.store.save(made.many(rows, seed), "many").links

    def open(self, view: str) -> int:
        return made.tokens_of(self.store.load(self.store.look(view)))

    def revoke(self, manage: str) -> None:
        self.store.revoke(manage)

    def live(self, manage: str, days: int) -> int | None:
        return self.store.set_lifetime(manage, days).expires

    def saver(self, told: str, rows: int) -> int:
        """Forks a process that saves and saves until it is killed, and notes each link once it was told it is safe."""
        process = os.fork()
        if process:
            return process
        try:
            with Path(told).open("a", buffering=1) as notes:
                seed = 0
                while True:
                    seed += 1
                    content = made.many(rows, seed)
                    links = self.store.save(content, "many").links
                    notes.write(json.dumps([links.view, made.tokens_of(content)]) + "\n")
        except BaseException:  # noqa: BLE001  # a child must not go on as its parent
            traceback.print_exc()
            os._exit(1)

    def reap(self, process: int) -> int:
        return os.waitpid(process, 0)[1]


if __name__ == "__main__":
    main()
