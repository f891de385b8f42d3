"""The dashboard under load, and what it takes of the machine. Linux only: figures come from /proc."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.conftest import PROJECT, Server, free_port, start

MB = 1024**2


@dataclass(frozen=True)
class Held:
    """What the server's process holds."""

    memory: int
    """Bytes, resident."""
    files: int
    threads: int


class Dashboard:
    """Started on one port, killed and started again; its datasets outlive it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port, self._starts = folder, free_port(), 0
        self.store = (folder / "kept").as_uri()
        self._server: Server = self._started()

    def _started(self) -> Server:
        self._starts += 1
        environment = {"USAGE_STORE_URL": self.store, "USAGE_TAB_UPLOADS_MB": "1000"}
        return start(self._folder / f"{self._starts}.log", environment, self._port, PROJECT / "app.py")

    @property
    def url(self) -> str:
        return f"http://localhost:{self._port}"

    def kill(self) -> None:
        """As a machine does that loses its power."""
        self._server.process.send_signal(signal.SIGKILL)
        self._server.process.wait()

    def start_again(self) -> None:
        self._server = self._started()

    def stop(self) -> None:
        self._server.stop()

    def held(self) -> Held:
        process = Path(f"/proc/{self._server.process.pid}")
        fields = dict(
            line.split(":", 1) for line in (process / "status").read_text(encoding="ascii").splitlines() if ":" in line
        )
        resident = int(fields["VmRSS"].split()[0]) * 1024
        return Held(resident, len(os.listdir(process / "fd")), int(fields["Threads"]))  # noqa: PTH208 - one call

    def log(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self._folder.glob("*.log")))


@contextmanager
def running(folder: Path) -> Iterator[Dashboard]:
    dashboard = Dashboard(folder)
    try:
        yield dashboard
    finally:
        dashboard.stop()
