"""What the command says while it runs: on stderr, a bar where someone watches, lines where a log is kept.

All of it goes through one gate: no control character of a server reaches the terminal, and no key leaves.
"""

from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import TextIO

from data.fetch.key import Secret
from data.fetch.plan import Query
from data.shell.check import printable

_WIDTH = 30
_END_OF_TIME = 253_402_300_800  # datetime's, should a server have a bucket there


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


class Progress:
    """How far a fetch has come, in seconds of usage."""

    def __init__(self, out: TextIO, key: Secret | None = None) -> None:
        self.out, self.key = out, key
        self.total = self.done = self.pages = 0
        self._watched = out.isatty()
        self._bar = ""
        self._last_line = -1

    def say(self, sentence: str) -> None:
        """A line of its own; the bar comes back under it."""
        self._wipe()
        self.out.write(f"{printable(self.key.hidden_in(sentence) if self.key else sentence)}\n")
        self._draw()
        self.out.flush()

    def expect(self, seconds: int) -> None:
        self.total, self.done, self.pages = max(seconds, 1), 0, 0

    def step(self, query: Query, reached: int, seconds: int) -> None:
        """One more page."""
        self.done, self.pages = min(self.done + seconds, self.total), self.pages + 1
        share = self.done / self.total
        last = datetime.fromtimestamp(min(reached, _END_OF_TIME) - 1, UTC)
        text = f"{share:4.0%}  {query.usage} up to {last:%Y-%m-%d}, {counted(self.pages, 'page')}"
        if self._watched:
            filled = round(share * _WIDTH)
            self._wipe()
            bar = f"{'█' * filled}{'░' * (_WIDTH - filled)} {text}"
            self._bar = bar[: get_terminal_size().columns - 1]  # a bar that wraps could not be wiped
            self._draw()
        elif int(share * 10) != self._last_line:  # a log needs no more than ten lines
            self._last_line = int(share * 10)
            self.out.write(f"{text}\n")
        self.out.flush()

    def end(self) -> None:
        """The bar has done its work."""
        self._wipe()
        self._bar = ""
        self.out.flush()

    def _draw(self) -> None:
        self.out.write(self._bar)

    def _wipe(self) -> None:
        if self._bar:
            self.out.write("\r\x1b[K")
