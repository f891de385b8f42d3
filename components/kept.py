"""What is costly to make and shared by all sessions: kept as long as one of them has it open, and a little longer.

Knows nothing of what it keeps but how large that is. Sessions come and go; their memory has to go with them.
"""

import ctypes
import sys
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

import pyarrow as pa

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
LARGE = 1024**2
"""Bytes from which on the C library asks the system for memory of its own, and gives it back when it is freed."""

SOON = 5.0
"""Seconds from the end of a value until its memory is given back: it is freed after it is known to end."""


class Kept:
    """Values by key, while anybody holds them; of those that nobody holds, the last used that fit into `most` bytes."""

    def __init__(self, size: Callable[[Any], int], most: int) -> None:
        self._size, self._most = size, most
        self._there: weakref.WeakValueDictionary[Hashable, Any] = weakref.WeakValueDictionary()
        self._last: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.RLock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The value of a key, made where it is not there; who asks meanwhile waits for it."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        try:
            with making:
                found = self.find(key)
                if found is None:
                    found = make()
                    self.put(key, found)
                return found
        finally:
            with self._lock:
                self._making.pop(key, None)

    def find(self, key: Hashable) -> Any:
        """The value, or None."""
        with self._lock:
            found = self._there.get(key)
            if key in self._last:
                self._last.move_to_end(key)
        return found

    def put(self, key: Hashable, value: Any) -> None:
        with self._lock:
            self._there[key] = value
            self._last[key] = value
            self._last.move_to_end(key)
            weakref.finalize(value, _release_soon).atexit = False
            while sum(map(self._size, self._last.values())) > self._most:
                self._last.popitem(last=False)


def _release_soon() -> None:
    timer = threading.Timer(SOON, release_memory)
    timer.daemon = True
    timer.start()


def give_back_large() -> None:
    """Holds for the rest of the process.

    Left to itself glibc takes the size of what was freed, up to 32 MB, for what will be wanted again, and keeps twice
    that in each thread's heap: four uploads of 20 MB left 50 MB behind. Arrow's own allocator keeps what a thread
    that has ended had asked for: four of 100 MB left 180 MB.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE)


def release_memory() -> None:
    """Gives back what reading and uploading a large file left behind: allocators keep it for later otherwise."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)  # glibc keeps what was freed, per thread
