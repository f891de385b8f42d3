"""What holds for any bytes: reading them ends, names what it did not take, and counts no token twice."""

from data.engine import total
from data.exports import read
from data.held import objects
from data.query import Query
from data.table import tidy
from data.usage import main_measure


def holds(content: bytes, *, whole: bool = True) -> None:
    """Raises where it does not; not the `whole` of it stops once the bytes are read."""
    export = read(content, "fuzz")
    assert export.accepted + export.rejected + len(export.problems) > 0 or export.format, "silence"
    assert not any("the reader failed" in problem.reason for problem in export.problems), export.problems
    if not whole:
        return
    usage = tidy([export, export])
    (first, second) = usage.files
    assert first.total == second.total == export.accepted + export.rejected
    assert first.accepted + second.accepted == usage.results.num_rows + usage.costs.num_rows
    assert second.accepted == 0
    for kind in objects(usage):
        totals = total(usage, Query(object=kind, measure=main_measure(kind)))
        assert isinstance(totals.grand.get(main_measure(kind)), int | None)
