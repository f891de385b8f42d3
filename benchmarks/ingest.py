# ruff: noqa: PLC0415 - each way runs in a process of its own, which imports only what that way needs
"""What it costs to turn an export into validated columns, beside other ways of reading it.

    python -m benchmarks.ingest              # 20 MB and 200 MB
    python -m benchmarks.ingest --size 20    # the quick run

Each way runs in a fresh process, in turn with the others, several times; medians are shown. Each has read an export of
one row before, so that what it builds once (validators, lazy imports) is part of the process and not of the file.
Processor time is that of turning bytes in memory into the way's result. Memory is the highest resident size above that
before the file was read, as a multiple of the file, so the bytes themselves are 1.0 of it.
"""

import argparse
import importlib.metadata
import io
import json
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.generate import FOLDER, SHAPES, export

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


class Cost(NamedTuple):
    seconds: float
    memory: float
    """Bytes."""


def _ours() -> Callable[[bytes], Any]:
    from data.exports import read

    return lambda content: read(content, "export")


def _orjson() -> Callable[[bytes], Any]:
    import orjson

    return orjson.loads


def _cookbook() -> Callable[[bytes], Any]:
    """As in OpenAI's cookbook (examples/completions_usage_api): a dict per row, then a frame. Nothing is validated."""
    import pandas as pd

    def read(content: bytes) -> Any:
        records = []
        for bucket in json.loads(content)["data"]:
            for result in bucket.get("results", []):
                records.append(  # noqa: PERF401 - as it is done there
                    {
                        "start_time": bucket.get("start_time"),
                        "end_time": bucket.get("end_time"),
                        "input_tokens": result.get("input_tokens", 0),
                        "output_tokens": result.get("output_tokens", 0),
                        "input_cached_tokens": result.get("input_cached_tokens", 0),
                        "input_audio_tokens": result.get("input_audio_tokens", 0),
                        "output_audio_tokens": result.get("output_audio_tokens", 0),
                        "num_model_requests": result.get("num_model_requests", 0),
                        "project_id": result.get("project_id"),
                        "user_id": result.get("user_id"),
                        "api_key_id": result.get("api_key_id"),
                        "model": result.get("model"),
                        "batch": result.get("batch"),
                    }
                )
        return pd.DataFrame(records)

    return read


def _json_normalize() -> Callable[[bytes], Any]:
    import pandas as pd

    return lambda content: pd.json_normalize(json.loads(content)["data"], "results", ["start_time", "end_time"])


def _sdk() -> Callable[[bytes], Any]:
    """What the official client makes of a reply."""
    from openai._models import construct_type
    from openai.types.admin.organization.usage_completions_response import UsageCompletionsResponse

    return lambda content: construct_type(type_=UsageCompletionsResponse, value=json.loads(content))


def _read_csv() -> Callable[[bytes], Any]:
    import pandas as pd

    return lambda content: pd.read_csv(io.BytesIO(content))


def _csv_rows() -> Callable[[bytes], Any]:
    """A dict per row and a number per count, as scripts do it."""
    import csv

    def number(name: str, cell: str) -> Any:
        return int(float(cell)) if name.endswith(("tokens", "requests")) and cell else cell

    def read(content: bytes) -> Any:
        rows = csv.DictReader(io.TextIOWrapper(io.BytesIO(content), newline=""))
        return [{name: number(name, cell) for name, cell in row.items()} for row in rows]

    return read


_SMALL_PAGE = (
    b'{"object":"page","data":[{"object":"bucket","start_time":1735689600,"end_time":1735776000,"results":[{"object":'
    b'"organization.usage.completions.result","input_tokens":1,"output_tokens":1,"num_model_requests":1}]}],'
    b'"has_more":false,"next_page":null}'
)
_SMALL_CSV = (
    b"start_time,end_time,model,num_model_requests,input_tokens,output_tokens\n1735689600,1735776000,m,1.0,1.0,1.0\n"
)

WAYS: dict[str, Callable[[], Callable[[bytes], Any]]] = {
    "orjson.loads": _orjson,
    "this dashboard": _ours,
    "cookbook": _cookbook,
    "json_normalize": _json_normalize,
    "SDK models": _sdk,
    "pandas.read_csv": _read_csv,
    "csv.DictReader": _csv_rows,
}


def ways_for(shape: str) -> list[str]:
    if shape == "csv":
        return ["pandas.read_csv", "this dashboard", "csv.DictReader"]
    return ["orjson.loads", "this dashboard", "cookbook", "json_normalize", "SDK models"]


def measure(way: str, path: Path) -> Cost:
    """In this process, which should be fresh."""
    read = WAYS[way]()
    read(_SMALL_CSV if path.suffix == ".csv" else _SMALL_PAGE)
    before = _peak()
    content = path.read_bytes()
    start = time.process_time()
    result = read(content)
    seconds = time.process_time() - start
    del result
    return Cost(seconds, _peak() - before)


def _peak() -> float:
    """The highest resident size of this process, bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: its maximum outlives exec, so it would begin with the size of the process that started this.
        return float(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) * 1024  # type: ignore[index]
    if resource is None:
        return float("nan")
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


def _measured_in_child(way: str, path: Path) -> Cost | None:
    command = [sys.executable, "-m", "benchmarks.ingest", "--measure", way, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=FOLDER.parent, check=False)
    return Cost(*json.loads(done.stdout)) if done.returncode == 0 else None


def compare(shape: str, megabytes: int, rounds: int) -> dict[str, Cost]:
    path = export(shape, megabytes)
    costs: dict[str, list[Cost]] = {way: [] for way in ways_for(shape)}
    for number in range(rounds):
        for way, found in costs.items():
            if way == "SDK models" and number and megabytes > 50:
                continue  # once is enough: it takes longer than all others together
            cost = _measured_in_child(way, path)
            if cost:
                found.append(cost)
    medians = {
        way: Cost(statistics.median(each.seconds for each in those), statistics.median(each.memory for each in those))
        for way, those in costs.items()
        if those
    }
    _print(shape, path.stat().st_size, medians)
    return medians


def _print(shape: str, size: int, medians: dict[str, Cost]) -> None:
    floor = medians[ways_for(shape)[0]]
    print(f"\n{shape}, {size / 1e6:.0f} MB")
    print(f"  {'':16}{'CPU s':>8}{'ratio':>8}{'memory':>9}")
    for way, cost in medians.items():
        ratio, memory = cost.seconds / floor.seconds, cost.memory / size
        print(f"  {way:16}{cost.seconds:8.2f}{ratio:7.2f}x{memory:8.2f}x")


def _targets(costs: dict[tuple[str, int], dict[str, Cost]]) -> None:
    """What was promised, and what came out, on the largest page of 13-field rows."""
    sizes = sorted(size for shape, size in costs if shape == "page-13")
    if not sizes:
        return
    found = costs["page-13", sizes[-1]]
    ours = found["this dashboard"]
    print(f"\nTargets, page-13 of {sizes[-1]} MB")
    for way, most in (("orjson.loads", 2.0), ("cookbook", 0.6), ("SDK models", 0.12)):
        if way in found:
            print(f"  CPU / {way:14}{ours.seconds / found[way].seconds:7.2f}   at most {most}")
    print(f"  memory / file size  {ours.memory / export('page-13', sizes[-1]).stat().st_size:7.2f}   at most 1.5")
    if len(sizes) > 1:
        grown = ours.seconds / costs["page-13", sizes[0]]["this dashboard"].seconds
        print(f"  {sizes[-1]} MB / {sizes[0]} MB    {grown:7.2f}   at most 11")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, action="append", help="megabytes; may be repeated (default: 20 and 200)")
    parser.add_argument("--shape", choices=SHAPES, action="append", help="which exports (default: all)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--measure", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure[0], Path(asked.measure[1]))))
        return
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("pydantic", "orjson", "pandas"))
    print(f"Python {platform.python_version()}, {versions}; medians of {asked.rounds} interleaved runs")
    costs = {
        (shape, size): compare(shape, size, asked.rounds)
        for size in asked.size or (20, 200)
        for shape in asked.shape or SHAPES
    }
    _targets(costs)


if __name__ == "__main__":
    main()
