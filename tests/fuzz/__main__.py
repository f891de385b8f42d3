"""Coverage-guided fuzzing of the reader: `python -m tests.fuzz 60`, for that many seconds.

It starts from the shipped samples, keeps what found new code in a folder of its own between runs, and stops at the
first input that breaks an invariant, takes longer than ten seconds or more than two gigabytes. What broke
one is then in `.fuzz/broken`, to become a test.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=[
        "data.amounts",
        "data.exports",
        "data.models",
        "data.overlap",
        "data.pages",
        "data.parts",
        "data.table",
        "data.values",
    ]
):
    from tests.fuzz.invariants import holds

from tests.fuzz.corpus import seeds

FOLDER = Path(".fuzz")
WHOLE_EVERY = 20
"""Inputs: tidying and a query cost as much as reading twenty small files."""

_tried = 0


def try_one(content: bytes) -> None:
    global _tried  # noqa: PLW0603 - the fuzzer calls a function and gives it nothing to remember by
    _tried += 1
    try:
        holds(content, whole=_tried % WHOLE_EVERY == 0)
    except BaseException:
        (FOLDER / "broken").write_bytes(content)
        raise


def main(seconds: str = "60") -> None:
    corpus = FOLDER / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=8192", f"-artifact_prefix={FOLDER}/"]
    atheris.Setup([sys.argv[0], f"-max_total_time={int(seconds)}", *limits, str(corpus)], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
