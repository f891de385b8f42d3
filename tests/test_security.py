"""What SECURITY.md promises is what is tested: each test it names is there, and slow exactly where it says so."""

import ast
import re

import pytest

from tests.conftest import PROJECT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`(\*?)")
TEXT = (PROJECT / "SECURITY.md").read_text(encoding="utf-8")


def slow_by_name(path: str) -> dict[str, bool]:
    """Name → whether it is slow."""
    tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
    all_slow = any(isinstance(each, ast.Assign) and "mark.slow" in ast.unparse(each) for each in tree.body)
    return {
        each.name: all_slow or any("slow" in ast.unparse(decorator) for decorator in each.decorator_list)
        for each in tree.body
        if isinstance(each, ast.FunctionDef)
    }


@pytest.mark.parametrize(("path", "name", "star"), NAMED.findall(TEXT))
def test_a_test_that_is_named_is_there(path: str, name: str, star: str) -> None:
    found = slow_by_name(path)
    assert name in found
    assert found[name] == bool(star)


def test_every_promise_names_a_test() -> None:
    promises = re.split(
        r"^\*\*\d+\. ", TEXT.partition("## Promises")[2].partition("`make load`")[0], flags=re.MULTILINE
    )
    assert len(promises) == 11
    assert [each[:40] for each in promises[1:] if not NAMED.search(each)] == []
