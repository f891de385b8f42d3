"""Seeds for the fuzzer: the shipped samples, each cut to a few results, in the wrappings people have them in."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
LEGACY = b'{"data":[{"aggregation_timestamp":1754956800,"n_requests":2,"n_context_tokens_total":5,"n_generated_tokens_total":1,"snapshot_id":"gpt-4"}]}'


def seeds() -> Iterator[bytes]:
    small = [_cut(path) for path in sorted(SAMPLES.iterdir()) if path.suffix in (".json", ".csv", ".gz")]
    yield from small
    yield gzip.compress(small[0])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(small[:2]):
            archive.writestr(f"{number}.json", content)
    yield packed.getvalue()
    yield small[0].decode().encode("utf-16")
    yield LEGACY


def _cut(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    if ".csv" in path.name or ".jsonl" in path.name:
        lines = content.splitlines()[: 4 if ".csv" in path.name else 2]
        return b"\n".join(
            lines if ".csv" in path.name else [json.dumps(_few(json.loads(line))).encode() for line in lines]
        )
    return json.dumps(_few(json.loads(content))).encode()


def _few(value: object) -> object:
    """The same shape with two of each list."""
    if isinstance(value, dict):
        return {key: _few(each) for key, each in value.items()}
    return [_few(each) for each in value[:2]] if isinstance(value, list) else value
