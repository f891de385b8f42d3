"""Facts about the figures: what stands where, in which colour, and what it says when pointed at."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import plotly.graph_objects as go
import plotly.io as pio
import pytest

from components import charts
from components.charts import CHARTS, CONFIG, alt, config, filename, heading, palette_index
from components.charts.figure import Figure
from components.theme import DARK, LIGHT
from data.engine import total
from data.exports.export import Export, Named
from data.parts import PARTS
from data.query import Query
from data.table import tidy
from data.totals import Group, Span, Totals, added
from tests.build import day, export, tokens
from tests.conftest import checked


def checking(draw: Callable[..., Figure]) -> Callable[..., go.Figure]:
    return lambda *given, **named: checked(draw(*given, **named))


over_time, parts_by_group, ranking, within = map(
    checking, (charts.over_time, charts.parts_by_group, charts.ranking, charts.within)
)

HOUR, DAY = 3600, 86_400
NOVEMBER_18 = 1_794_960_000  # 2026-11-18T00:00:00Z, a Wednesday

Cells = dict[str, list[list[int | None]]]


def spans(*measured: int | None) -> tuple[Span, ...]:
    """Days from 2026-11-18 on, by the hours measured in each; None is a gap."""
    starts = [NOVEMBER_18 + index * DAY for index in range(len(measured) + 1)]
    return tuple(
        Span(start, end, (hours or 0) * HOUR, hours not in (None, 24), 0 if hours is None else 1)
        for (start, end), hours in zip(pairwise(starts), measured, strict=True)
    )


def answer(cells: Cells, groups: tuple[Group, ...] = (Group("all", None, {}),), days=(24, 24, 24), **query) -> Totals:
    """Totals whose sums are those of the cells."""
    summed = tuple(
        group._replace(sums={name: added(rows[index]) for name, rows in cells.items()})
        for index, group in enumerate(groups)
    )
    intervals = spans(*days)
    return Totals(
        query=Query(**{"interval": "day", **query}),
        zone="UTC",
        start=intervals[0].start,
        end=intervals[-1].end,
        spans=intervals,
        groups=summed,
        cells=cells,
        table=summed,
        grand={name: added([group.sums[name] for group in summed]) for name in cells},
        results=1,
        left_out=0,
    )


def in_parts(**query) -> Totals:
    """Three days of tokens; nothing was ever written to the cache, and audio is reported on one day."""
    parts: Cells = {
        "uncached_input": [[60, 600, 0]],
        "cached_input": [[30, 300, 0]],
        "cache_write": [[None, None, None]],
        "output": [[9, 90, 0]],
        "audio_input": [[None, 10, None]],
        "audio_output": [[1, None, 0]],
        "total_tokens": [[100, 1000, 0]],
        "input_cached_tokens": [[30, 300, 0]],
    }
    return answer(parts, **query)


def by_model(days=(24, 24, 24), **query) -> Totals:
    """Two models, rows without a model, rows of an export without models, and the rest; the last day is a gap."""
    groups = (
        Group("value", "gpt-5", {}),
        Group("value", "o4-mini", {}),
        Group("none", None, {}),
        Group("not grouped", None, {}),
        Group("other", None, {}, 102),
    )
    cells: Cells = {
        "total_tokens": [[500, 400, None], [200, 300, None], [100, None, None], [50, None, None], [150, 300, None]]
    }
    return answer(cells, groups, **{"days": days, "group_by": "model", **query})


def named(figure: go.Figure) -> dict[str, go.Bar]:
    return {trace.name: trace for trace in figure.data if trace.name}


def headline(figure: go.Figure) -> go.Scatter:
    return figure.data[0]


def sent(figure: go.Figure) -> dict:
    """The figure as the browser gets it."""
    return json.loads(pio.to_json(figure, validate=False))


# --- over time -----------------------------------------------------------------------------------------------------


def test_without_a_grouping_the_parts_that_anyone_reports_are_stacked_in_order():
    figure = over_time(in_parts(), LIGHT)
    assert list(named(figure)) == ["Uncached input", "Cached input", "Output", "Audio input", "Audio output"]
    assert figure.layout.barmode == "stack"


def test_parts_have_their_colours_and_only_audio_has_a_pattern():
    figure = named(over_time(in_parts(), DARK))
    assert {name: trace.marker.color for name, trace in figure.items()} == {
        "Uncached input": "#4E7EE3",
        "Cached input": "#AFCBE8",
        "Output": "#E97750",
        "Audio input": "#3BCBA3",
        "Audio output": "#E9D753",
    }
    assert [name for name, trace in figure.items() if trace.marker.pattern.shape] == ["Audio input", "Audio output"]


@pytest.mark.parametrize(("totals", "whole"), [(in_parts(), [100, 1000, 0]), (by_model(), [1000, 1000, None])])
def test_the_height_of_every_stack_is_the_total(totals, whole):
    traces = named(over_time(totals, LIGHT)).values()
    heights = [added([trace.y[index] for trace in traces]) for index in range(3)]
    assert heights == whole


def test_in_share_mode_a_stack_is_whole_and_nothing_stands_where_there_was_nothing():
    figure = over_time(in_parts(mode="share"), LIGHT)
    assert named(figure)["Uncached input"].y == (0.6, 0.6, None)
    assert sum(trace.y[1] or 0 for trace in named(figure).values()) == pytest.approx(1)
    assert figure.layout.yaxis.range == (0, 1)
    assert figure.layout.yaxis.tickformat == ".0%"


def test_groups_are_stacked_as_they_come_with_other_last():
    figure = over_time(by_model(), LIGHT)
    assert list(named(figure)) == ["gpt-5", "o4-mini", "No model", "Not grouped by model", "Other · 102 models"]


def test_groups_keep_the_colours_they_were_given_and_the_unnamed_have_neutral_ones():
    figure = over_time(by_model(), LIGHT, {"gpt-5": 3, "o4-mini": 7})
    assert [trace.marker.color for trace in named(figure).values()] == [
        "#8A5CD6",
        "#B3B9BF",  # an eighth value, in the place and grey of Other
        LIGHT.none,
        LIGHT.not_grouped,
        LIGHT.other,
    ]


def test_one_measure_without_a_grouping_is_one_series_without_a_legend():
    totals = answer({"num_model_requests": [[3, 4, 5]]}, measure="num_model_requests")
    figure = over_time(totals, LIGHT)
    assert [trace.marker.color for trace in named(figure).values()] == [LIGHT.accent]
    assert named(figure)["Requests"].y == (3, 4, 5)
    assert figure.layout.showlegend is False


def test_a_part_asked_for_alone_has_its_token_colour():
    figure = over_time(answer({"audio_input": [[3, 4, 5]]}, measure="audio_input"), LIGHT)
    assert named(figure)["Audio input"].marker.color == "#147A5A"
    assert named(figure)["Audio input"].marker.pattern.shape == "/"


def test_a_bar_stands_on_the_middle_of_its_interval():
    trace = named(over_time(in_parts(), LIGHT))["Output"]
    assert trace.x == ("2026-11-18T12:00:00", "2026-11-19T12:00:00", "2026-11-20T12:00:00")
    assert trace.width == (0.4 * DAY * 1000,) * 3


def test_the_axis_runs_from_the_first_interval_to_the_last_even_if_they_are_empty():
    figure = over_time(by_model(days=(None, 24, None)), LIGHT)
    assert figure.layout.xaxis.range == ("2026-11-18T00:00:00", "2026-11-21T00:00:00")


def test_months_are_as_wide_as_they_are_long():
    february, march, april = 1_769_904_000, 1_772_323_200, 1_775_001_600
    months = (Span(february, march, march - february, False, 28), Span(march, april, april - march, False, 31))
    totals = answer({"num_model_requests": [[1, 2]]}, days=(24, 24), measure="num_model_requests", interval="month")
    trace = over_time(Totals(**{**vars(totals), "spans": months}), LIGHT).data[1]
    assert trace.x == ("2026-02-15T00:00:00", "2026-03-16T12:00:00")
    assert [round(width / 0.4 / 1000 / DAY, 6) for width in trace.width] == [28, 31]


def test_many_bars_leave_no_gaps_that_would_flicker():
    totals = answer({"num_model_requests": [[1] * 480]}, days=(24,) * 480, measure="num_model_requests")
    assert over_time(totals, LIGHT).data[1].width[0] == DAY * 1000


def test_days_of_another_zone_begin_at_its_midnight():
    berlin = answer({"num_model_requests": [[1]]}, days=(24,), measure="num_model_requests")
    start = NOVEMBER_18 - HOUR
    moved = Totals(**{**vars(berlin), "zone": "Europe/Berlin", "spans": (Span(start, start + DAY, DAY, False, 24),)})
    figure = over_time(moved, LIGHT)
    assert figure.layout.xaxis.range == ("2026-11-18T00:00:00", "2026-11-19T00:00:00")
    assert list(figure.layout.xaxis.labelalias.values()) == ["Wed 2026-11-18 00:00–24:00 Europe/Berlin"]


def test_the_hour_that_comes_twice_in_autumn_is_two_bars():
    start = 1_792_886_400  # 2026-10-25T00:00Z, 02:00 in Berlin; at 03:00 it is 02:00 again
    hours = tuple(Span(start + n * HOUR, start + (n + 1) * HOUR, HOUR, False, 1) for n in range(3))
    totals = answer({"num_model_requests": [[1, 2, 3]]}, measure="num_model_requests", interval="hour")
    figure = over_time(Totals(**{**vars(totals), "zone": "Europe/Berlin", "spans": hours}), LIGHT)
    assert len(set(figure.data[1].x)) == 3
    assert list(figure.layout.xaxis.labelalias.values()) == [
        "2026-10-25 02:00–02:00 Europe/Berlin",
        "2026-10-25 02:00–03:00 Europe/Berlin",
        "2026-10-25 03:00–04:00 Europe/Berlin",
    ]


def test_the_hover_begins_with_the_interval_and_the_total():
    figure = over_time(in_parts(), LIGHT)
    assert figure.layout.hovermode == "x unified"
    assert figure.layout.xaxis.labelalias == {
        "1795003200": "Wed 2026-11-18 00:00–24:00 UTC",
        "1795089600": "Thu 2026-11-19 00:00–24:00 UTC",
        "1795176000": "Fri 2026-11-20 00:00–24:00 UTC",
    }
    assert headline(figure).hovertext == ("<b>Total: 100</b>", "<b>Total: 1,000</b>", "<b>Total: 0</b>")


def test_the_hover_has_every_series_with_its_share():
    figure = named(over_time(in_parts(), LIGHT))
    assert figure["Uncached input"].hovertext == (
        "Uncached input: 60 (60.0%)",
        "Uncached input: 600 (60.0%)",
        "Uncached input: 0",
    )


def test_counts_beyond_what_javascript_can_count_are_exact_in_the_hover():
    huge = 2**63 + 1
    figure = over_time(
        answer({"total_tokens": [[huge, 1, 1]]}, (Group("value", "gpt-5", {}),), group_by="model"), LIGHT
    )
    assert headline(figure).hovertext[0] == "<b>Total: 9,223,372,036,854,775,809</b>"
    assert named(figure)["gpt-5"].hovertext[0] == "gpt-5: 9,223,372,036,854,775,809 (100.0%)"
    assert sent(figure)["data"][1]["y"][0] == 9.223372036854776e18


def test_a_partial_bucket_is_faint_and_says_how_much_of_it_there_is():
    figure = over_time(by_model(days=(6, 24, 24)), LIGHT)
    assert named(figure)["gpt-5"].marker.opacity == (0.45, 1, 1)
    assert headline(figure).hovertext[0] == "<b>Total: 1,000</b><br>Partial bucket: 6 h of 24 h"
    assert "Faint: partial day" in named(figure)


def test_an_interval_with_missing_buckets_is_faint_too():
    totals = by_model()
    first = totals.spans[0]._replace(measured=20 * HOUR)
    figure = over_time(Totals(**{**vars(totals), "spans": (first, *totals.spans[1:])}), LIGHT)
    assert headline(figure).hovertext[0] == "<b>Total: 1,000</b><br>Measured: 20 h of 24 h"
    assert named(figure)["o4-mini"].marker.opacity == (0.45, 1, 1)


def test_a_gap_a_measured_zero_and_what_was_not_reported_are_three_things():
    cells: Cells = {"images": [[None, None, None, 0]], "num_model_requests": [[None, None, 7, 7]]}
    figure = over_time(answer(cells, days=(None, 24, 24, 24), measure="images"), LIGHT)
    assert headline(figure).hovertext == ("Not exported", "<b>Total: 0</b>", "Not reported", "<b>Total: 0</b>")
    assert named(figure)["Images"].y == (None, None, None, 0)


def test_a_name_is_never_markup_and_long_ones_are_whole_in_the_hover():
    name = '<a href="x">%{y}</a>' + "-" * 20 + "end"
    figure = over_time(answer({"total_tokens": [[1, 1, 1]]}, (Group("value", name, {}),), group_by="model"), LIGHT)
    trace = figure.data[1]
    assert trace.name == '&lt;a href="x"&gt;%&#123;y}…------------end'
    assert trace.hovertext[0].startswith('&lt;a href="x"&gt;%&#123;y}&lt;/a&gt;--------------------end: 1')
    assert trace.hovertemplate == "%{hovertext}<extra></extra>"


def test_a_phone_cannot_zoom_so_that_a_finger_scrolls_the_page():
    assert over_time(in_parts(), LIGHT, narrow=True).layout.dragmode is False
    assert over_time(in_parts(), LIGHT, narrow=True).layout.xaxis.fixedrange is True
    assert over_time(in_parts(), LIGHT).layout.dragmode == "zoom"


def test_the_legend_explains_only_colours_that_can_be_seen():
    cells: Cells = {
        "uncached_input": [[5, 5, 5]],
        "output": [[1, 1, 1]],
        "audio_input": [[0, 0, 0]],
        "total_tokens": [[6, 6, 6]],
    }
    figure = over_time(answer(cells), LIGHT)
    assert [name for name, trace in named(figure).items() if trace.showlegend] == ["Uncached input", "Output"]
    assert named(figure)["Audio input"].hovertext[0] == "Audio input: 0 (0.0%)"


def test_a_scale_of_few_counts_whole_things():
    figure = over_time(answer({"images": [[1, 2, 0]]}, measure="images"), LIGHT)
    assert figure.layout.yaxis.dtick == 1


def test_an_answer_without_intervals_or_measure_is_an_empty_figure():
    nothing = Totals(Query(interval="day"), "UTC", 0, 0, (), (), {}, (), {}, 0, 0)
    for chart in CHARTS.values():
        assert not any(trace.name for trace in checked(chart.draw(nothing, LIGHT)).data)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_chart_uses_plotlys_own_colours(theme):
    for totals in (in_parts(), by_model(), in_parts(mode="share")):
        for chart in CHARTS.values():
            text = json.dumps(sent(checked(chart.draw(totals, theme)))).upper()
            assert not any(color in text for color in ("#636EFA", "#EF553B", "#1F77B4", "#E5ECF6"))


# --- ranking -------------------------------------------------------------------------------------------------------


def texts(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def thin(figure: go.Figure) -> list[go.Bar]:
    """The bars one sees, without the invisible ones that catch the pointer."""
    return [trace for trace in figure.data if trace.hoverinfo == "skip"]


def test_the_ranking_goes_from_the_largest_to_the_smallest_with_other_last():
    figure = ranking(by_model(), LIGHT)
    assert texts(figure) == [
        "900 · 45.0%",
        "500 · 25.0%",
        "100 · 5.0%",
        "50 · 2.5%",
        "450 · 22.5%",
        "gpt-5",
        "o4-mini",
        "No model",
        "Not grouped by model",
        "Other · 102 models",
    ]


def test_the_ranking_has_the_colours_of_the_chart_beside_it():
    palette = {"gpt-5": 2, "o4-mini": 0}
    ranked = {color for trace in thin(ranking(by_model(), DARK, palette)) for color in trace.marker.color}
    stacked = {trace.marker.color for trace in named(over_time(by_model(), DARK, palette)).values()}
    assert ranked == stacked


def test_a_row_of_the_ranking_says_exactly_how_much_it_is():
    figure = ranking(by_model(), LIGHT)
    assert figure.data[0].hovertext[0] == "<b>gpt-5</b><br>900 tokens<br>45.0% of 2,000"


def test_without_a_grouping_the_parts_are_ranked():
    assert texts(ranking(in_parts(), LIGHT))[5:] == [
        "Uncached input",
        "Cached input",
        "Output",
        "Audio input",
        "Audio output",
    ]


def test_a_ranking_is_as_high_as_it_has_rows():
    assert ranking(by_model(), LIGHT).layout.height == 5 * 38 + 8


# --- parts by group ------------------------------------------------------------------------------------------------


def parts_of(groups: tuple[Group, ...], **cells: list[int | None]) -> Totals:
    """One day, parts of each group."""
    rows: Cells = {name: [[value] for value in values] for name, values in cells.items()}
    sums = [{name: values[index] for name, values in cells.items()} for index in range(len(groups))]
    rows["total_tokens"] = [[added([one.get(part) for part in PARTS])] for one in sums]
    return answer(rows, groups, days=(24,), group_by="model")


TWO = (Group("value", "gpt-5", {}), Group("value", "o4-mini", {}))


def two_models() -> Totals:
    return parts_of(
        TWO,
        uncached_input=[600_000_000, 3_000_000],
        cached_input=[400_000_000, None],
        output=[50_000_000, 2_000_000],
        audio_input=[0, 5000],
        input_cached_tokens=[400_000_000, None],
    )


def test_every_part_is_a_column_with_its_own_scale():
    layout = parts_by_group(two_models(), LIGHT).layout
    axes = [layout.xaxis, layout.xaxis2, layout.xaxis3, layout.xaxis4]
    assert [axis.range for axis in axes] == [(0, 600_000_000), (0, 400_000_000), (0, 50_000_000), (0, 5000)]
    assert axes[0].domain[0] == 0
    assert axes[3].domain[1] == pytest.approx(1)
    assert all(one.domain[1] < two.domain[0] for one, two in pairwise(axes))


def test_every_number_is_written_out_and_the_cached_share_of_input_with_it():
    notes = texts(parts_by_group(two_models(), LIGHT))
    assert notes[:3] == ["600M", "3M", f'<b>Uncached input</b><br><span style="color:{LIGHT.muted}">603M</span>']
    assert notes[3:6] == [
        "400M · 40.0%",
        "–",
        f'<b>Cached input</b><br><span style="color:{LIGHT.muted}">400M · 39.9%</span>',
    ]
    assert notes[9:11] == ["0", "5K"]
    assert notes[12:] == ["gpt-5", "o4-mini", "Percent: how much of all input came from the cache"]


def test_columns_have_the_token_colours_and_audio_its_pattern():
    figure = parts_by_group(two_models(), LIGHT)
    assert [({*trace.marker.color}, trace.marker.pattern.shape) for trace in thin(figure)] == [
        ({"#1746BE"}, None),
        ({"#569AC7"}, None),
        ({"#AD4D17"}, None),
        ({"#147A5A"}, "/"),
    ]


def test_a_cell_tells_its_share_of_the_part_and_of_the_group():
    figure = parts_by_group(two_models(), LIGHT)
    cells = [trace.hovertext[0] for trace in figure.data if trace.hovertext]
    assert cells[1] == (
        "<b>gpt-5</b><br>400,000,000 cached input tokens<br>100.0% of all cached input tokens<br>"
        "38.1% of this group's tokens<br>40.0% of its input, audio included, came from the cache"
    )


def test_on_a_phone_the_columns_stand_below_one_another_with_the_largest_groups_only():
    nine = (*(Group("value", f"model-{n}", {}) for n in range(8)), Group("other", None, {}, 3))
    figure = parts_by_group(
        parts_of(nine, uncached_input=[9, 8, 7, 6, 5, 4, 3, 2, 1], output=[None] * 7 + [2, 0]), LIGHT, narrow=True
    )
    assert texts(figure) == [
        *["9", "8", "7", "6", "5", "10"],
        *["model-0", "model-1", "model-2", "model-3", "model-4", "Other · 6 models"],
        f'<b>Uncached input</b><br><span style="color:{LIGHT.muted}">45</span>',
        "2",
        "Other · 6 models",
        f'<b>Output</b><br><span style="color:{LIGHT.muted}">2 · not reported elsewhere</span>',
    ]
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]


# --- colours, words and the mode bar -------------------------------------------------------------------------------


def test_a_group_keeps_its_colour_whatever_is_filtered_away():
    ranked = [f"m{n}" for n in range(20)]
    assert palette_index(ranked, ["m0", "m1", "m2"]) == {"m0": 0, "m1": 1, "m2": 2}
    assert palette_index(ranked, ["m2"]) == {"m2": 2}
    assert palette_index(ranked, ["m9", "m4"]) == {"m4": 4, "m9": 2}


def test_of_two_groups_with_the_same_colour_the_smaller_gets_the_next_free_one():
    ranked = [f"m{n}" for n in range(20)]
    assert palette_index(ranked, ["m9", "m2", "m3"]) == {"m2": 2, "m3": 3, "m9": 4}


def test_all_colours_of_the_drawn_groups_differ_and_an_eighth_has_none():
    drawn = [f"m{n}" for n in range(0, 80, 10)]
    places = palette_index([f"m{n}" for n in range(100)], drawn)
    assert sorted(places.values()) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert places["m70"] == 7


def test_a_group_the_ranking_does_not_know_still_gets_a_colour():
    assert palette_index(["a"], ["a", "new"]) == {"a": 0, "new": 1}


@pytest.mark.parametrize(
    ("chart", "totals", "text"),
    [
        ("over_time", in_parts(), "Daily tokens by part, 2026-11-18 – 2026-11-20"),
        ("over_time", by_model(), "Daily tokens by model, 2026-11-18 – 2026-11-20"),
        ("over_time", by_model(mode="share"), "Share of daily tokens by model, 2026-11-18 – 2026-11-20"),
        ("over_time", by_model(interval="minute"), "Tokens per minute by model, 2026-11-18 – 2026-11-20"),
        ("ranking", by_model(), "Models by tokens, 2026-11-18 – 2026-11-20"),
        ("ranking", in_parts(), "Tokens by part, 2026-11-18 – 2026-11-20"),
        ("parts_by_group", in_parts(), "Input, cached, output and audio tokens, 2026-11-18 – 2026-11-20"),
        ("parts_by_group", two_models(), "Input, cached, output and audio tokens by model, 2026-11-18"),
    ],
)
def test_a_heading_says_what_is_seen(chart, totals, text):
    assert heading(chart, totals) == text


@pytest.mark.parametrize(
    ("chart", "totals", "text"),
    [
        (
            "over_time",
            in_parts(),
            "Daily tokens by part, 2026-11-18 – 2026-11-20: Uncached input holds 60.0% of 1.1K tokens; "
            "the most on 2026-11-19 with 1K; the least on 2026-11-20 with 0.",
        ),
        (
            "over_time",
            by_model(days=(6, 24, None)),
            "Daily tokens by model, 2026-11-18 – 2026-11-20: gpt-5 holds 45.0% of 2K tokens; "
            "1 day is partial; 1 day is not exported.",
        ),
        (
            "ranking",
            by_model(),
            "Models by tokens, 2026-11-18 – 2026-11-20: gpt-5 holds 45.0% of 2K tokens, o4-mini 25.0%, No model 5.0%, the rest 25.0%.",
        ),
        (
            "parts_by_group",
            two_models(),
            "Input, cached, output and audio tokens by model, 2026-11-18: Uncached input: gpt-5 leads with 600M of 603M; "
            "Cached input: gpt-5 leads with 400M of 400M; Output: gpt-5 leads with 50M of 52M; Audio input: o4-mini leads with 5K of 5K.",
        ),
    ],
)
def test_an_alt_states_the_conclusion_with_numbers(chart, totals, text):
    assert alt(chart, totals) == text


def test_a_saved_picture_is_named_after_grouping_and_period():
    assert filename("over_time", by_model()) == "daily-tokens-by-model_2026-11-18_2026-11-20"
    assert config("over_time", by_model())["toImageButtonOptions"] == {
        "format": "png",
        "scale": 2,
        "filename": "daily-tokens-by-model_2026-11-18_2026-11-20",
    }


def test_the_mode_bar_has_a_picture_and_a_reset_where_one_can_zoom():
    assert CONFIG["displaylogo"] is False
    assert config("over_time", by_model())["modeBarButtons"] == [["toImage", "resetScale2d"]]
    assert config("ranking", by_model())["modeBarButtons"] == [["toImage"]]


def test_a_figure_survives_the_way_to_the_browser():
    for chart in CHARTS.values():
        assert sent(checked(chart.draw(in_parts(), LIGHT)))["layout"]["template"]["layout"]["font"]["size"] == 13


# --- two dimensions ------------------------------------------------------------------------------------------------


def crossed(**query) -> Totals:
    """Two projects by two models, on two days."""
    projects = (Group("value", "p", {}), Group("other", None, {}, 3))
    models = (Group("value", "a", {"total_tokens": 9}), Group("value", "b", {"total_tokens": 6}))
    found = answer(
        {"total_tokens": [[3, 6], [4, None]]}, projects, (24, 6), group_by="project_id", subgroup="model", **query
    )
    return replace(found, subgroups=models, subcells=(((1, 4), (2, 2)), ((4, None), (None, None))))


def test_each_group_has_a_panel_of_its_own_and_a_subgroup_one_colour_in_all():
    figure = within(crossed(), LIGHT)
    assert [(bar.name, bar.xaxis, list(bar.y), bar.showlegend) for bar in figure.data] == [
        ("a", "x", [1, 4], True),
        ("b", "x", [2, 2], True),
        ("a", "x2", [4, None], False),
        ("b", "x2", [None, None], False),
    ]
    colors = [bar.marker.color for bar in figure.data]
    assert colors == [LIGHT.group(0), LIGHT.group(1)] * 2
    assert texts(figure) == ["<b>p</b><br>9", "<b>Other · 3 projects</b><br>4"]


def test_panels_have_one_scale_and_stand_one_below_another_on_a_phone():
    for narrow in (False, True):
        layout = within(crossed(), LIGHT, narrow=narrow).layout
        assert layout.yaxis.range == layout.yaxis2.range == (0, 6 * 1.05)
        assert (layout.xaxis.domain == layout.xaxis2.domain) == narrow
        assert (layout.yaxis.domain == layout.yaxis2.domain) != narrow


def test_in_share_mode_each_panel_shows_the_mix_of_its_group():
    assert [list(bar.y) for bar in within(crossed(mode="share"), LIGHT).data[:2]] == [
        [1 / 3, 4 / 6],
        [2 / 3, 2 / 6],
    ]


def test_what_two_dimensions_show_is_said_with_numbers():
    assert heading("within", crossed()) == "Daily tokens by project and model, 2026-11-18 – 2026-11-19"
    assert alt("within", crossed()).endswith(": p: a 55.6%.")


def test_a_hostile_name_in_a_panel_is_no_markup():
    found = crossed()
    hostile = Group("value", "<b>&x", {"total_tokens": 9})
    figure = within(replace(found, groups=(hostile, found.groups[1]), subgroups=(hostile, found.subgroups[1])), LIGHT)
    assert "<b>&lt;b" in texts(figure)[0] or "<b>&" in texts(figure)[0]
    assert "<b>&x" not in json.dumps(figure.to_plotly_json(), default=str)


def test_a_group_on_the_chart_can_be_clicked_and_a_part_cannot():
    assert next(bar.meta for bar in named(over_time(by_model(), LIGHT)).values()) == "value:gpt-5"
    assert {bar.meta for bar in named(over_time(in_parts(), LIGHT)).values()} == {None}


def test_pointing_at_a_named_group_tells_its_id():
    """The chart has the name; both are text, whatever is in them."""
    mapping = Export("names.csv", "", 1, "", mapping=(Named("proj_<1>", "<b>Web</b>", "", "line 2"),))
    usage = tidy([export(day("2026-01-01", tokens(5, project_id="proj_<1>"))), mapping])
    found = total(usage, Query(group_by="project_id"))
    for figure in (ranking(found, LIGHT), parts_by_group(found, LIGHT)):
        assert "<b>&lt;b&gt;Web&lt;/b&gt;</b><br>proj_&lt;1&gt;<br>" in figure.data[0].hovertext[0]
    assert "<b>Web</b> holds" in alt("ranking", found)
