"""A crowd, and faults: `python -m benchmarks.load`, three minutes; with `--full` as the README's table, an hour.

All of it on this machine, which also plays the visitors: read the ratios. It ends with 1 where something was not kept.
"""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load.machine import Dashboard, running
from benchmarks.load.plan import FULL, SHORT, Plan
from benchmarks.load.scenarios import Load, Row


async def table(dashboard: Dashboard, plan: Plan) -> list[Row]:
    # Visitors take the page's files in threads; so many that none waits for another.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(128))
    rows = []
    print("\n| | measured | promised | kept | machine's load |\n|---|---|---|---|--:|")
    async for row in Load(dashboard, plan).rows():
        rows.append(row)
        kept = "yes" if row.kept else "**no**"
        print(f"| {row.what} | {row.measured} | {row.promised} | {kept} | {os.getloadavg()[0]:.1f} |", flush=True)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    plan = FULL if parser.parse_args().full else SHORT
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores, {plan}")
    with tempfile.TemporaryDirectory(prefix="load-") as folder, running(Path(folder)) as dashboard:
        rows = asyncio.run(table(dashboard, plan))
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
