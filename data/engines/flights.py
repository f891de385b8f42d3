"""Questions under way: asked once for all who wait, stopped when nobody does, and answered from memory later."""

import atexit
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import pyarrow as pa

from data.engines.engine import Running

Key = TypeVar("Key", bound=Hashable)

MOST_BYTES = 512 * 1024**2
"""Of answers that are kept."""

_ENDING = 2.0
"""Seconds that the end of the process waits for queries to stop: their libraries do not like to be cut off."""


@dataclass
class Flight(Generic[Key]):
    """One query, for one question or several."""

    keys: tuple[Key, ...]
    running: Running
    answer: "Future[Mapping[Key, pa.Table]]" = field(default_factory=Future)
    waiting: int = 0


class Flights(Generic[Key]):
    """Answers by question."""

    def __init__(self, fetch: Callable[[Sequence[Key], Running], Mapping[Key, pa.Table]], seconds: float) -> None:
        self._fetch, self._seconds = fetch, seconds
        self._lock = threading.Lock()
        self._flying: dict[Key, Flight[Key]] = {}
        self._kept: OrderedDict[Key, pa.Table] = OrderedDict()
        atexit.register(_stop, weakref.ref(self))

    def kept(self, key: Key) -> pa.Table | None:
        """The answer, if it is known."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def join(self, groups: Sequence[Sequence[Key]]) -> list[Flight[Key]]:
        """What has to land for all of these to be answered; each group is one query, as far as it is not known."""
        with self._lock:
            flights: list[Flight[Key]] = []
            for keys in groups:
                unknown = tuple(key for key in keys if key not in self._kept)
                fresh = tuple(key for key in unknown if key not in self._flying)
                if fresh:
                    flight = Flight(fresh, Running(self._seconds))
                    self._flying.update(dict.fromkeys(fresh, flight))
                    threading.Thread(target=self._fly, args=(flight,), daemon=True).start()
                flights += [self._flying[key] for key in unknown]
            unique = list({id(flight): flight for flight in flights}.values())
            for flight in unique:
                flight.waiting += 1
            return unique

    def leave(self, flights: Sequence[Flight[Key]]) -> None:
        """Nobody waits here any more."""
        with self._lock:
            for flight in flights:
                flight.waiting -= 1
                if not flight.waiting and not flight.answer.done():
                    self._drop(flight)
                    flight.running.stop()

    def ask(self, key: Key) -> pa.Table:
        """The answer, waited for."""
        known = self.kept(key)
        if known is not None:
            return known
        flights = self.join([[key]])
        try:
            for flight in flights:
                answer = flight.answer.result()
                if key in answer:
                    return answer[key]
        finally:
            self.leave(flights)
        return self.ask(key)  # it landed in between

    def _fly(self, flight: Flight[Key]) -> None:
        try:
            answer = self._fetch(flight.keys, flight.running)
        except BaseException as error:  # noqa: BLE001  # whoever waits gets it
            with self._lock:
                self._drop(flight)
            flight.answer.set_exception(error)
            return
        with self._lock:
            self._drop(flight)
            self._kept.update(answer)
            while len(self._kept) > 1 and sum(table.nbytes for table in self._kept.values()) > MOST_BYTES:
                self._kept.popitem(last=False)
        flight.answer.set_result(answer)

    def stop(self) -> None:
        """Nobody waits for anything any more."""
        with self._lock:
            flights = list(self._flying.values())
        for flight in flights:
            flight.running.stop()
        wait([flight.answer for flight in flights], timeout=_ENDING)

    def _drop(self, flight: Flight[Key]) -> None:
        for key in flight.keys:
            if self._flying.get(key) is flight:
                del self._flying[key]


def _stop(flights: "weakref.ref[Flights[Any]]") -> None:
    if (there := flights()) is not None:
        there.stop()
