"""The words in which notices tell of what overlaps."""

import numpy as np
import pyarrow as pa

from data.overlap.arrays import ExactSums
from data.overlap.layers import Kind, Layer
from data.overlap.slots import DAY, HOUR, MINUTE


def described(layer: Layer) -> str:
    """`completions in 1d buckets grouped by model, project_id`."""
    width = {MINUTE: "1m", HOUR: "1h", DAY: "1d"}.get(layer.width, f"{layer.width:,} s")
    shifted = f" that begin {layer.phase:,} s after midnight" if layer.phase and layer.width == DAY else ""
    grouping = f"grouped by {', '.join(layer.grouping)}" if layer.grouping else "not grouped"
    return f"{layer.object} in {width} buckets{shifted} {grouping}"


def measured(rows: pa.Table, kind: Kind) -> str:
    """What these rows hold in all: `num_model_requests 12, input_tokens 3,400`."""
    one = np.zeros(rows.num_rows, np.int64)
    reported = [name for name in kind.sizes if rows[name].null_count < rows.num_rows]
    return ", ".join(said(name, ExactSums.of(rows, [name], one, 1).over(one[:1])) for name in reported)


def said(name: str, *values: int) -> str:
    """`input_tokens 1,200 beside 1,300`; costs are compared in millionths."""
    if name == "about":
        return f"amount {' beside '.join(f'{value / 10**6:,.2f}' for value in values)}"
    return f"{name} {' beside '.join(f'{value:,}' for value in values)}"


def day(seconds: int) -> str:
    return str(np.datetime64(seconds, "s")).replace("T00:00:00", "").replace("T", " ")
