"""What is done before the first visitor."""

import asyncio
import gc
import sys
from concurrent.futures import ThreadPoolExecutor

from components.warm import warm


def test_while_the_app_runs_its_modules_are_loaded_and_not_looked_at_by_the_collector():
    async def held() -> int:
        async with warm(None):
            assert {"plotly.graph_objects", "duckdb", "components.report"} <= sys.modules.keys()
            return gc.get_freeze_count()

    # In a thread of its own: browser tests leave theirs with a running loop.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(held())).result() > 50_000
    assert gc.get_freeze_count() == 0
