"""`python -m data check` and `python -m data totals`: literal exports in, literal output and exit codes out."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from data.__main__ import main
from tests.conftest import PROJECT

DAY = 86_400
JANUARY = 1_767_225_600  # 2026-01-01T00:00:00Z, a Thursday


class Said(NamedTuple):
    out: str
    err: str
    code: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Shell = Callable[..., Said]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Runs a command in a folder of its own, in which the files lie."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **files: bytes) -> Said:
        for name, content in files.items():
            Path(name.replace("__", ".")).write_bytes(content)
        try:
            code = main(arguments)
        except SystemExit as end:  # argparse's
            code = int(str(end.code))
        return Said(*capsys.readouterr(), code)

    return run


def started(*arguments: str, stdin: bytes = b"", **environment: str) -> Said:
    """The command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "data", *arguments],
        cwd=PROJECT,
        input=stdin,
        capture_output=True,
        check=False,
        env={"PATH": "", **environment},
    )
    return Said(done.stdout.decode(), done.stderr.decode(), done.returncode)


def bucket(start: int, width: int, *rows: dict[str, Any], kind: str = "completions") -> dict[str, Any]:
    results = [{"object": f"organization.usage.{kind}.result", **row} for row in rows]
    return {"object": "bucket", "start_time": start, "end_time": start + width, "results": results}


def day(number: int, *rows: dict[str, Any], kind: str = "completions") -> dict[str, Any]:
    """A day of January 2026."""
    return bucket(JANUARY + (number - 1) * DAY, DAY, *rows, kind=kind)


def hour(number: int, *rows: dict[str, Any]) -> dict[str, Any]:
    """An hour from the beginning of 2026 on."""
    return bucket(JANUARY + number * 3600, 3600, *rows)


def row(tokens: Any, **more: Any) -> dict[str, Any]:
    return {"input_tokens": tokens, "output_tokens": 1, "num_model_requests": 2, "model": "gpt-5", **more}


def written(*buckets: dict[str, Any]) -> bytes:
    return json.dumps({"object": "page", "data": buckets, "has_more": False, "next_page": None}).encode()


def costs(*amounts: tuple[str, str, str | None]) -> bytes:
    """A day's costs: value, currency and line item of each."""
    results = [
        {"object": "organization.costs.result", "amount": {"value": value, "currency": currency}, "line_item": item}
        for value, currency, item in amounts
    ]
    return written({**day(1), "results": results})


GOOD = written(day(1, row(100, input_cached_tokens=30)), day(2, row(5, input_cached_tokens=0, model="o4-mini")))
MIXED = written(day(3, row(7), row("12k"), row(-1)))
HEADER = (
    "num_model_requests,input_tokens,input_cached_tokens,output_tokens,"
    "uncached_input,cached_input,cache_write,output,audio_input,audio_output,total_tokens"
)


# --- check ---------------------------------------------------------------------------------------------------------


def test_check_tells_what_a_file_holds(shell):
    assert shell("check", "a.json", a__json=GOOD) == (
        "a.json: API page: 2 accepted + 0 rejected + 0 duplicate = 2 results\n",
        "",
        0,
    )


def test_check_ends_with_1_where_something_was_rejected_and_says_what_and_where(shell):
    assert shell("check", "a.json", "b.json", a__json=GOOD, b__json=MIXED) == (
        "a.json: API page: 2 accepted + 0 rejected + 0 duplicate = 2 results\n"
        "b.json: API page: 1 accepted + 2 rejected + 0 duplicate = 3 results\n"
        "all files: 2 files: 3 accepted + 2 rejected + 0 duplicate = 5 results\n",
        'b.json: data[0].results[1]: input_tokens = "12k" is not a whole number\n'
        "b.json: data[0].results[2]: input_tokens = -1 is negative\n",
        1,
    )


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\xff\xfe\x00", b"{", written(day(1, row("12k")))])
def test_check_ends_with_2_where_nothing_is_usable(shell, content):
    said = shell("check", "a.json", a__json=content)
    assert said.code == 2
    assert said.err.startswith("a.json: ")
    assert " 0 accepted " in said.out


def test_duplicates_are_no_fault(shell):
    said = shell("check", "a.json", "b.json", a__json=GOOD, b__json=GOOD)
    assert said.lines[-1] == "all files: 2 files: 2 accepted + 0 rejected + 2 duplicate = 4 results"
    assert said.code == 0


def test_check_as_json_has_counts_in_all_and_by_file_and_every_problem(shell):
    said = shell("check", "--format", "json", "b.json", b__json=MIXED)
    assert json.loads(said.out) == {
        "total": 3,
        "accepted": 1,
        "rejected": 2,
        "duplicate": 0,
        "files": [{"name": "b.json", "format": "API page", "total": 3, "accepted": 1, "rejected": 2, "duplicate": 0}],
        "problems": [
            {
                "file": "b.json",
                "place": "data[0].results[1]",
                "field": "input_tokens",
                "value": '"12k"',
                "reason": "is not a whole number",
                "count": 1,
            },
            {
                "file": "b.json",
                "place": "data[0].results[2]",
                "field": "input_tokens",
                "value": "-1",
                "reason": "is negative",
                "count": 1,
            },
        ],
        "notices": [],
        "unknown_fields": {},
        "unknown_objects": {},
    }
    assert said.code == 1


def test_equal_problems_are_counted_together(shell):
    said = shell("check", "a.json", a__json=written(day(1, row(1), *[row("x")] * 3)))
    assert said.err.splitlines() == [
        'a.json: data[0].results[1]: input_tokens = "x" is not a whole number (and 2 more like it)'
    ]


def test_what_is_new_is_named_and_counted(shell):
    said = shell("check", "a.json", a__json=written(day(1, row(1, novelty=5))))
    assert said.lines[1:] == ["unknown field completions.novelty: 1 results, kept"]


def test_a_file_that_is_not_there_is_told_and_the_others_are_read(shell):
    said = shell("check", "gone.json", "a.json", a__json=GOOD)
    assert said.err == "gone.json: No such file or directory\n"
    assert said.lines == ["a.json: API page: 2 accepted + 0 rejected + 0 duplicate = 2 results"]
    assert said.code == 1


def test_no_name_moves_the_cursor_or_forges_a_line(shell):
    hostile = "\x1b[31mred\r\nb.json: fine\u202e"
    said = shell("check", "a.json", a__json=written(day(1, row(1, **{hostile: 5}), row(hostile))))
    assert said.lines[1] == "unknown field completions.�[31mred��b.json: fine�: 1 results, kept"
    assert len(said.err.splitlines()) == 1
    assert not any(sign in said.out + said.err for sign in "\x1b\r\u202e")


# --- totals --------------------------------------------------------------------------------------------------------


def test_totals_are_one_line_of_csv(shell):
    assert shell("totals", "a.json", a__json=GOOD) == (f"{HEADER}\n4,105,30,2,75,30,,2,,,107\n", "", 0)


def test_totals_by_day_and_model(shell):
    said = shell("totals", "--interval", "day", "--group-by", "model", "a.json", a__json=GOOD)
    assert said.lines == [
        f"start_time,model,{HEADER}",
        "2026-01-01T00:00:00+00:00,gpt-5,2,100,30,1,70,30,,1,,,101",
        "2026-01-02T00:00:00+00:00,o4-mini,2,5,0,1,5,0,,1,,,6",
    ]


def test_a_null_dimension_is_an_empty_cell(shell):
    said = shell("totals", "--group-by", "model", "a.json", a__json=written(day(1, row(1), row(2, model=None))))
    assert [line.split(",")[0] for line in said.lines] == ["model", "gpt-5", ""]


def test_totals_as_json_and_as_text(shell):
    said = shell("totals", "--group-by", "model", "--format", "json", "a.json", a__json=written(day(1, row(2**53))))
    (answer,) = json.loads(said.out)
    assert answer["model"] == "gpt-5"
    assert answer["total_tokens"] == 2**53 + 1
    assert answer["audio_input"] is None
    text = shell("totals", "--group-by", "model", "--format", "text", "a.json", a__json=GOOD)
    assert [line.split() for line in text.lines] == [
        ["model", *HEADER.split(",")],
        ["gpt-5", "2", "100", "30", "1", "70", "30", "1", "101"],
        ["o4-mini", "2", "5", "0", "1", "5", "0", "1", "6"],
    ]


def test_sums_beyond_64_bits_are_exact(shell):
    said = shell("totals", "a.json", a__json=written(day(1, *[row(2**63 - 1)] * 3)))
    assert said.lines[1].endswith(",27670116110564327424")


@pytest.mark.parametrize(
    ("where", "tokens"),
    [
        (["model=gpt-5"], 101),
        (["model=gpt-5", "model=o4-mini"], 107),
        (["model=gpt-5", "batch=true"], None),
        (["batch="], 107),
        (["model=a=b"], None),
    ],
)
def test_where_keeps_any_of_a_dimensions_values(shell, where, tokens):
    options = [word for each in where for word in ("--where", each)]
    content = written(
        day(1, row(100, batch=None)), day(2, row(5, model="o4-mini", batch=None)), day(3, row(9, model="x", batch=True))
    )
    said = shell("totals", *options, "a.json", a__json=content)
    found = [int(line.rsplit(",", 1)[1]) for line in said.lines[1:]]
    assert found == ([] if tokens is None else [tokens])
    assert said.code == 0


@pytest.mark.parametrize(
    ("options", "days"),
    [
        (["--from", "2026-01-02"], [2, 3]),
        (["--to", "2026-01-02"], [1, 2]),
        (["--from", "2026-01-02", "--to", "2026-01-02"], [2]),
        (["--from", "2026-01-03", "--to", "2026-01-02"], []),
        (["--from", "2030-01-01"], []),
        (["--from", "0001-01-01", "--to", "9999-12-31"], [1, 2, 3]),
    ],
)
@pytest.mark.parametrize("interval", ["all", "day", "week", "month"])
def test_from_and_to_hold_their_days_in_every_interval(shell, options, days, interval):
    content = written(*(day(number, row(10**number, output_tokens=0)) for number in (1, 2, 3)))
    said = shell("totals", *options, "--interval", interval, "a.json", a__json=content)
    assert sum(int(line.rsplit(",", 1)[1]) for line in said.lines[1:]) == sum(10**number for number in days)
    assert said.code == 0


def test_days_of_another_zone_hold_its_hours(shell):
    content = written(*(hour(number, row(1, output_tokens=0)) for number in range(48)))
    options = ("--interval", "day", "--zone", "Europe/Berlin")
    said = shell("totals", *options, "a.json", a__json=content)
    assert [(line.split(",")[0], line.rsplit(",", 1)[1]) for line in said.lines[1:]] == [
        ("2026-01-01T00:00:00+01:00", "23"),
        ("2026-01-02T00:00:00+01:00", "24"),
        ("2026-01-03T00:00:00+01:00", "1"),
    ]
    only = shell("totals", "--zone", "Europe/Berlin", "--from", "2026-01-02", "--to", "2026-01-02", "a.json")
    assert only.lines[1].rsplit(",", 1)[1] == "24"


def test_weeks_begin_on_monday_and_count_nothing_before_the_first_day_asked_for(shell):
    content = written(*(day(number, row(number, output_tokens=0)) for number in range(1, 15)))
    said = shell(
        "totals", "--interval", "week", "--from", "2026-01-03", "--to", "2026-01-06", "a.json", a__json=content
    )
    assert [(line.split(",")[0], line.rsplit(",", 1)[1]) for line in said.lines[1:]] == [
        ("2025-12-29T00:00:00+00:00", str(3 + 4)),
        ("2026-01-05T00:00:00+00:00", str(5 + 6)),
    ]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--interval", "hour"], "--interval hour is finer than these buckets of 86,400 s: "),
        (
            ["--interval", "day", "--zone", "Asia/Tokyo"],
            "daily buckets are UTC days and cannot be cut into days of Asia/Tokyo: ",
        ),
        (["--group-by", "colour"], "colour is not a dimension of completions"),
        (["--group-by", "start_time"], "start_time is not a dimension of completions"),
        (["--where", "input_tokens=5"], "input_tokens is not a dimension of completions"),
        (["--where", "user_id=u"], "the export is not grouped by user_id: export it again with it in group_by"),
        (["--where", "model"], "model is not of the form DIMENSION=VALUE"),
        (["--zone", "Mars/Base"], "Mars/Base is not a time zone"),
        (["--zone", "Europe"], "Europe is not a time zone"),
        (["--from", "2026-02-30"], "2026-02-30 is not a day, such as 2026-01-31"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(shell, options, reason):
    said = shell("totals", *options, "a.json", a__json=GOOD)
    assert said.out == ""
    assert reason in said.err.splitlines()[-1]
    assert said.code == 2


def test_totals_of_exports_that_overlap_count_every_token_once(shell):
    by_project = written(day(1, row(105, model=None, project_id="p", num_model_requests=4)))
    by_model = written(day(1, row(100), row(5, model="o4-mini")))
    options = ("a.json", "b.json")
    said = shell("totals", "--group-by", "project_id", *options, a__json=by_project, b__json=by_model)
    assert [line.split(",")[:3] for line in said.lines[1:]] == [["p", "4", "105"]]
    said = shell("totals", "--group-by", "model", *options)
    assert [line.split(",")[:3] for line in said.lines[1:]] == [["gpt-5", "2", "100"], ["o4-mini", "2", "5"]]
    assert shell("totals", *options).lines[1].split(",")[:2] == ["4", "105"]


def test_other_kinds_of_results_have_their_own_measures(shell):
    content = written(day(1, {"images": 4, "num_model_requests": 3, "size": "1024x1024"}, kind="images"))
    said = shell("totals", "--object", "images", "--group-by", "size", "a.json", a__json=content)
    assert said.lines == ["size,num_model_requests,images", "1024x1024,3,4"]
    assert shell("totals", "a.json").lines == [HEADER]


def test_costs_are_exact_and_currencies_are_not_added(shell):
    content = costs(
        ("0.100000000000000000000000000001", "usd", "gpt-5"),
        ("1000000000000", "usd", "gpt-5"),
        ("2.50", "eur", "gpt-5"),
        ("-0.25", "usd", None),
    )
    said = shell("totals", "--object", "costs", "--group-by", "line_item", "a.json", a__json=content)
    assert said.lines == [
        "line_item,amount,currency",
        ",-0.25,usd",
        "gpt-5,2.5,eur",
        "gpt-5,1000000000000.100000000000000000000000000001,usd",
    ]
    said = shell("totals", "--object", "costs", "--format", "json", "--interval", "day", "a.json")
    assert {answer["currency"]: answer["amount"] for answer in json.loads(said.out)} == {
        "eur": "2.5",
        "usd": "999999999999.850000000000000000000000000001",
    }


def test_a_label_is_the_organization_of_the_files(shell):
    said = shell("totals", "--label", "north", "--group-by", "organization", "a.json", a__json=GOOD)
    assert said.lines[1].startswith("north,4,105,")


def test_no_cell_is_run_by_a_spreadsheet_and_no_text_by_a_terminal(shell):
    content = written(day(1, row(1, model="=1+1"), row(1, model="\x1b[31mred\nx")))
    table = shell("totals", "--group-by", "model", "a.json", a__json=content)
    assert "\n'=1+1," in table.out
    text = shell("totals", "--group-by", "model", "--format", "text", "a.json")
    assert len(text.lines) == 3
    assert "\x1b" not in text.out


# --- as a process --------------------------------------------------------------------------------------------------


def test_standard_input_is_a_dash():
    said = started("totals", "--group-by", "model", "-", stdin=GOOD)
    assert said.lines[1:] == ["gpt-5,2,100,30,1,70,30,,1,,,101", "o4-mini,2,5,0,1,5,0,,1,,,6"]
    assert (said.err, said.code) == ("", 0)
    assert started("check", "-", stdin=b"").err.startswith("standard input: is empty: ")


def test_names_are_written_as_utf_8_whatever_the_terminal_knows():
    content = written(day(1, row(1, model="modèle")))
    said = started("totals", "--group-by", "model", "-", stdin=content, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert said.lines[1].startswith("modèle,")
    assert said.code == 0


def test_a_reader_that_leaves_early_causes_no_traceback():
    sample = PROJECT / "data" / "samples" / "completions_usage_2025-09-01_2026-02-28.csv"
    options = ["--interval", "day", "--group-by", "model", "--group-by", "api_key_id", "--group-by", "user_id"]
    process = subprocess.Popen(
        [sys.executable, "-m", "data", "totals", *options, str(sample)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_the_totals_of_the_real_exports(exports, shell):
    known = {"01": 48_117_257, "02": 17_748_435, "05": 13_459, "06": 20_954, "07": 889_170}
    for number, total in known.items():
        (file,) = exports.glob(f"{number}_*")
        assert shell("totals", str(file)).lines[1].rsplit(",", 1)[1] == str(total)


# --- what it costs -------------------------------------------------------------------------------------------------


def line(item: str, dollars: str, **more: Any) -> dict[str, Any]:
    return {
        "object": "organization.costs.result",
        "amount": {"value": dollars, "currency": "usd"},
        "line_item": item,
        **more,
    }


def billed_day(number: int, *results: dict[str, Any]) -> dict[str, Any]:
    return {**day(number), "results": list(results)}


MILLION = 1_000_000


def million(model: str, **more: Any) -> dict[str, Any]:
    return {"input_tokens": MILLION, "output_tokens": 0, "num_model_requests": 1, "model": model, **more}


def test_totals_with_cost_add_the_estimate_and_what_has_no_price(shell: Shell) -> None:
    said = shell(
        "totals", "--cost", "--group-by", "model", "--format", "json", "a.json",
        a__json=json.dumps([day(1, million("gpt-4o"), million("gpt-9"))]).encode(),
    )  # fmt: skip

    rows = [(each["model"], each["estimated_cost"], each["unpriced_tokens"]) for each in json.loads(said.out)]
    assert rows == [("gpt-4o", "2.5", 0), ("gpt-9", None, MILLION)]
    assert "billed_cost" not in said.out
    assert said.code == 0


def test_totals_with_cost_and_a_bill_lay_it_beside_and_drop_none_of_it(shell: Shell) -> None:
    usage = [day(1, million("gpt-4o", project_id="a")), day(2, million("gpt-4o", project_id="a"))]
    bill = [
        billed_day(1, line("gpt-4o, input", "2.500000000000000000000000000001", project_id="a")),
        billed_day(2, line("service credit", "-1")),
    ]

    said = shell(
        "totals", "--cost", "--group-by", "project_id", "--interval", "month", "a.json", "b.json",
        a__json=json.dumps(usage).encode(), b__json=json.dumps(bill).encode(),
    )  # fmt: skip

    assert [each.split(",")[:2] + each.split(",")[-3:] for each in said.lines] == [
        ["start_time", "project_id", "estimated_cost", "unpriced_tokens", "billed_cost"],
        ["2026-01-01T00:00:00+00:00", "a", "5", "0", "2.500000000000000000000000000001"],
        ["2026-01-01T00:00:00+00:00", "", "", "", "-1"],
    ]


def test_totals_with_cost_say_why_a_bill_is_left_out(shell: Shell) -> None:
    usage = [day(1, million("gpt-4o", service_tier="flex"))]

    said = shell(
        "totals", "--cost", "--group-by", "service_tier", "a.json", "b.json",
        a__json=json.dumps(usage).encode(), b__json=json.dumps([billed_day(1, line("gpt-4o, input", "1"))]).encode(),
    )  # fmt: skip

    assert said.lines[0].endswith("estimated_cost,unpriced_tokens")
    assert "billed_cost is left out: the costs exports are not grouped by service_tier" in said.err


def test_totals_with_cost_say_what_to_export_where_usage_is_not_grouped_by_model(shell: Shell) -> None:
    usage = [day(1, million("gpt-4o")), day(2, {**million("x"), "model": None})]

    said = shell(
        "totals", "--cost", "a.json", "b.json",
        a__json=json.dumps(usage[:1]).encode(), b__json=json.dumps(usage[1:]).encode(),
    )  # fmt: skip

    assert said.lines[1].endswith(",2.5,1000000")
    assert said.err.splitlines() == [
        "estimated_cost leaves out 1,000,000 tokens not grouped by model: export again with group_by=model"
    ]


def test_totals_with_cost_take_prices_of_ones_own(shell: Shell) -> None:
    said = shell(
        "totals", "--cost", "--prices", "p.csv", "a.json",
        a__json=json.dumps([day(1, million("gpt-9"))]).encode(), p__csv=b"model,uncached_input\ngpt-9,7\n",
    )  # fmt: skip

    assert said.lines[1].endswith(",7,0")


def test_a_price_file_that_means_nothing_ends_with_2_and_its_line(shell: Shell) -> None:
    said = shell(
        "totals", "--cost", "--prices", "p.csv", "a.json",
        a__json=json.dumps([day(1, million("gpt-9"))]).encode(), p__csv=b"model,uncached_input\ngpt-9,cheap\n",
    )  # fmt: skip

    assert said.code == 2
    assert "line 2: uncached_input" in said.err


def test_what_is_not_counted_in_tokens_has_no_estimate(shell: Shell) -> None:
    said = shell("totals", "--cost", "--object", "images", "a.json", a__json=json.dumps([day(1)]).encode())

    assert (said.code, said.err) == (2, "--cost: images is not counted in tokens\n")


def test_a_lower_bound_is_called_one(shell: Shell) -> None:
    said = shell("totals", "--cost", "a.json", a__json=json.dumps([day(1, million("gpt-5.5"))]).encode())

    assert "estimated_cost is a lower bound" in said.err


# --- names ---------------------------------------------------------------------------------------------------------


def test_totals_by_team_with_a_mapping_among_the_files(shell: Shell) -> None:
    rows = "start_time,end_time,project_id,input_tokens,output_tokens,num_model_requests,object\n"
    rows += f"{JANUARY},{JANUARY + DAY},proj_1,5,0,1,organization.usage.completions.result\n"
    rows += f"{JANUARY},{JANUARY + DAY},proj_2,7,0,1,organization.usage.completions.result\n"
    files = {"usage__csv": rows.encode(), "names__csv": b"id,name,team\nproj_1,Web,Sales\n"}
    question = ("--group-by", "team", "--format", "json")
    said = shell("totals", "usage.csv", "names.csv", *question, **files)
    assert (said.err, said.code) == ("", 0)
    assert [(row["team"], row["input_tokens"]) for row in json.loads(said.out)] == [("Sales", 5), (None, 7)]
    said = shell("totals", "usage.csv", "names.csv", "--where", "team=Sales", "--format", "json")
    assert [row["input_tokens"] for row in json.loads(said.out)] == [5]
    said = shell("totals", "usage.csv", *question)
    assert (said.out, said.code) == ("", 2)
    assert said.err == "no id in these files has a team: add a mapping with the columns id, name and team\n"


def test_check_tells_a_mapping_from_usage(shell: Shell) -> None:
    said = shell("check", "names.csv", names__csv=b"id,name\nproj_1,Web\n,Ana\n")
    assert said.lines == ["names.csv: names of ids: 0 accepted + 0 rejected + 0 duplicate = 0 results"]
    assert said.err == "names.csv: line 3: id is missing: this row names nothing\n"
    assert said.code == 2
