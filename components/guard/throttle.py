"""Token buckets: how often something may be tried, by one and by all. Knows no request and no page."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_CLIENTS = 10_000
"""Remembered; the one not seen for longest goes first, and by then has long had its tries back."""


@dataclass(frozen=True)
class Rate:
    burst: int
    """Tries at once."""
    per_second: float
    """Tries that come back."""


@dataclass
class Bucket:
    left: float
    at: float

    def refilled(self, rate: Rate, now: float) -> float:
        return min(float(rate.burst), self.left + (now - self.at) * rate.per_second)


class Throttle:
    """Tries that are left. Asking takes none: `spend` does, so that only what failed counts."""

    def __init__(self, each: Rate, all_together: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._each, self._all, self._clock = each, all_together, clock
        self._clients: OrderedDict[str, Bucket] = OrderedDict()
        self._total = Bucket(float(all_together.burst), clock())
        self._lock = threading.Lock()

    def is_open(self, client: str) -> bool:
        """Whether it may try once more."""
        with self._lock:
            now = self._clock()
            mine = self._clients.get(client)
            return self._total.refilled(self._all, now) >= 1 and (mine is None or mine.refilled(self._each, now) >= 1)

    def spend(self, client: str) -> None:
        """Counts a try of its."""
        with self._lock:
            now = self._clock()
            mine = self._clients.pop(client, Bucket(float(self._each.burst), now))
            self._clients[client] = Bucket(max(0.0, mine.refilled(self._each, now) - 1), now)
            self._total = Bucket(max(0.0, self._total.refilled(self._all, now) - 1), now)
            while len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)
