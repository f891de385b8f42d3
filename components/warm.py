"""Before the first visitor: what a page needs is loaded, and out of the garbage collector's sight."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module

from starlette.concurrency import run_in_threadpool

from components.at_once import send_at_once
from components.element import announce
from components.kept import give_back_large, release_memory
from data.exports.uploads import remove_leftovers
from data.resident import drop_unheld

USED = ("components.tabs", "components.panels", "components.toolbar", "components.sharing", "components.states")
"""Between them they import all that a page does."""


EVERY = 30.0
"""Seconds between two full collections."""


def _let_go() -> None:
    gc.collect()
    drop_unheld()
    release_memory()


async def _collect() -> None:
    """What ended sessions leave behind, in cycles of functions and what they were called with, may be large and few.

    Left to itself Python collects when many objects were made, and then the memory of an upload waits for hours.
    """
    while True:
        await asyncio.sleep(EVERY)
        await run_in_threadpool(_let_go)


@asynccontextmanager
async def warm(_app: object) -> AsyncIterator[None]:
    """Holds while the app runs.

    A full collection looks at 160,000 objects of modules, which never go, for 80 ms in which nobody else runs.
    """
    give_back_large()
    send_at_once()
    for name in USED:
        await run_in_threadpool(import_module, name)
    announce()
    await run_in_threadpool(remove_leftovers)
    gc.collect()
    gc.freeze()
    collecting = asyncio.create_task(_collect())
    try:
        yield
    finally:
        collecting.cancel()
        with suppress(asyncio.CancelledError):
            await collecting
        gc.unfreeze()  # DuckDB tells at exit of what was not collected
