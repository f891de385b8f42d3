"""Line items of bills, as OpenAI writes them, and what is read from them."""

import pytest

from data.pricing import Line, billed_name, parse


@pytest.mark.parametrize(
    ("text", "model", "part", "batch", "tier"),
    [
        ("gpt-4o-2024-08-06, input", "gpt-4o-2024-08-06", "uncached_input", False, None),
        ("gpt-4o-2024-08-06, cached input", "gpt-4o-2024-08-06", "cached_input", False, None),
        ("batch api | gpt-4.1-nano-2025-04-14, input", "gpt-4.1-nano-2025-04-14", "uncached_input", True, None),
        ("flex | gpt-5, output", "gpt-5", "output", False, "flex"),
        ("Priority processing | gpt-5, output", "gpt-5", "output", False, "priority"),
        ("ft-gpt-4o-2024-08-06, input", "ft-gpt-4o-2024-08-06", "uncached_input", False, None),
        ("gpt-6-sol, cache write", "gpt-6-sol", "cache_write", False, None),
        ("gpt-image-1.5, image output", "gpt-image-1.5", "output", False, None),
        (
            "gpt-4o-audio-preview-2025-06-03,  Audio Input",
            "gpt-4o-audio-preview-2025-06-03",
            "audio_input",
            False,
            None,
        ),
    ],
)
def test_a_line_of_tokens_tells_model_and_part(text: str, model: str, part: str, batch: bool, tier: str | None) -> None:
    assert parse(text) == Line(text, "tokens", model, part, batch, tier)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("web search tool calls", "other"),
        ("Text tokens", "other"),
        ("gpt-4o, something new", "other"),
        ("free money, input", "other"),
        ("file search storage", "other"),
        ("Service credit", "credit"),
        (None, "other"),
        ("", "other"),
        (", input", "other"),
        ("|||", "other"),
    ],
)
def test_what_is_not_understood_stays_as_it_is(text: str | None, kind: str) -> None:
    assert parse(text) == Line(text, kind)


def test_a_fine_tuned_model_is_billed_under_its_base() -> None:
    assert billed_name("ft:gpt-4.1-mini-2025-04-14:acme::CbQ") == "ft-gpt-4.1-mini-2025-04-14"
    assert billed_name("gpt-4o") == "gpt-4o"
    assert billed_name("ft:") == "ft:"
    assert billed_name(None) is None
