"""What the command line asks for, as one value, and the exit codes that answer it."""

import argparse
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from pathlib import Path

from data.fetch.kinds import Interval
from data.fetch.plan import CannotPlanError, Plan, Query, queries_of, window


class Exit(IntEnum):
    """As in the other commands: 0 all is well, 1 something is missing, 2 nothing usable."""

    COMPLETE = 0
    INCOMPLETE = 1
    UNUSABLE = 2
    STOPPED = 130
    """By Ctrl-C or by being told to end: 128 and the signal's number, as shells have it."""


@dataclass(frozen=True)
class Asked:
    """The options; what contradicts itself raises CannotPlanError."""

    file: Path
    first: date | None
    last: date | None
    usage: tuple[str, ...]
    costs: bool
    interval: Interval
    group_by: tuple[str, ...] | None
    """None where nothing was said: all dimensions that go together."""
    names: bool
    resume: bool
    update: bool

    @property
    def only_names(self) -> bool:
        return self.names and not self.usage and not self.costs

    def queries(self) -> tuple[Query, ...]:
        queries = queries_of(self.usage, self.costs, self.interval, self.group_by)
        if not queries:
            raise CannotPlanError("--usage none leaves nothing to fetch: add --costs or --names")
        return queries

    def plan(self, now: int) -> Plan:
        if not self.first:
            raise CannotPlanError(f"there is no fetch of {self.file.name} to go on with: --from DATE begins one")
        return Plan(self.queries(), *window(self.first, self.last, now), now)

    def agrees_with(self, plan: Plan, now: int) -> bool:
        """Whether it asks for what was begun; with --resume alone it does, and today may have moved on."""
        if not self.first:
            return True
        mine = self.plan(now)
        return (mine.queries, mine.start) == (plan.queries, plan.start) and (not self.last or mine.end == plan.end)


def asked(options: argparse.Namespace) -> Asked:
    """The options of one call."""
    file = options.update or options.output
    if options.update and (options.output or options.resume or options.first):
        raise CannotPlanError("--update FILE takes what to fetch from FILE: leave out -o, --resume and --from")
    if file is None:
        raise CannotPlanError("-o FILE says where to write")
    if file.is_dir() or not file.resolve().parent.is_dir():
        raise CannotPlanError(f"{file} is not a file in a folder that exists")
    usage = _flat(options.usage) if options.usage else ["completions"]
    found = Asked(
        file=file,
        first=options.first,
        last=options.last,
        usage=tuple(name for name in usage if name != "none"),
        costs=options.costs,
        interval=options.interval or "1d",
        group_by=tuple(name for name in _flat(options.group_by) if name != "none") if options.group_by else None,
        names=options.names,
        resume=options.resume,
        update=bool(options.update),
    )
    if not (found.update or found.resume or found.first or found.only_names):
        raise CannotPlanError("--from DATE says where to begin, such as --from 2026-01-01")
    return found


def _flat(lists: list[list[str]]) -> list[str]:
    return [each for one in lists for each in one]
