"""The report as a file: what it says, that it is text, that it asks nobody for anything."""

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any

import plotly
import pytest
from plotly.offline import get_plotlyjs_version

from components import charts, report
from components.breakdown import LIMIT
from components.report import figures, sections, tables
from components.report.lines import area, line
from components.report.markup import Markup, tag
from components.sources import SAMPLE, Dataset
from components.theme import DARK, LIGHT
from components.view import View
from data.engine import total
from data.exports import Problem
from data.exports.export import Export, Named
from data.lacking import previous
from data.query import Query
from data.table import tidy
from data.usage import Usage
from tests.build import Bucket, day, export, tokens

MADE = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
KEY = "vFq3-the-key-that-opens-the-dataset"
CHAT = {
    "model": "gpt-5",
    "input_tokens": 1_000_000_007,
    "input_cached_tokens": 400,
    "output_tokens": 20,
    "num_model_requests": 3,
}
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "<!-- <script>",
    '" onmouseover="alert(3)',
    "$title ${script} %{x}",
    "line\u2028separator\u2029s",
    "\u202egnp.exe",
    "<span style='background:url(https://example.com/beacon)'>",
    "https://example.com/phish",
]


class Seen(HTMLParser):
    """What a browser would see: elements with their attributes, and text outside of scripts and styles."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""
        self.feed(content.decode())

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, dict(attributes)))
        self._inside = name

    def handle_endtag(self, _name: str) -> None:
        self._inside = ""

    def handle_data(self, text: str) -> None:
        if self._inside in self.raw:
            self.raw[self._inside].append(text)
        elif text.strip():
            self.text.append(text.strip())

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for each, attributes in self.elements if each == name]


def view(usage: Usage, title: str = "usage.json", is_sample: bool = False, **asked: object) -> View:
    query = Query.model_validate({"group_by": "model", **asked})
    totals, before = total(usage, query), previous(usage, query)
    grouped = totals if query.group_by else total(usage, query.model_copy(update={"group_by": "model"}))
    dataset = Dataset(SAMPLE if is_sample else KEY, title, usage)
    then = before if isinstance(before, str) else total(usage, before)
    return View(dataset, usage, query, totals, lambda: then, lambda: grouped)


def usage(*buckets: Bucket, **named: str) -> Usage:
    return tidy([export(*buckets, **named)])


def seen(found: View) -> Seen:
    return Seen(report.html(found, MADE))


def variants(page: Seen) -> dict[str, Any]:
    packed = page.raw["script"][0]
    assert re.fullmatch("[A-Za-z0-9+/=]+", packed)
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return found


@pytest.fixture(scope="module")
def plain() -> View:
    return view(
        usage(day("2026-01-01", CHAT), day("2026-01-02", CHAT, tokens(5, model="o4-mini")), name="my usage.json")
    )


# --- what it says --------------------------------------------------------------------------------------------------


def test_it_says_what_was_asked_of_which_data():
    found = view(
        usage(day("2026-01-01", CHAT), day("2026-01-02", CHAT)),
        title="Q1 of Acme",
        start_time="2026-01-02",
        end_time="2026-01-03",
        filters=(("model", ("gpt-5", None)),),
    )
    assert sections.facts(found.usage, found.totals) == [
        ("Period", ["2026-01-02 (24 h)"]),
        ("Time zone", ["UTC"]),
        ("Kind of usage", ["Completions"]),
        ("Measure", ["Total tokens"]),
        ("Grouped by", ["Model"]),
        ("Bars", ["By day"]),
        ("Results counted", ["1"]),
        ("Last bucket ends", ["2026-01-02 24:00 UTC"]),
        ("Only model", ["gpt-5", "No model"]),
    ]
    page = seen(found)
    assert page.text[:4] == ["Token usage · Q1 of Acme · 2026-01-02", "Token usage", "Q1 of Acme", "Period"]
    assert "No model result" not in page.text
    assert "2026-11-22 18:30 UTC" in page.text


def test_it_has_the_tiles_the_figures_and_the_whole_table_with_its_total(plain):
    page = seen(plain)
    assert page.text[page.text.index("2B") - 1] == "Total tokens"
    assert [each["data-figure"] for each in page.all("div") if "data-figure" in each] == [
        "over_time",
        "ranking",
        "parts_by_group",
    ]
    told = [text for text in page.text if text.startswith("2,000,000,")]
    assert told == ["2,000,000,054", "2,000,000,059"] * 2  # in tokens, and beside their cost
    assert page.text[page.text.index("Total") :][:3] == ["Total", "100.0%", "2,000,000,059"]


def test_it_tells_the_estimate_its_prices_and_what_lies_between_it_and_the_bill():
    million = {"model": "gpt-4o", "input_tokens": 1_000_000, "output_tokens": 0, "num_model_requests": 2}
    bill = {"amount": "3", "currency": "usd", "line_item": "gpt-4o, input"}
    text = " ".join(seen(view(usage(day("2026-01-01", million), day("2026-01-01", bill)))).text)
    assert "Estimated by list prices of genai-prices 0.2.3, last checked 2026-10-26" in text
    assert "Billed $3.00, estimated $2.50: a difference of $0.50, of which $0.50 is unexplained." in text
    assert "Estimated cost by model" in text


def test_it_names_its_sources_by_their_sha_256_and_counts_what_was_wrong_with_them():
    wrong = [
        Problem("rejected", "a.json", f"data[{index}]", "input_tokens", '"12k"', "is not a whole number")
        for index in range(3)
    ]
    bad = export(day("2026-01-01", CHAT))
    held = tidy([bad.__class__(**{**vars(bad), "problems": tuple(wrong)})])
    page = seen(view(held))
    assert "1 accepted + 3 rejected + 0 duplicate = 4 results in 1 file" in page.text
    assert held.files[0].sha256 in page.text
    where = page.text.index("input_tokens is not a whole number")
    assert page.text[where - 1 : where + 3] == ["Rejected", "input_tokens is not a whole number", "a.json", "3"]
    assert "12k" not in "".join(page.text)


def test_what_the_view_asks_for_and_the_data_lack_is_said():
    page = seen(view(usage(day("2026-01-01", CHAT)), filters=(("model", ("gone",)),), group_by=None))
    assert "No completions result has model gone." in page.text


def test_numbers_beyond_2_to_the_53_keep_every_digit():
    large = {"model": "m", "input_tokens": 2**63 - 1, "output_tokens": 2**63 - 1, "num_model_requests": 2**53 + 1}
    page = seen(view(usage(day("2026-01-01", large))))
    assert "18,446,744,073,709,551,614" in page.text
    assert "9,007,199,254,740,993" in page.text


def test_a_table_too_long_for_a_file_still_adds_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    page = seen(view(usage(day("2026-01-01", *(tokens(each, model=f"m{each}") for each in (10, 20, 30, 40))))))
    where = page.text.index("Other · 2 rows")
    assert page.text[where : where + 3] == ["Other · 2 rows", "30.0%", "30"]
    assert "4 rows, the largest 2 of them listed" in page.text
    assert tables.MOST_ROWS <= LIMIT


# --- text and nothing else -----------------------------------------------------------------------------------------


def named(names: list[str]) -> View:
    """A view in which every name there can be is one of these."""
    rows = [tokens(100 - index, model=name) for index, name in enumerate(names)]
    held = tidy([export(day("2026-01-01", *rows), name=names[1])])
    return view(held, title=names[0], filters=(("model", tuple(names)),))


def test_names_are_text_wherever_they_stand():
    page, harmless = seen(named(HOSTILE)), seen(named([f"m{index}" for index in range(len(HOSTILE))]))
    structure = [[(name, list(attributes)) for name, attributes in each.elements] for each in (page, harmless)]
    assert structure[0] == structure[1]
    for name in HOSTILE:
        assert any(name == text or name in text for text in page.text), name
    shown = json.dumps(variants(page))
    assert "<img" not in shown
    assert "<span style='background" not in shown


def test_half_a_character_does_not_stop_it():
    assert b"a?.json" in report.html(view(usage(day("2026-01-01", CHAT), name="a\ud800.json")), MADE)


def test_text_is_escaped_unless_it_says_that_it_is_markup():
    assert tag("td", "a < b & c", tag("i", '"'), class_="x", title='"<', hidden=True, id=None) == (
        '<td class="x" title="&quot;&lt;" hidden>a &lt; b &amp; c<i>&quot;</i></td>'
    )
    assert isinstance(tag("p"), Markup)


# --- asks nobody ---------------------------------------------------------------------------------------------------


def test_a_policy_forbids_it_every_request_and_every_script_but_its_own(plain):
    page = seen(plain)
    policy = (
        next(each["content"] for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy") or ""
    )
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert not {"connect-src", "frame-src", "object-src", "worker-src"} & set(directives)
    assert set(directives["img-src"].split()) == {"data:", "blob:"}
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in page.raw["script"][1:]
    }
    assert set(directives["script-src"].split()) == hashes


def test_it_links_to_nothing(plain):
    page = seen(plain)
    assert not page.all("a") + page.all("link") + page.all("img") + page.all("iframe")
    assert not [key for _, attributes in page.elements for key in attributes if key in {"href", "src", "action"}]
    style = "".join(page.raw["style"])
    assert "@import" not in style
    assert re.findall(r"url\(.{11}", style) == ['url("data:font/']


def test_it_does_not_hold_the_key_of_the_dataset(plain):
    page = report.html(plain, MADE).decode()
    drawn = gzip.decompress(base64.b64decode(seen(plain).raw["script"][0])).decode()
    assert plain.dataset.key == KEY
    assert "my usage.json" in page
    assert KEY not in page + drawn


def test_plotly_is_in_it_once_and_of_the_release_that_made_the_figures(plain):
    page = seen(plain)
    assert page.raw["script"][1] == report.plotly()
    assert f"plotly.js (cartesian - minified) v{get_plotlyjs_version()}\n" in report.plotly()[:100], plotly.__version__
    assert "</script" not in report.plotly().lower()
    assert "<!--" not in report.plotly()
    kinds = {trace["type"] for each in variants(page).values() for trace in each["wide"]["data"]}
    assert kinds <= {"bar", "scatter"}


def test_it_is_small_also_with_as_many_bars_as_are_drawn():
    hours = range(0, 1_000 * 3600, 3600)
    begin = 1_767_225_600
    buckets = [
        (begin + at, begin + at + 3600, [tokens(at % 997, model=f"model-with-a-long-name-{each}") for each in range(8)])
        for at in hours
    ]
    found = view(usage(*buckets), interval="hour")
    assert len(found.totals.spans) == 1_000
    assert len(report.html(found, MADE)) < 6_000_000


def test_the_longest_table_fits():
    rows = [
        {**CHAT, "model": f"a model with a rather long name, number {each}"} for each in range(tables.MOST_ROWS + 1)
    ]
    assert len(report.html(view(usage(day("2026-01-01", *rows))), MADE)) < 6_000_000


# --- the figures ---------------------------------------------------------------------------------------------------


def test_the_figures_are_those_of_the_page(plain):
    drawn = variants(seen(plain))
    assert list(drawn) == [name for name in charts.CHARTS if name != "within"]  # that one is of two dimensions
    for theme in (LIGHT, DARK):
        for width in ("wide", "narrow"):
            figure = charts.over_time(plain.totals, theme, None, narrow=width == "narrow")
            page = json.loads(json.dumps(figure._asdict()))
            for trace in page["data"]:
                trace.pop("meta", None)  # what a click asks for, which a file cannot answer
            packed = {key: drawn["over_time"][width][key] for key in ("data", "layout")}
            changes = drawn["over_time"][width]["dark"] if theme is DARK else []
            assert applied(packed, changes) == page


def applied(one: Any, found: list[Any]) -> Any:
    """What the script of the report does with the changes."""
    copy = json.loads(json.dumps(one))
    for path, value in found:
        inside = copy
        for key in path[:-1]:
            inside = inside[key]
        inside[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": [1, 2]}, {"a": [1, 2]}, []),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, [(["a", 1, "b"], 3)]),
        ({"a": [1]}, {"a": [1, 2]}, [(["a"], [1, 2])]),
        ({"a": {"b": 1}}, {"a": {"c": 1}}, [(["a"], {"c": 1})]),
        ({"a": None}, {"a": 0}, [(["a"], 0)]),
    ],
)
def test_a_mode_is_kept_as_what_it_changes(one, other, found):
    assert figures.changes(one, other) == found
    assert applied(one, found) == other


def test_usage_without_token_parts_has_no_figure_of_them():
    images = {"object": "images", "images": 5, "num_model_requests": 5, "model": "gpt-image-1"}
    page = seen(view(usage(day("2026-01-01", images)), object="images", measure="images"))
    assert list(variants(page)) == ["over_time", "ranking"]


def test_a_course_is_a_line_with_gaps():
    assert line([0, 10, None, 5], "spoken") == (
        '<svg role="img" aria-label="spoken" viewBox="0 0 100 28" preserveAspectRatio="none">'
        '<path d="M0.0 27.0L33.3 1.0M99.5 14.0L100.5 14.0" class="course"></path></svg>'
    )
    assert area([1]) == line([], "") == ""


# --- everyone ------------------------------------------------------------------------------------------------------


def test_it_can_be_read_without_seeing_it(plain):
    page = seen(plain)
    assert page.all("html") == [{"lang": "en"}]
    assert next(name for name, _ in page.elements if name in ("h1", "h2")) == "h1"
    plots = [each for each in page.all("div") if "data-figure" in each]
    assert [unescape(each["aria-label"] or "") for each in plots] == [
        charts.alt(name, answer) for name, answer in figures.answers(plain.totals, plain.grouped).items()
    ]
    assert {each.get("scope") for each in page.all("th")} == {"col", "row"}
    assert len(page.all("caption")) == len(page.all("table"))
    assert all("aria-label" in each or each.get("aria-hidden") == "true" for each in page.all("svg"))


def test_names_stand_beside_the_ids_of_filters_and_groups():
    mapping = Export("names.csv", "", 1, "", mapping=(Named("proj_1", "<i>Web</i>", "", "line 2"),))
    usage = tidy([export(day("2026-01-01", tokens(5, project_id="proj_1"), tokens(2, project_id="proj_2"))), mapping])
    question = Query(group_by="project_id").with_filter("project_id", ["proj_1", "proj_2", None])
    found = total(usage, question)
    assert dict(sections.facts(usage, found))["Only project"] == ["<i>Web</i> (proj_1)", "proj_2", "No project"]
    assert "<span>&lt;i&gt;Web&lt;/i&gt;</span><small>proj_1</small>" in tables.table(found)
