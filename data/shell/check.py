"""What files hold, what was rejected and why: `python -m data check FILE…`."""

import json
from collections import Counter
from collections.abc import Sequence

from data.exports import Problem
from data.usage import File, Usage

COUNTS = ("total", "accepted", "rejected", "duplicate")


def exit_code(usage: Usage) -> int:
    """0 all accepted, 1 something rejected, 2 nothing usable. Duplicates are no fault."""
    if not any(file.accepted for file in usage.files):
        return 2
    return 1 if any(file.rejected for file in usage.files) else 0


def as_json(usage: Usage) -> str:
    """The four counts in all and per file, every rejection under `problems`, all else worth knowing under `notices`."""
    return json.dumps(
        {
            **_added(usage.files),
            "files": [{"name": file.name, "format": file.format, **_counts(file)} for file in usage.files],
            "problems": [_problem(problem) for problem in usage.problems if problem.kind != "notice"],
            "notices": [_problem(problem) for problem in usage.problems if problem.kind == "notice"],
            "unknown_fields": usage.unknown_fields,
            "unknown_objects": usage.unknown_objects,
        },
        indent=1,
        ensure_ascii=False,
    )


def _counts(file: File) -> dict[str, int]:
    return {name: getattr(file, name) for name in COUNTS}


def _added(files: tuple[File, ...]) -> dict[str, int]:
    return {name: sum(getattr(file, name) for file in files) for name in COUNTS}


def _problem(problem: Problem) -> dict[str, str | int]:
    return {
        "file": problem.file,
        "place": problem.place,
        "field": problem.field,
        "value": problem.value,
        "reason": problem.reason,
        "count": problem.count,
    }


def as_text(usage: Usage) -> str:
    """A line per file, one that adds up, and the names this version does not know."""
    lines = [_line(file.name, file.format or "not read", _counts(file)) for file in usage.files]
    if len(usage.files) > 1:
        lines.append(_line("all files", f"{len(usage.files)} files", _added(usage.files)))
    lines += [
        f"unknown field {printable(name)}: {count:,} results, kept" for name, count in usage.unknown_fields.items()
    ]
    lines += [
        f"unknown object {printable(name)}: {count:,} results, kept" for name, count in usage.unknown_objects.items()
    ]
    return "\n".join(lines)


def _line(name: str, format_name: str, counts: dict[str, int]) -> str:
    parts = " + ".join(f"{counts[key]:,} {key}" for key in COUNTS[1:])
    return f"{printable(name)}: {format_name}: {parts} = {counts['total']:,} results"


def problem_lines(problems: Sequence[Problem], most: int = 20) -> list[str]:
    """`usage.json: data[2].results[17]: input_tokens = "12k" is not a whole number`; equal ones counted together."""
    grouped = Counter((each.file, each.kind, each.field, each.reason) for each in problems)
    first: dict[tuple[str, str, str, str], Problem] = {}
    for each in problems:
        first.setdefault((each.file, each.kind, each.field, each.reason), each)
    lines = [_sentence(first[key], count) for key, count in list(grouped.items())[:most]]
    return lines + ([f"and {len(grouped) - most:,} more kinds of problem"] if len(grouped) > most else [])


def _sentence(problem: Problem, places: int) -> str:
    what = " ".join(part for part in (problem.field, problem.value and f"= {problem.value}", problem.reason) if part)
    where = ": ".join(part for part in (problem.file, problem.place) if part)
    more = f" (and {places - 1:,} more like it)" if places > 1 else ""
    return printable(f"{where}: {what}{more}")


def printable(text: str) -> str:
    """A name as one line of a terminal: nothing in it moves the cursor or forges a line."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
