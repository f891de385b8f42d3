"""What is done to the dashboard, one after the other, and what each has to keep to."""

import asyncio
import contextlib
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException

from benchmarks.load.browser import browser
from benchmarks.load.machine import MB, Dashboard, Held
from benchmarks.load.plan import Plan
from benchmarks.load.sent import FOREIGN, QUESTIONS, export_of, page_of, stalled
from benchmarks.load.visitor import Visitor, first_load
from components.warm import EVERY
from data.store import Settings, Store
from tests.store.made import many

BROWSERS = 4
"""At least, among the crowd: what a person waits for is mostly the browser's own work, which the others leave out."""
FAULTS = (OSError, TimeoutError, WebSocketException, AssertionError)
"""What a visitor may meet while a server is killed."""


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    what: str
    measured: str
    promised: str
    kept: bool


def percentile(seconds: Sequence[float], percent: int) -> float:
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * percent // 100)]


class Load:
    """One run over one dashboard."""

    def __init__(self, dashboard: Dashboard, plan: Plan) -> None:
        self._dashboard, self._plan = dashboard, plan
        self._link = ""
        self._calm = 0.0
        """95th percentile of the viewers when nothing else happens, seconds."""

    async def rows(self) -> AsyncIterator[Row]:
        store = Store(Settings(self._dashboard.store))
        self._link = f"data={store.save(many(self._plan.rows), 'a year').links.view}"
        for scenario in (self._first_loads, self._viewers, self._uploads, self._strangers, self._soak, self._kills):
            async for row in scenario():
                yield row

    async def _open(self) -> float:
        return await first_load(self._dashboard.url, self._link)

    async def _first_loads(self) -> AsyncIterator[Row]:
        await self._open()  # the data are read once
        small = statistics.median([await self._open() for _ in range(5)])
        async with browser() as draw:

            def drawn() -> Awaitable[float]:
                return draw(f"{self._dashboard.url}/?{self._link}")

            single = statistics.median([await drawn() for _ in range(3)])

            async def within_a_second(place: int) -> tuple[bool, float]:
                await asyncio.sleep(place / self._plan.crowd)
                real = place % (self._plan.crowd // BROWSERS) == 0
                return real, await (drawn() if real else self._open())

            taken = await asyncio.gather(*map(within_a_second, range(self._plan.crowd)), return_exceptions=True)
        served = [each for each in taken if isinstance(each, tuple)]
        last, last_small = (max((each for real, each in served if real is kind), default=0.0) for kind in (True, False))
        yield Row(
            f"{self._plan.crowd} first loads within a second of a link to {self._plan.rows:,} results,"
            " every so many in Chromium",
            f"{len(served)} served; in Chromium the last chart after {last:.1f} s = {last / single:.1f} x one"
            f" ({single:.1f} s); without a browser the last after {last_small:.1f} s ({small:.2f} s alone)",
            "all, 10 x one in Chromium",
            len(served) == self._plan.crowd and last <= 10 * single,
        )

    async def _watch(self, visitors: int, seconds: float) -> tuple[list[float], int]:
        """How long answers take for visitors who ask something else every five seconds, and how many got none."""
        taken: list[float] = []
        failed = 0

        async def watch(number: int) -> None:
            nonlocal failed
            asking = random.Random(number)  # the same each time
            until = time.monotonic() + seconds
            try:
                async with Visitor(self._dashboard.url) as visitor:
                    await visitor.see(self._link)
                    await asyncio.sleep(asking.uniform(0, 5))
                    while time.monotonic() < until:
                        asked = time.monotonic()
                        taken.append(await visitor.see(f"{self._link}&{asking.choice(QUESTIONS)}"))
                        failed += len(visitor.problems)
                        await asyncio.sleep(max(0.0, asked + 5 - time.monotonic()))
            except FAULTS:
                failed += 1

        await asyncio.gather(*map(watch, range(visitors)))
        return taken, failed

    async def _viewers(self) -> AsyncIterator[Row]:
        async with Visitor(self._dashboard.url) as visitor:
            for question in QUESTIONS:  # once for all that is kept
                await visitor.see(f"{self._link}&{question}")
            alone = [await visitor.see(f"{self._link}&{question}") for question in QUESTIONS]
        single = statistics.median(alone)
        taken, failed = await self._watch(self._plan.viewers, self._plan.seconds)
        self._calm = percentile(taken, 95)
        yield Row(
            f"{self._plan.viewers} viewers, each a new question every 5 s for {self._plan.seconds:.0f} s",
            f"{failed} failed of {len(taken)}, 95 % within {self._calm:.2f} s"
            f" = {self._calm / single:.1f} x one ({single:.3f} s)",
            "none, 4 x",
            not failed and self._calm <= 4 * single,
        )

    async def _beside(self, what: str, most: float, trouble: Awaitable[object]) -> Row:
        """The viewers while something else happens, against the viewers alone."""
        (taken, failed), _ = await asyncio.gather(self._watch(self._plan.viewers, self._plan.seconds), trouble)
        slow = percentile(taken, 95)
        return Row(
            f"viewers beside {what}",
            f"{failed} failed of {len(taken)}, 95 % within {slow:.2f} s = {slow / self._calm:.2f} x without",
            f"none, {most:g} x",
            not failed and slow <= most * self._calm,
        )

    async def _uploads(self) -> AsyncIterator[Row]:
        before = self._dashboard.held().memory
        content = export_of(self._plan.upload_mb * MB)

        async def upload(number: int) -> None:
            async with Visitor(self._dashboard.url) as visitor:
                await visitor.see("")
                # Each is another file: the same one would be read once.
                await visitor.upload(f"{number}.json", content + b" " * (number + 1))

        async def four() -> None:
            await asyncio.gather(*map(upload, range(4)))

        yield await self._beside(f"four uploads of {self._plan.upload_mb} MB", 2, four())
        await asyncio.sleep(125)  # a session ends two minutes after its tab,
        await self._open()  # when the next one begins or ends;
        await asyncio.sleep(2 * EVERY)  # what it held goes with the next collection
        more = self._dashboard.held().memory - before
        kept = more <= 100 * MB
        yield Row("memory after the uploaders have gone", f"{more / MB:+.0f} MB", "within 100 MB", kept)

    async def _strangers(self) -> AsyncIterator[Row]:
        place = urlsplit(self._dashboard.url)

        async def knock() -> None:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
                writer.write(FOREIGN)
                assert b" 403 " in await reader.readline()
                writer.close()

        async def knocking() -> None:
            until = time.monotonic() + self._plan.seconds
            while time.monotonic() < until:
                await asyncio.gather(knock(), asyncio.sleep(1 / self._plan.strangers))

        # Just before, and not minutes ago: what they cost is less than what a machine's speed changes meanwhile.
        self._calm = percentile((await self._watch(self._plan.viewers, self._plan.seconds))[0], 95)
        async with stalled(place.port or 0, self._plan.stalled):
            yield await self._beside(
                f"{self._plan.stalled} stalled sockets and {self._plan.strangers} foreign handshakes a second",
                1.2,
                knocking(),
            )

    async def _soak(self) -> AsyncIterator[Row]:
        held: list[Held] = []

        async def look() -> None:
            for _ in range(6):
                await asyncio.sleep(self._plan.soak / 6)
                held.append(self._dashboard.held())

        (_, failed), _ = await asyncio.gather(self._watch(5, self._plan.soak), look())
        middle, last = held[2], held[-1]
        kept = (
            last.memory <= middle.memory * 1.1
            and last.files <= middle.files + 10
            and last.threads <= middle.threads + 5
        )
        yield Row(
            f"soak of {self._plan.soak:.0f} s, from its middle to its end",
            f"memory {middle.memory / MB:.0f} to {last.memory / MB:.0f} MB, files {middle.files} to {last.files}, "
            f"threads {middle.threads} to {last.threads}, {failed} failed",
            "level",
            kept and not failed,
        )

    async def _kills(self) -> AsyncIterator[Row]:
        """Small uploads all the time; each that the page has shown has to open after the server was killed."""
        saved: list[tuple[str, int]] = []
        over = asyncio.Event()

        async def save(number: int) -> None:
            tokens = number * 1_000_000
            while not over.is_set():
                tokens += 1
                with contextlib.suppress(*FAULTS):
                    async with Visitor(self._dashboard.url) as visitor:
                        await visitor.see("")
                        await visitor.upload("small.json", page_of(tokens))
                        assert visitor.address.startswith("data=")
                        saved.append((visitor.address, tokens))
                await asyncio.sleep(0.2)

        savers = [asyncio.create_task(save(number)) for number in range(1, 5)]
        back: list[float] = []
        for _ in range(self._plan.kills):
            await asyncio.sleep(self._plan.between_kills)
            killed = time.monotonic()
            self._dashboard.kill()
            await asyncio.to_thread(self._dashboard.start_again)
            await self._open()
            back.append(time.monotonic() - killed)
        over.set()
        await asyncio.gather(*savers)
        store = Store(Settings(self._dashboard.store))
        lost = [address for address, tokens in saved if not holds(store, address, tokens)]
        yield Row(
            f"{self._plan.kills} times killed while four visitors save",
            f"{len(lost)} of {len(saved)} saved datasets lost or torn, answers again within {max(back):.1f} s",
            "none",
            bool(saved) and not lost,
        )


def holds(store: Store, address: str, tokens: int) -> bool:
    (export,) = store.load(store.look(address.partition("data=")[2].partition("&")[0]))  # type: ignore[misc]
    return bool(export.results["input_tokens"].to_pylist() == [tokens])
