"""What is done before the first visitor."""

import gc
import sys

from components.warm import warm
from tests.conftest import finished


def test_while_the_app_runs_its_modules_are_loaded_and_not_looked_at_by_the_collector():
    async def held() -> int:
        async with warm(None):
            assert {"plotly.graph_objects", "duckdb", "components.report"} <= sys.modules.keys()
            return gc.get_freeze_count()

    assert finished(held()) > 50_000
    assert gc.get_freeze_count() == 0
