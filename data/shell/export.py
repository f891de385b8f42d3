"""Adding exports to a warehouse: `python -m data export FILE… --to LOCATION`."""

import sys
from collections.abc import Sequence

from data.exports import Export
from data.pages import is_open
from data.shell.check import printable, problem_lines
from data.warehouse.append import Added, append
from data.warehouse.location import Location, LocationError


def run(exports: Sequence[Export | None], to: str) -> int:
    """Gives the exit code: 0 all is there, 1 something was rejected, 2 nothing was usable or written."""
    read = [each for each in exports if each is not None]
    try:
        added = append(Location(to, create=True), [each for each in read if each.accepted or each.mapping])
    except LocationError as reason:
        print(printable(str(reason)), file=sys.stderr)
        return 2
    known = set(added.usage.problems)  # of pages that it has the next one of nothing is told
    for line in problem_lines([each for file in read for each in file.problems if not is_open(each) or each in known]):
        print(line, file=sys.stderr)
    print(printable(_line(added, to)))
    if not any(each.accepted or each.mapping for each in read):
        return 2
    return 1 if None in exports or any(each.rejected for each in read) else 0


def _line(added: Added, to: str) -> str:
    held = sum(file.accepted for file in added.usage.files)
    files = f"{added.files:,} new {'file' if added.files == 1 else 'files'}"
    return f"{files}, {added.days:,} days written: {to} holds {held:,} results of {len(added.usage.files):,} files"
