"""A few seconds of coverage-guided fuzzing, and what holds for any bytes shown to hold for the seeds it starts from."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.conftest import PROJECT
from tests.fuzz.corpus import seeds
from tests.fuzz.invariants import holds
from tests.test_exports_fast import BUCKETS, laid_out, objects

SEEDS = [*seeds()]


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_what_fuzzing_looks_for_holds_for_what_it_starts_from(number: int) -> None:
    holds(SEEDS[number])


@settings(max_examples=15)
@given(BUCKETS)
def test_pages_that_are_valid_or_nearly_so_add_up(found: list[tuple[list[dict[str, Any]], int]]) -> None:
    holds(laid_out(objects(found), {}, "page"))


@pytest.mark.slow
def test_seconds_of_fuzzing_break_nothing(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="make fuzz installs it, where there is one for this Python")
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "15"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert "Done " in run.stderr
    assert not (tmp_path / ".fuzz" / "broken").exists()
