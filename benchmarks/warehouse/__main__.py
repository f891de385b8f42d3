"""Both engines beside each other on one computer, as a table: `python -m benchmarks.warehouse [ROWS …]`.

Needs what `make cluster` installs. The warehouses lie in .bench: 3 GB.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.warehouse.make import make
from tests.cluster.run import Cluster, cluster

SIZES = (1_000_000, 20_000_000, 50_000_000)
MOST_ON_CLUSTER = 20_000_000
ROUNDS = 1
FOLDER = Path(".bench")


def main() -> None:
    sizes = [int(each) for each in sys.argv[1:]] or SIZES
    folders = {size: made(size) for size in sizes}
    columns: dict[str, list[dict[str, Any]]] = {}
    with cluster() as spark:
        asked(folders[sizes[0]], spark)  # not like others: Java compiles as it goes
        for _ in range(ROUNDS):
            for size, folder in folders.items():
                engines = {"embedded": None, "cluster": spark} if size <= MOST_ON_CLUSTER else {"embedded": None}
                for name, engine in engines.items():
                    found = asked(folder, engine)
                    columns.setdefault(f"{name}, {size / 10**6:g} M", []).append(found)
                    print(name, size, f"load {os.getloadavg()[0]:.1f}", found, file=sys.stderr, flush=True)
    for line in table(columns):
        print(line)


def made(size: int) -> Path:
    """The warehouse of that many results, made where it is not there."""
    folder = FOLDER / f"warehouse-{size}"
    if not (folder / "manifests" / "00000002.json").exists():
        make(str(folder), size)
    return folder


def asked(folder: Path, spark: Cluster | None) -> dict[str, Any]:
    """The figures of one process."""
    engine = [spark.address, *map(str, spark.groups)] if spark else []
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.warehouse.ask", str(folder), *engine]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def table(columns: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Medians: elapsed seconds / seconds of processor time."""
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'--:|' * len(columns)}"]
    for name in next(iter(columns.values()))[0]:
        cells = [_cell([each[name] for each in rounds]) for rounds in columns.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _cell(values: list[Any]) -> str:
    if isinstance(values[0], list):
        return " / ".join(f"{median(each):.2f}" for each in zip(*values, strict=True))
    return f"{median(values):.2g}"


if __name__ == "__main__":
    main()
