"""How numbers, times and names are written, that every name has a label, and that colours are those of the page."""

import tomllib
from decimal import Decimal
from pathlib import Path

import plotly.io as pio
import pytest

from components import theme
from components.theme import DARK, JOINER, LIGHT, Theme
from data.models import BY_OBJECT, short_name
from data.parts import PARTS
from data.query import INTERVALS
from data.totals import Group
from data.usage import DIMENSIONS, MEASURES

HOUR, DAY = 3600, 86_400
NOVEMBER_20 = 1_795_132_800  # 2026-11-20T00:00:00Z, a Friday
CONFIG = tomllib.loads((Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (0, "0"),
        (987, "987"),
        (999, "999"),
        (1000, "1K"),
        (1200, "1.2K"),
        (45_250, "45.3K"),
        (999_499, "999K"),
        (999_500, "1M"),
        (1_200_000, "1.2M"),
        (1_234_567, "1.23M"),
        (32_759_327_466, "32.8B"),
        (4_000_000_000_000, "4T"),
        (9_223_372_036_854_775_808, "9,223,372T"),
        (-45_250, "−45.3K"),
    ],
)
def test_a_compact_number_has_three_significant_figures_and_billions_are_b(number, text):
    assert theme.compact(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "–"), (0, "0"), (1_234_567, "1,234,567"), (2**63 + 1, "9,223,372,036,854,775,809"), (-5, "−5")],
)
def test_an_exact_number_keeps_every_digit(number, text):
    assert theme.exact(number) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (None, "n/a"),
        (0, "0.0%"),
        (0.3714, "37.1%"),
        (1, "100.0%"),
        (0.0001, "<0.1%"),
        (12.5, "1,250.0%"),
        (-0.2, "−20.0%"),
    ],
)
def test_percent_has_one_decimal_and_what_is_there_is_not_zero(ratio, text):
    assert theme.percent(ratio) == text


def test_a_share_of_nothing_is_not_a_number():
    assert theme.share(1, 4) == "25.0%"
    assert theme.share(0, 0) == "n/a"
    assert theme.share(None, 4) == "n/a"
    assert theme.share(4, None) == "n/a"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "–"),
        ("0", "$0.00"),
        ("1234.5", "$1,234.50"),
        ("0.01", "$0.01"),
        ("0.0042", "$0.0042"),
        ("0.00001", "<$0.0001"),
        ("-150", "−$150.00"),
    ],
)
def test_money_has_two_decimals_and_four_below_a_cent(amount, text):
    assert theme.money(None if amount is None else Decimal(amount)) == text


def test_other_currencies_are_named():
    assert theme.money(Decimal("3.456"), "eur") == "EUR 3.46"


def test_file_sizes_and_durations_are_rounded_to_a_decimal():
    assert [theme.size(n) for n in (0, 999, 1000, 24_800_000)] == ["0 B", "999 B", "1.0 kB", "24.8 MB"]
    assert [theme.duration(n) for n in (30, 60, 23_400, DAY, 3 * DAY)] == ["30 s", "1 min", "6.5 h", "24 h", "3 d"]


@pytest.mark.parametrize(
    ("kind", "start", "length", "name", "stretch"),
    [
        ("minute", NOVEMBER_20 + 13 * HOUR, 60, "2026-11-20 13:00 UTC", "2026-11-20 13:00–13:01 UTC"),
        ("hour", NOVEMBER_20 + 13 * HOUR, HOUR, "2026-11-20 13:00 UTC", "2026-11-20 13:00–14:00 UTC"),
        ("hour", NOVEMBER_20 + 23 * HOUR, HOUR, "2026-11-20 23:00 UTC", "2026-11-20 23:00–24:00 UTC"),
        ("day", NOVEMBER_20, DAY, "2026-11-20", "Fri 2026-11-20 00:00–24:00 UTC"),
        (
            "week",
            NOVEMBER_20 - 4 * DAY,
            7 * DAY,
            "2026-W47 (Mon 2026-11-16 – Sun 2026-11-22)",
            "2026-W47 (2026-11-16 – 2026-11-22) UTC",
        ),
        ("month", NOVEMBER_20 - 19 * DAY, 30 * DAY, "2026-11", "2026-11 (2026-11-01 – 2026-11-30) UTC"),
    ],
)
def test_an_interval_is_called_by_its_iso_date(kind, start, length, name, stretch):
    assert theme.interval(start, start + length, kind) == name
    assert theme.stretch(start, start + length, kind) == stretch


def test_a_moment_names_its_zone_and_an_end_at_midnight_is_24_00():
    assert theme.moment(NOVEMBER_20) == "2026-11-20 00:00 UTC"
    assert theme.moment(NOVEMBER_20, end=True) == "2026-11-19 24:00 UTC"
    assert theme.moment(NOVEMBER_20 + 13 * HOUR, "Europe/Berlin") == "2026-11-20 14:00 Europe/Berlin"


def test_a_period_runs_to_its_last_day():
    assert theme.period(NOVEMBER_20, NOVEMBER_20 + 2 * DAY) == "2026-11-20 – 2026-11-21"
    assert theme.period(NOVEMBER_20, NOVEMBER_20 + DAY) == "2026-11-20"
    assert theme.period(NOVEMBER_20, NOVEMBER_20) == "2026-11-20"


def test_everything_the_page_names_has_a_label():
    objects = [short_name(name) for name in BY_OBJECT]
    unnamed = {*DIMENSIONS, *MEASURES, *PARTS, *INTERVALS, *objects} - theme.LABELS.keys()
    assert unnamed == set()
    assert set(DIMENSIONS) <= theme.DIMENSION_WORDS.keys()


def test_labels_are_words_in_sentence_case():
    assert theme.label("api_key_id") == "API key"
    assert theme.label("uncached_input") == "Uncached input"
    assert theme.by("api_key_id") == "API key"
    assert theme.by("project_id") == "project"
    assert theme.noun("total_tokens") == "tokens"
    assert theme.noun("cached_input") == "cached input tokens"
    assert theme.noun("num_model_requests") == "requests"


def test_what_openai_adds_tomorrow_is_called_by_its_own_name():
    assert theme.label("telepathy_sessions") == "Telepathy sessions"


@pytest.mark.parametrize(
    ("group", "dimension", "text"),
    [
        (Group("value", "gpt-5", {}), "model", "gpt-5"),
        (Group("value", "true", {}), "batch", "Batch"),
        (Group("value", "false", {}), "batch", "Not batch"),
        (Group("value", "true", {}), "model", "true"),
        (Group("none", None, {}), "project_id", "No project"),
        (Group("not grouped", None, {}), "project_id", "Not grouped by project"),
        (Group("other", None, {}, 102), "model", "Other · 102 models"),
        (Group("other", None, {}, 1200), "api_key_id", "Other · 1,200 API keys"),
        (Group("all", None, {}), None, "All usage"),
    ],
)
def test_unnamed_groups_say_why_they_have_no_name(group, dimension, text):
    assert theme.group_label(group, dimension) == text


def test_a_long_name_loses_its_middle():
    assert theme.shorten("gpt-4o-audio-preview-2025-06-03", 20) == "gpt-4o-aud…025-06-03"
    assert theme.shorten("gpt-5", 20) == "gpt-5"
    assert len(theme.shorten("x" * 4096, 32)) == 32


def test_a_name_with_line_breaks_or_turned_direction_stays_one_plain_line():
    assert theme.shorten("a\r\nb\u202ec", 20) == "a b c"


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("gpt-5", "gpt-5"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("a & b", "a &amp; b"),
        ("%{x}", "%&#123;x}"),
        ("$x^2$", "&#36;x^2&#36;"),
    ],
)
def test_for_plotly_a_name_is_text_not_tags_templates_or_formulas(name, escaped):
    assert theme.plain(name) == escaped


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("gpt-5-mini", r"gpt\-5\-mini"),
        ("proj_a_b", r"proj\_a\_b"),
        ("![x](y)", r"\!\[x\]\(y\)"),
        ("$x$", r"\$x\$"),
        (":red[hi]", rf"\:{JOINER}red\[hi\]"),
        ("http://x", rf"http\:{JOINER}\/\/x"),
        ("www.x", rf"www{JOINER}\.x"),
        ("a@b.c", rf"a\@{JOINER}b\.c"),
        ("12:30 UTC", r"12\:30 UTC"),
        ("a\n\n    code", "a\ncode"),
    ],
)
def test_for_markdown_a_name_is_text_not_links_formulas_or_icons(name, escaped):
    assert theme.markdown(name) == escaped


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_the_colours_are_those_of_the_page(look: Theme):
    page = CONFIG[look.name]
    assert (look.ground, look.text, look.muted) == (page["backgroundColor"], page["textColor"], page["grayTextColor"])
    assert (look.border, look.accent) == (page["borderColor"], page["primaryColor"])
    assert [*look.groups, look.other] == page["chartCategoricalColors"]


def test_the_token_colours_are_the_measured_ones():
    assert list(LIGHT.parts.items()) == [
        ("uncached_input", "#1746BE"),
        ("cached_input", "#569AC7"),
        ("cache_write", "#7D378D"),
        ("output", "#AD4D17"),
        ("audio_input", "#147A5A"),
        ("audio_output", "#B68813"),
    ]
    assert list(DARK.parts.values()) == ["#4E7EE3", "#AFCBE8", "#BF8ADD", "#E97750", "#3BCBA3", "#E9D753"]


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("part", [*PARTS, "none", "not_grouped", "accent", "text", "muted"])
def test_a_colour_stands_out_from_the_ground(look: Theme, part: str):
    color = look.parts.get(part) or getattr(look, part)
    assert _contrast(color, look.ground) >= 3


def _contrast(one: str, two: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_a_template_speaks_inter_draws_horizontal_lines_only_and_writes_b_and_capital_k(look: Theme):
    layout = pio.templates[look.template].layout
    assert layout.font.family.startswith("Inter")
    assert (layout.xaxis.showgrid, layout.yaxis.showgrid) == (False, True)
    assert layout.yaxis.exponentformat == "B"
    assert layout.yaxis.labelalias["20k"] == "20K"
    assert layout.paper_bgcolor == look.ground
    assert list(layout.colorway) == list(look.groups)


def test_an_eighth_group_has_the_grey_of_other():
    assert LIGHT.group(6) == "#8C9A2B"
    assert LIGHT.group(7) == LIGHT.other
