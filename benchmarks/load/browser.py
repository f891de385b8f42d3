"""A few visitors with a browser, among the many without one."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from playwright.async_api import async_playwright

from benchmarks.load.visitor import PATIENCE
from tests.browser import chromium

CHART = ".js-plotly-plot .main-svg .point"


@asynccontextmanager
async def browser() -> AsyncIterator[Callable[[str], Awaitable[float]]]:
    """A Chromium, and what draws an address in it as for the first time: seconds until a chart is there."""
    async with async_playwright() as playwright:
        path = chromium.find(playwright)
        program = await playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)

        async def drawn(address: str) -> float:
            context = await program.new_context()
            began = time.perf_counter()
            try:
                page = await context.new_page()
                await page.goto(address, timeout=PATIENCE * 1000)
                await page.wait_for_selector(CHART, timeout=PATIENCE * 1000, state="attached")
                return time.perf_counter() - began
            finally:
                await context.close()

        yield drawn
        await program.close()
