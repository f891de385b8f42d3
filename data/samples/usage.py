"""What the organization used: the results of one bucket, in either generation of the format.

Counts are the disjoint parts first, then the fields OpenAI sums from them. Every number comes from a seed made of the
stream and the bucket's times, so a bucket is the same in whatever order the buckets are made.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from data.samples.organization import (
    CACHE_LOSS,
    EMPTY_DAYS,
    FIRST_DAY,
    KEYS,
    LAST_DAY,
    RHYTHMS,
    SPIKE,
    STREAMS,
    TAKEOVER,
    TWIN_ROWS,
    TWIN_SHARES,
    Stream,
)

Result = dict[str, Any]
Parts = tuple[int, ...]  # text, audio, image

SEED = 20261120
RESULT = "organization.usage.completions.result"
CACHE_STEP = 128  # the cache works in steps of 128 tokens
CACHED_AUDIO, CACHED_IMAGE = 0.22, 0.06  # shares of audio and image input


def results(start: datetime, end: datetime) -> list[Result]:
    """The inclusive results of one bucket with all 25 fields; a bucket never crosses midnight."""
    return [
        {"object": RESULT, **dimensions(stream), **counts}
        for stream in STREAMS
        for turn, share in enumerate(shares(stream, start.date()))
        if (counts := counts_of(stream, start, end, share, turn))["num_model_requests"]
    ]


def results_by_model(start: datetime, end: datetime) -> list[Result]:
    """The text-only results of one bucket, grouped by model: the old twelve keys, audio on top of the totals."""
    by_model: dict[str, list[Result]] = {}
    for result in results(start, end):
        by_model.setdefault(result["model"], []).append(text_only(result))
    return [summed(model, rows) for model, rows in sorted(by_model.items())]


def dimensions(stream: Stream) -> Result:
    project, user = KEYS[stream.key]
    return {
        "project_id": project,
        "user_id": user,
        "api_key_id": stream.key,
        "model": stream.model,
        "batch": stream.batch,
        "service_tier": stream.tier,
        "api_source": stream.source,
    }


def shares(stream: Stream, day: date) -> tuple[float, ...]:
    """One row for each share of the stream's requests: two on the day of the twin rows."""
    return TWIN_SHARES if (stream.key, stream.model, day) == TWIN_ROWS else (1,)


def counts_of(stream: Stream, start: datetime, end: datetime, share: float, turn: int) -> dict[str, int]:
    """One row's counts; `turn` numbers the rows of equal dimensions."""
    chance = Random(f"{SEED} {stream.key} {stream.model} {stream.tier} {start:%Y-%m-%dT%H:%M} {end - start} {turn}")
    day = start.date()
    expected = stream.requests * share * day_factor(stream, day) * day_share(stream, start, end)
    requests = round(expected * chance.uniform(0.88, 1.12))
    text = amount(chance, requests * stream.text)
    cached_text = steps(text * cached_share(stream, day) * chance.uniform(0.96, 1.04))
    written = steps(text * stream.written * chance.uniform(0.8, 1.2))
    audio = amount(chance, requests * stream.audio)
    cached_audio = steps(audio * CACHED_AUDIO)
    image = amount(chance, requests * stream.image)
    cached_image = steps(image * CACHED_IMAGE)
    return counted(
        requests=requests,
        input_parts=(text - cached_text - written, audio - cached_audio, image - cached_image),
        cached_parts=(cached_text, cached_audio, cached_image),
        output_parts=tuple(
            amount(chance, requests * each) for each in (stream.output, stream.output_audio, stream.output_image)
        ),
        written=written,
    )


def counted(
    requests: int, input_parts: Parts, cached_parts: Parts, output_parts: Parts, written: int
) -> dict[str, int]:
    """The 17 counts from the disjoint parts."""
    named_30m = written // CACHE_STEP * 3 // 4 * CACHE_STEP
    return {
        "input_tokens": sum(input_parts) + sum(cached_parts) + written,
        "input_cached_tokens": sum(cached_parts),
        "input_uncached_tokens": sum(input_parts),
        "input_cache_write_tokens": written,
        "input_cache_write_30m_tokens": named_30m,
        "input_cache_write_12h_tokens": written - named_30m,
        "input_text_tokens": input_parts[0],
        "input_audio_tokens": input_parts[1],
        "input_image_tokens": input_parts[2],
        "input_cached_text_tokens": cached_parts[0],
        "input_cached_audio_tokens": cached_parts[1],
        "input_cached_image_tokens": cached_parts[2],
        "output_tokens": sum(output_parts),
        "output_text_tokens": output_parts[0],
        "output_audio_tokens": output_parts[1],
        "output_image_tokens": output_parts[2],
        "num_model_requests": requests,
    }


def amount(chance: Random, expected: float) -> int:
    return round(expected * chance.uniform(0.93, 1.07))


def steps(tokens: float) -> int:
    return int(tokens) // CACHE_STEP * CACHE_STEP


def cached_share(stream: Stream, day: date) -> float:
    project, since, share = CACHE_LOSS
    return share if KEYS[stream.key][0] == project and day >= since else stream.cached


def day_factor(stream: Stream, day: date) -> float:
    """How much of its usual requests a stream makes that day: growth, weekday, events."""
    if day in EMPTY_DAYS or not stream.since <= day <= stream.until:
        return 0
    growth = 0.8 + 0.6 * (day - FIRST_DAY) / (LAST_DAY - FIRST_DAY)
    return growth * RHYTHMS[stream.rhythm].week[day.weekday()] * spike(stream, day) * takeover(stream, day)


def spike(stream: Stream, day: date) -> float:
    project, on, factor = SPIKE
    return factor if (KEYS[stream.key][0], day) == (project, on) else 1


def takeover(stream: Stream, day: date) -> float:
    """The share of the older and the newer model while one replaces the other, linear in time."""
    older, newer, since, until = TAKEOVER
    progress = min(max((day - since + timedelta(1)) / (until - since + timedelta(1)), 0), 1)
    return {older: 1 - progress, newer: progress}.get(stream.model, 1)


def day_share(stream: Stream, start: datetime, end: datetime) -> float:
    """The share of the day's requests that falls between start and end."""
    midnight = datetime(start.year, start.month, start.day, tzinfo=UTC)
    first, last = ((moment - midnight) / timedelta(hours=1) for moment in (start, end))
    hours = RHYTHMS[stream.rhythm].hours
    covered = (weight * max(min(last, hour + 1) - max(first, hour), 0) for hour, weight in enumerate(hours))
    return sum(covered) / sum(hours)


def text_only(result: Result) -> Result:
    """The counts of one inclusive result as the older generation told them."""
    audio = result["input_audio_tokens"] + result["input_cached_audio_tokens"]
    return {
        "input_tokens": result["input_tokens"] - audio,
        "output_tokens": result["output_tokens"] - result["output_audio_tokens"],
        "num_model_requests": result["num_model_requests"],
        "input_cached_tokens": result["input_cached_tokens"] - result["input_cached_audio_tokens"],
        "input_audio_tokens": audio,
        "output_audio_tokens": result["output_audio_tokens"],
    }


def summed(model: str, rows: list[Result]) -> Result:
    total = {name: sum(row[name] for row in rows) for name in rows[0]}
    no_group = dict.fromkeys(("project_id", "user_id", "api_key_id"))
    return {"object": RESULT, **no_group, "model": model, "batch": None, **total}
