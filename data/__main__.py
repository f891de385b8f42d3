"""`python -m data check FILE…`, `totals FILE…`, `export FILE… --to LOCATION` (`-` is standard input) and `fetch`."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from data.exports import Export, read
from data.fetch import command as fetch
from data.pricing import PriceFileError, Prices, read_prices
from data.query import INTERVALS
from data.shell import check, costs, export, streams, totals
from data.shell.request import CannotAnswerError, Request
from data.table import tidy
from data.usage import Usage


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives its exit code: 0 all accepted, 1 something rejected, 2 nothing usable."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "fetch":
        return fetch.run(options)
    exports = [_read(name, options.label) for name in options.files]
    if options.command == "export":
        return export.run(exports, options.to)
    usage = tidy([export for export in exports if export is not None])
    for line in check.problem_lines(usage.problems):
        print(line, file=sys.stderr)
    code = max(check.exit_code(usage), 1 if None in exports else 0)
    return _check(usage, options, code) if options.command == "check" else _totals(usage, options, code)


def _read(name: str, label: str) -> Export | None:
    try:
        content = streams.standard_input() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        print(f"{check.printable(name)}: {error.strerror or 'could not be opened'}", file=sys.stderr)
        return None
    return read(content, "standard input" if name == "-" else Path(name).name, organization=label)


def _check(usage: Usage, options: argparse.Namespace, code: int) -> int:
    print(check.as_json(usage) if options.format == "json" else check.as_text(usage))
    return code


def _totals(usage: Usage, options: argparse.Namespace, code: int) -> int:
    request = Request(
        object=options.object,
        group_by=tuple(dict.fromkeys(options.group_by)),
        interval=None if options.interval == "all" else options.interval,
        zone=options.zone,
        first=options.first,
        last=options.last,
        where=tuple(options.where),
    )
    try:
        answer = totals.answer(usage, request)
        if options.cost:
            answer, notes = costs.with_costs(usage, request, answer, _prices(options.prices))
            for note in notes:
                print(check.printable(note), file=sys.stderr)
    except (CannotAnswerError, PriceFileError) as reason:
        print(check.printable(str(reason)), file=sys.stderr)
        return 2
    write = {"csv": answer.as_csv, "json": answer.as_json, "text": answer.as_text}[options.format]
    print(write().rstrip("\n"))
    return code


def _prices(path: str | None) -> Prices:
    if not path:
        return Prices()
    try:
        return Prices(read_prices(Path(path).read_bytes()), Path(path).name)
    except OSError as error:
        raise PriceFileError(f"{path}: {error.strerror or 'could not be opened'}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description="OpenAI usage exports, exactly added up.")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="what the files hold, and what was rejected and why")
    checking.add_argument("--format", choices=("text", "json"), default="text")
    adding = commands.add_parser("totals", help="exact totals by interval and dimensions")
    adding.add_argument("--group-by", action="append", default=[], metavar="DIMENSION", help="may be repeated")
    adding.add_argument("--interval", choices=(*INTERVALS, "all"), default="all")
    adding.add_argument("--zone", type=_zone, default="UTC", help="for days, weeks and months, such as Europe/Berlin")
    adding.add_argument("--from", dest="first", type=_day, metavar="DATE", help="first day")
    adding.add_argument("--to", dest="last", type=_day, metavar="DATE", help="last day, included")
    adding.add_argument("--where", action="append", default=[], type=_condition, metavar="DIMENSION=VALUE")
    adding.add_argument("--object", choices=tuple(totals.COLUMNS), default="completions", help="kind of result")
    adding.add_argument("--format", choices=("csv", "json", "text"), default="csv")
    adding.add_argument("--cost", action="store_true", help="add estimated_cost, unpriced_tokens and billed_cost")
    adding.add_argument(
        "--prices", default=os.environ.get("USAGE_PRICES"), metavar="FILE", help="prices that come before the list's"
    )
    fetch.add_to(commands)
    exporting = commands.add_parser("export", help="add what the files hold to a warehouse: Parquet by day")
    exporting.add_argument("--to", required=True, metavar="LOCATION", help="a folder, or s3://bucket/prefix")
    for command in (checking, adding, exporting):
        command.add_argument("files", nargs="+", metavar="FILE", help="an export; - is standard input")
        command.add_argument("--label", default="", help="organization of these files, a dimension of its own")
    return parser


def _zone(name: str) -> str:
    try:
        return str(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        raise argparse.ArgumentTypeError(f"{name} is not a time zone") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day, such as 2026-01-31") from None


def _condition(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text} is not of the form DIMENSION=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(streams.guarded(main))
