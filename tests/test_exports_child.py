"""How a child that reads can end."""

import os
import signal
from pathlib import Path

import pytest

from data.exports.child import Child, Limits


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX systems")
def test_each_end_of_a_child_has_its_words() -> None:
    ends = Child([], [], Path(), Limits())
    assert "for want of memory" in ends._end(-signal.SIGKILL)
    assert "SIGABRT" in ends._end(-signal.SIGABRT)
    assert "unexpectedly (code 3)" in ends._end(3)
