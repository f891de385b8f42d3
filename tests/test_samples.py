"""The sample exports: the script writes what is shipped, every row is sound, and each planted event is where its README says."""

import csv
import gzip
import io
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from data.samples import make
from data.samples.organization import KEYS

FOLDER = Path(make.__file__).parent
AUGUST = "completions_2025-08_buckets.json"
TABLE = "completions_usage_2025-09-01_2026-02-28.csv"
PAGES = "completions_2026-03_2026-10_pages.json.gz"
HOURS = "completions_2026-11_hours.jsonl.gz"
COSTS = "costs_2026-03_2026-11_page.json.gz"
NAMES = "names.csv"
DIMENSIONS = ("project_id", "user_id", "api_key_id", "model", "batch", "service_tier", "api_source")

KINDS = ("text", "audio", "image")

Row = dict


def content(name: str) -> bytes:
    stored = (FOLDER / name).read_bytes()
    return gzip.decompress(stored) if name.endswith(".gz") else stored


def pages_of(name: str) -> list[Row]:
    return [json.loads(line) for line in content(name).splitlines()] if name == HOURS else json.loads(content(name))


@cache
def buckets_of(name: str) -> list[Row]:
    if name == TABLE:
        return table_buckets()
    if name == AUGUST:
        return json.loads(content(name))
    return [bucket for page in pages_of(name) for bucket in page["data"]]


def table_buckets() -> list[Row]:
    by_start: dict[int, Row] = {}
    for line in csv.DictReader(io.StringIO(content(TABLE).decode())):
        times = {"start_time": int(line["start_time"]), "end_time": int(line["end_time"])}
        bucket = by_start.setdefault(times["start_time"], {**times, "results": []})
        if line["model"]:
            bucket["results"].append({name: table_value(name, text) for name, text in line.items()})
    return list(by_start.values())


def table_value(name: str, text: str) -> object:
    if name.endswith("_tokens") or name == "num_model_requests":
        return int(float(text))
    return text == "True" if name == "batch" else text


def results_of(name: str) -> list[Row]:
    return [result for bucket in buckets_of(name) for result in bucket["results"]]


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def daily_results() -> list[tuple[date, Row]]:
    """Every inclusive result with its day."""
    return [
        (moment(bucket["start_time"]).date(), result)
        for name in (TABLE, PAGES, HOURS)
        for bucket in buckets_of(name)
        for result in bucket["results"]
    ]


def days_of(**dimensions: object) -> list[date]:
    return sorted({day for day, result in daily_results() if dimensions.items() <= result.items()})


def tokens_on(day: date, **dimensions: object) -> int:
    return sum(
        result["input_tokens"] + result["output_tokens"]
        for on, result in daily_results()
        if on == day and dimensions.items() <= result.items()
    )


def total(results: list[Row], *names: str) -> tuple[int, ...]:
    return tuple(sum(result[name] for result in results) for name in names)


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    return make.files()


# What is shipped


@pytest.mark.parametrize("name", [AUGUST, TABLE, PAGES, HOURS, COSTS, NAMES])
def test_the_script_writes_what_is_shipped(written: dict[str, bytes], name: str) -> None:
    """Gzip is compared unpacked: another zlib packs the same content differently."""
    made = gzip.decompress(written[name]) if name.endswith(".gz") else written[name]

    assert made == content(name)


def test_two_runs_write_the_same_bytes(written: dict[str, bytes]) -> None:
    assert make.files() == written


def test_the_script_writes_no_other_files(written: dict[str, bytes]) -> None:
    exports = {path.name for path in FOLDER.iterdir() if path.suffix in {".json", ".csv", ".gz"}}

    assert exports == set(written)


@pytest.mark.parametrize("name", [PAGES, HOURS, COSTS])
def test_gzip_headers_hold_no_time(name: str) -> None:
    assert (FOLDER / name).read_bytes()[4:8] == b"\0\0\0\0"


def test_all_samples_together_stay_small(written: dict[str, bytes]) -> None:
    assert sum((FOLDER / name).stat().st_size for name in written) < 1_200_000
    assert (FOLDER / COSTS).stat().st_size < 150_000


def test_all_projects_and_users_and_all_keys_but_one_have_names() -> None:
    rows = list(csv.DictReader(io.StringIO(content(NAMES).decode())))
    named = {row["id"] for row in rows if row["name"]}
    projects, users = (set(each) for each in zip(*KEYS.values(), strict=True))

    assert {*KEYS, *projects, *users} - named == {"key_research-night-crawl"}
    assert named - {*KEYS, *projects, *users} == {"user-tobias-lind"}
    assert (len(rows), len({row["team"] for row in rows if row["team"]})) == (36, 6)


# Totals


@pytest.mark.parametrize(
    ("name", "buckets", "results", "requests", "input_tokens", "output_tokens", "cached", "audio_in", "audio_out"),
    [
        (AUGUST, 31, 190, 435_698, 1_028_483_464, 113_024_435, 570_990_464, 6_126_538, 4_187_689),
        (TABLE, 181, 2_202, 3_872_233, 8_892_393_151, 1_118_355_375, 4_488_850_304, 32_027_057, 28_696_329),
        (PAGES, 244, 3_880, 7_940_380, 17_268_840_976, 2_182_987_269, 8_519_454_720, 55_913_005, 49_810_395),
        (HOURS, 504, 4_703, 865_676, 1_904_438_656, 240_489_913, 545_835_648, 5_507_031, 4_889_664),
    ],
)
def test_each_usage_file_has_its_totals_and_the_readme_names_them(
    name: str,
    buckets: int,
    results: int,
    requests: int,
    input_tokens: int,
    output_tokens: int,
    cached: int,
    audio_in: int,
    audio_out: int,
) -> None:
    tokens = (input_tokens, output_tokens, cached, audio_in, audio_out)
    named = ("input_tokens", "output_tokens", "input_cached_tokens", "input_audio_tokens", "output_audio_tokens")
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert len(buckets_of(name)) == buckets
    assert len(results_of(name)) == results
    assert total(results_of(name), "num_model_requests", *named) == (requests, *tokens)
    assert [each for each in (buckets, results, requests, *tokens) if f" {each:,} |" not in readme] == []


@pytest.mark.parametrize(
    ("name", "cached_audio", "image", "cached_image", "output_image"),
    [
        (TABLE, 9_017_728, 82_915_634, 5_283_840, 0),
        (PAGES, 15_750_912, 185_155_254, 11_791_360, 12_437_822),
        (HOURS, 1_512_320, 18_171_719, 1_135_104, 1_285_273),
    ],
)
def test_audio_and_images_have_their_totals(
    name: str, cached_audio: int, image: int, cached_image: int, output_image: int
) -> None:
    names = ("input_cached_audio_tokens", "input_image_tokens", "input_cached_image_tokens", "output_image_tokens")

    assert total(results_of(name), *names) == (cached_audio, image, cached_image, output_image)


def test_the_grand_totals_count_the_audio_of_august_on_top() -> None:
    august = total(results_of(AUGUST), "input_tokens", "output_tokens", "input_audio_tokens", "output_audio_tokens")
    later = [result for _, result in daily_results()]
    requests = total(results_of(AUGUST) + later, "num_model_requests")

    assert requests == (13_113_987,)
    assert sum(august) + sum(total(later, "input_tokens", "output_tokens")) == 32_759_327_466


def test_the_costs_have_their_total() -> None:
    costs = results_of(COSTS)

    assert len(costs) == 5_525
    assert sum(Decimal(cost["amount"]["value"]) for cost in costs) == Decimal("39453.821184091")


# Shapes


def test_usage_periods_follow_one_another_without_overlap() -> None:
    periods = [
        (str(moment(buckets[0]["start_time"])), str(moment(buckets[-1]["end_time"])))
        for buckets in map(buckets_of, (AUGUST, TABLE, PAGES, HOURS))
    ]

    assert periods == [
        ("2025-08-01 09:17:00+00:00", "2025-09-01 00:00:00+00:00"),
        ("2025-09-01 00:00:00+00:00", "2026-03-01 00:00:00+00:00"),
        ("2026-03-01 00:00:00+00:00", "2026-10-31 00:00:00+00:00"),
        ("2026-10-31 00:00:00+00:00", "2026-11-21 00:00:00+00:00"),
    ]


@pytest.mark.parametrize("name", [AUGUST, TABLE, PAGES, HOURS, COSTS])
def test_every_bucket_ends_where_the_next_one_starts(name: str) -> None:
    buckets = buckets_of(name)

    assert [each["end_time"] for each in buckets[:-1]] == [each["start_time"] for each in buckets[1:]]


@pytest.mark.parametrize(("name", "sizes"), [(PAGES, [31] * 7 + [27]), (HOURS, [24] * 21), (COSTS, [180, 84])])
def test_each_page_but_the_last_names_the_next(name: str, sizes: list[int]) -> None:
    pages = pages_of(name)
    cursors = [page["next_page"] for page in pages]

    assert [len(page["data"]) for page in pages] == sizes
    assert [page["has_more"] for page in pages] == [True] * (len(sizes) - 1) + [False]
    assert cursors[-1] is None
    assert len(set(cursors)) == len(cursors)
    assert all(cursor.startswith("page_") for cursor in cursors[:-1])


def test_august_has_the_twelve_old_keys_and_is_grouped_by_model_alone() -> None:
    assert {tuple(sorted(result)) for result in results_of(AUGUST)} == {
        (
            "api_key_id",
            "batch",
            "input_audio_tokens",
            "input_cached_tokens",
            "input_tokens",
            "model",
            "num_model_requests",
            "object",
            "output_audio_tokens",
            "output_tokens",
            "project_id",
            "user_id",
        )
    }
    assert {
        (result["project_id"], result["user_id"], result["api_key_id"], result["batch"])
        for result in results_of(AUGUST)
    } == {(None, None, None, None)}


def test_the_table_has_the_24_columns_of_the_dashboard_and_counts_as_floats() -> None:
    header, first, *_ = content(TABLE).decode().split("\n")

    assert header == (
        "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,"
        "service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens,input_text_tokens,"
        "output_text_tokens,input_cached_text_tokens,input_audio_tokens,input_cached_audio_tokens,output_audio_tokens,"
        "input_image_tokens,input_cached_image_tokens,output_image_tokens"
    )
    assert first == (
        "1756684800,1756771200,2025-09-01T00:00:00+00:00,2025-09-02T00:00:00+00:00,proj_support-assistant-web,4389.0,"
        "user-amara-okafor,key_support-web-production,gpt-4o-2024-08-06,False,default,7287826.0,980477.0,3924480.0,"
        "3363346.0,3363346.0,980477.0,3924480.0,0.0,0.0,0.0,0.0,0.0,0.0"
    )


@pytest.mark.parametrize("name", [PAGES, HOURS])
def test_inclusive_results_have_all_25_fields(name: str) -> None:
    fields = {tuple(result) for result in results_of(name)}

    assert len(fields) == 1
    assert len(fields.pop()) == 25


@pytest.mark.parametrize(("name", "sources"), [(PAGES, 3), (HOURS, 3), (TABLE, 1)])
def test_every_dimension_of_the_export_takes_several_values(name: str, sources: int) -> None:
    distinct = {dimension: len({result.get(dimension) for result in results_of(name)}) for dimension in DIMENSIONS}

    assert distinct == {
        "project_id": 10,
        "user_id": 12,
        "api_key_id": 13 if name == TABLE else 14,
        "model": {TABLE: 9, PAGES: 11, HOURS: 10}[name],
        "batch": 2,
        "service_tier": 4,
        "api_source": sources,
    }


def test_a_key_belongs_to_one_project_and_one_user() -> None:
    owners = {(result["api_key_id"], result["project_id"], result["user_id"]) for _, result in daily_results()}

    assert len(owners) == 14
    assert all(len(project) >= 24 for _, project, _ in owners)


# Identities


@pytest.mark.parametrize("name", [TABLE, PAGES, HOURS])
def test_the_identities_of_the_inclusive_generation_hold_on_every_row(name: str) -> None:
    for result in results_of(name):
        write = result.get("input_cache_write_tokens", 0)
        assert result["input_tokens"] == result["input_uncached_tokens"] + result["input_cached_tokens"] + write
        assert result["input_uncached_tokens"] == sum(result[f"input_{kind}_tokens"] for kind in KINDS)
        assert result["input_cached_tokens"] == sum(result[f"input_cached_{kind}_tokens"] for kind in KINDS)
        assert result["output_tokens"] == sum(result[f"output_{kind}_tokens"] for kind in KINDS)


@pytest.mark.parametrize("name", [AUGUST, TABLE, PAGES, HOURS])
def test_no_count_is_negative_and_every_row_has_requests(name: str) -> None:
    for result in results_of(name):
        assert result["num_model_requests"] > 0
        assert min(value for field, value in result.items() if field.endswith("_tokens")) >= 0


@pytest.mark.parametrize(("name", "written_tokens"), [(PAGES, 43_722_496), (HOURS, 9_566_592)])
def test_cache_writes_are_split_into_their_two_lifetimes(name: str, written_tokens: int) -> None:
    rows = results_of(name)
    short, long = total(rows, "input_cache_write_30m_tokens", "input_cache_write_12h_tokens")

    assert total(rows, "input_cache_write_tokens") == (written_tokens,)
    assert short + long == written_tokens
    assert {row["model"] for row in rows if row["input_cache_write_tokens"]} == {"gpt-5.5-2026-04-23"}


# Planted events


def test_the_first_bucket_is_clipped() -> None:
    first, second = buckets_of(AUGUST)[:2]

    assert str(moment(first["start_time"])) == "2025-08-01 09:17:00+00:00"
    assert str(moment(first["end_time"])) == "2025-08-02 00:00:00+00:00"
    assert second["end_time"] - second["start_time"] == 86_400


def test_august_is_the_text_only_generation_because_audio_exceeds_its_total() -> None:
    audio = [result for result in results_of(AUGUST) if result["model"] == "gpt-4o-audio-preview-2025-06-03"]

    assert len(audio) == 31
    assert all(result["output_audio_tokens"] > result["output_tokens"] for result in audio)


def test_two_days_are_empty_but_measured() -> None:
    empty = [
        str(moment(bucket["start_time"]).date())
        for name in (AUGUST, TABLE, PAGES, HOURS, COSTS)
        for bucket in buckets_of(name)
        if bucket["results"] == []
    ]

    assert empty == ["2025-12-25", "2026-05-01", "2026-05-01"]
    assert "\n1766620800,1766707200,2025-12-25T00:00:00+00:00,2025-12-26T00:00:00+00:00" + "," * 20 + "\n" in (
        content(TABLE).decode()
    )


def test_one_project_has_a_spike_on_one_day() -> None:
    spike = tokens_on(date(2026, 9, 17), project_id="proj_contract-review-legal")
    around = [tokens_on(date(2026, 9, day), project_id="proj_contract-review-legal") for day in (10, 15, 16, 18, 24)]

    assert spike == 55_604_775
    assert around == [8_535_951, 8_348_532, 9_504_397, 6_492_589, 8_786_115]


@pytest.mark.parametrize(
    ("since", "until", "percent"),
    [
        (date(2026, 10, 1), date(2026, 11, 2), 70),
        (date(2026, 11, 3), date(2026, 11, 3), 5),
        (date(2026, 11, 3), date(2026, 11, 20), 5),
    ],
)
def test_one_project_loses_its_cache_on_a_day_and_stays_without(since: date, until: date, percent: int) -> None:
    rows = [
        result
        for day, result in daily_results()
        if since <= day <= until and result["project_id"] == "proj_document-search-engine"
    ]
    cached, all_input = total(rows, "input_cached_tokens", "input_tokens")

    assert round(100 * cached / all_input) == percent


def test_one_key_runs_every_night_and_only_at_night() -> None:
    runs = [
        (moment(bucket["start_time"]), result)
        for bucket in buckets_of(HOURS)
        for result in bucket["results"]
        if result["api_key_id"] == "key_research-night-crawl"
    ]
    nights = [datetime(2026, 10, 31, tzinfo=UTC) + timedelta(days=day) for day in range(21)]
    usage = [result for _, result in runs]

    assert [at for at, _ in runs] == [night + timedelta(hours=hour) for night in nights for hour in (1, 2, 3)]
    assert total(usage, "num_model_requests", "input_tokens", "output_tokens") == (95_896, 258_811_455, 32_567_703)
    assert days_of(api_key_id="key_research-night-crawl")[0] == date(2026, 9, 28)


def test_audio_is_used_by_one_project() -> None:
    audible = {
        result["project_id"]
        for _, result in daily_results()
        if result["input_audio_tokens"] or result["input_cached_audio_tokens"] or result["output_audio_tokens"]
    }

    assert audible == {"proj_voice-concierge-hotels"}


def test_a_new_model_takes_over_from_an_older_one_in_summer() -> None:
    older, newer = days_of(model="gpt-4o-2024-08-06"), days_of(model="gpt-5.5-2026-04-23")
    start, halfway, end = date(2026, 6, 15), date(2026, 7, 20), date(2026, 8, 23)

    def share(day: date) -> float:
        new, old = tokens_on(day, model="gpt-5.5-2026-04-23"), tokens_on(day, model="gpt-4o-2024-08-06")
        return round(new / (new + old), 1)

    assert (older[-1], newer[0], newer[-1]) == (end, start, date(2026, 11, 20))
    assert [share(start), share(halfway), share(end)] == [0.0, 0.5, 1.0]


def test_one_project_runs_its_batches_on_sundays_only() -> None:
    days = days_of(api_key_id="key_catalogue-sunday-batch", batch=True)
    sunday = date(2026, 11, 15)

    assert days == [date(2025, 9, 7) + timedelta(weeks=week) for week in range(63)]
    assert round(100 * tokens_on(sunday, api_key_id="key_catalogue-sunday-batch") / tokens_on(sunday)) == 49


def test_one_bucket_has_two_rows_of_equal_dimensions() -> None:
    twins = [
        (str(moment(bucket["start_time"]).date()), dimensions)
        for name in (TABLE, PAGES, HOURS)
        for bucket in buckets_of(name)
        for dimensions, times in Counter(
            tuple(result.get(name) for name in DIMENSIONS) for result in bucket["results"]
        ).items()
        if times > 1
    ]
    rows = [
        (result["num_model_requests"], result["input_tokens"], result["output_tokens"])
        for day, result in daily_results()
        if day == date(2026, 7, 21) and result["model"] == "gpt-5.5-2026-04-23"
    ]

    assert twins == [
        (
            "2026-07-21",
            (
                "proj_support-assistant-web",
                "user-amara-okafor",
                "key_support-web-production",
                "gpt-5.5-2026-04-23",
                False,
                "default",
                "agents_api",
            ),
        )
    ]
    assert rows == [(3_073, 5_532_712, 804_900), (445, 749_374, 117_880)]


# Costs


def test_costs_are_decimal_strings_some_with_thirty_decimals() -> None:
    amounts = [cost["amount"] for cost in results_of(COSTS)]
    decimals = Counter(len(amount["value"].partition(".")[2]) for amount in amounts)

    assert {type(amount["value"]) for amount in amounts} == {str}
    assert {amount["currency"] for amount in amounts} == {"usd"}
    assert max(decimals) == 30


@pytest.mark.parametrize(
    ("line_item", "project", "count", "dollars"),
    [
        ("web search tool calls", "proj_support-assistant-web", 188, "949.39"),
        ("file search storage", "proj_document-search-engine", 263, "361.644"),
        ("text-embedding-3-small, input", "proj_document-search-engine", 80, "54.26376"),
        ("service credit", None, 1, "-150"),
    ],
)
def test_some_costs_are_in_no_usage_file(line_item: str, project: str | None, count: int, dollars: str) -> None:
    costs = [cost for cost in results_of(COSTS) if cost["line_item"] == line_item]

    assert {cost["project_id"] for cost in costs} == {project}
    assert len(costs) == count
    assert sum(Decimal(cost["amount"]["value"]) for cost in costs) == Decimal(dollars)


def test_the_only_negative_cost_is_the_credit() -> None:
    negative = [
        str(moment(bucket["start_time"]).date())
        for bucket in buckets_of(COSTS)
        for cost in bucket["results"]
        if Decimal(cost["amount"]["value"]) < 0
    ]

    assert negative == ["2026-10-05"]


def test_line_items_name_model_and_kind_as_the_bill_does() -> None:
    named = {cost["line_item"] for cost in results_of(COSTS)}

    assert named >= {
        "gpt-5-mini-2025-08-07, input",
        "gpt-5-mini-2025-08-07, cached input",
        "gpt-5-mini-2025-08-07, output",
        "batch api | gpt-5-mini-2025-08-07, input",
        "ft-gpt-4.1-mini-2025-04-14, output",
        "gpt-4o-audio-preview-2025-06-03, audio output",
    }
