"""The made-up organization: who has which key, what every key runs, and the events worth finding.

Only tables. Nothing here is taken from a real account: names and ids are invented, model names are public.
"""

from datetime import UTC, date, datetime
from typing import NamedTuple

FIRST_DAY = date(2025, 8, 1)
LAST_DAY = date(2026, 11, 20)
ORGANIZATION = "org-acme-hospitality-example"

# The planted events; README.md beside this file tells them in words.
FIRST_SECOND = datetime(2025, 8, 1, 9, 17, tzinfo=UTC)
EMPTY_DAYS = {date(2025, 12, 25), date(2026, 5, 1)}
SPIKE = ("proj_contract-review-legal", date(2026, 9, 17), 6.0)
CACHE_LOSS = ("proj_document-search-engine", date(2026, 11, 3), 0.05)
TAKEOVER = (
    "gpt-4o-2024-08-06",
    "gpt-5.5-2026-04-23",
    date(2026, 6, 15),
    date(2026, 8, 24),
)  # first day of the newer, first without the older
TWIN_ROWS = ("key_support-web-production", "gpt-5.5-2026-04-23", date(2026, 7, 21))
TWIN_SHARES = (0.87, 0.13)


class Rhythm(NamedTuple):
    """How a day's requests depend on the weekday (Monday first) and spread over the 24 hours, UTC."""

    week: tuple[float, ...]
    hours: tuple[float, ...]


class Stream(NamedTuple):
    """One kind of work of one key: a row of every bucket in which it makes requests.

    Tokens are per request. `text` is all text input; `cached` is the share of it served from the cache, `written` the
    share written to it.
    """

    key: str
    model: str
    rhythm: str
    requests: float
    text: float
    cached: float
    output: float
    tier: str = "default"
    source: str | None = "unlabeled"
    batch: bool = False
    written: float = 0
    audio: float = 0
    output_audio: float = 0
    image: float = 0
    output_image: float = 0
    since: date = FIRST_DAY
    until: date = LAST_DAY


KEYS = {  # key: (project, user)
    "key_support-web-production": ("proj_support-assistant-web", "user-amara-okafor"),
    "key_support-web-triage": ("proj_support-assistant-web", "user-jonas-weber"),
    "key_document-search-api": ("proj_document-search-engine", "user-priya-raman"),
    "key_document-search-indexer": ("proj_document-search-engine", "user-luca-moretti"),
    "key_contract-review-app": ("proj_contract-review-legal", "user-sofia-almeida"),
    "key_catalogue-sunday-batch": ("proj_catalogue-enrichment", "user-henrik-dahl"),
    "key_catalogue-editor": ("proj_catalogue-enrichment", "user-mei-tanaka"),
    "key_voice-concierge-line": ("proj_voice-concierge-hotels", "user-david-cohen"),
    "key_code-helper-ide": ("proj_internal-code-helper", "user-elena-petrova"),
    "key_marketing-studio-app": ("proj_marketing-copy-studio", "user-chloe-martin"),
    "key_labelling-bench-runs": ("proj_data-labelling-bench", "user-omar-haddad"),
    "key_image-tagger-shop": ("proj_product-image-tagger", "user-mei-tanaka"),
    "key_research-notebooks": ("proj_research-playground", "user-nina-kowalska"),
    "key_research-night-crawl": ("proj_research-playground", "user-nina-kowalska"),
}

NAMES = {  # id: (name, team); the night crawl's key is nobody's, and one person has left before the first bucket
    "proj_support-assistant-web": ("Support assistant", "Customer care"),
    "proj_document-search-engine": ("Document search", "Knowledge"),
    "proj_contract-review-legal": ("Contract review", "Legal"),
    "proj_catalogue-enrichment": ("Catalogue enrichment", "Commerce"),
    "proj_voice-concierge-hotels": ("Voice concierge", "Customer care"),
    "proj_internal-code-helper": ("Code helper", "Engineering"),
    "proj_marketing-copy-studio": ("Marketing copy", "Commerce"),
    "proj_data-labelling-bench": ("Data labelling", "Knowledge"),
    "proj_product-image-tagger": ("Image tagger", "Commerce"),
    "proj_research-playground": ("Research playground", ""),
    "user-amara-okafor": ("Amara Okafor", ""),
    "user-jonas-weber": ("Jonas Weber", ""),
    "user-priya-raman": ("Priya Raman", ""),
    "user-luca-moretti": ("Luca Moretti", ""),
    "user-sofia-almeida": ("Sofia Almeida", ""),
    "user-henrik-dahl": ("Henrik Dahl", ""),
    "user-mei-tanaka": ("Mei Tanaka", ""),
    "user-david-cohen": ("David Cohen", ""),
    "user-elena-petrova": ("Elena Petrova", ""),
    "user-chloe-martin": ("Chloé Martin", ""),
    "user-omar-haddad": ("Omar Haddad", ""),
    "user-nina-kowalska": ("Nina Kowalska", ""),
    "user-tobias-lind": ("Tobias Lind", ""),
    "key_support-web-production": ("Support, production", ""),
    "key_support-web-triage": ("Support, triage", ""),
    "key_document-search-api": ("Search API", ""),
    "key_document-search-indexer": ("Search indexer", ""),
    "key_contract-review-app": ("Contract review app", ""),
    "key_catalogue-sunday-batch": ("Catalogue, Sunday batch", ""),
    "key_catalogue-editor": ("Catalogue editor", ""),
    "key_voice-concierge-line": ("Concierge phone line", ""),
    "key_code-helper-ide": ("Code helper in the IDE", ""),
    "key_marketing-studio-app": ("Marketing studio", ""),
    "key_labelling-bench-runs": ("Labelling runs", ""),
    "key_image-tagger-shop": ("Image tagger, shop", ""),
    "key_research-notebooks": ("Notebooks", "Research"),
}

RHYTHMS = {
    "always": Rhythm(
        (1, 1.03, 1.02, 1, 0.96, 0.66, 0.6),
        (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 11, 12, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3),
    ),
    "office": Rhythm(
        (1, 1.05, 1.06, 1.02, 0.84, 0.05, 0.04),
        (0, 0, 0, 0, 0, 0, 1, 6, 11, 13, 12, 8, 9, 13, 13, 11, 7, 2, 0, 0, 0, 0, 0, 0),
    ),
    "desk": Rhythm(
        (0.97, 1.06, 1.05, 1, 0.8, 0, 0),
        (0, 0, 0, 0, 0, 0, 0, 0, 8, 12, 13, 9, 8, 12, 11, 7, 0, 0, 0, 0, 0, 0, 0, 0),
    ),
    "sunday": Rhythm(
        (0, 0, 0, 0, 0, 0, 1),
        (0, 0, 4, 9, 12, 13, 13, 12, 11, 9, 7, 5, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ),
    "night": Rhythm(
        (1, 1, 1, 1, 1, 1, 1),
        (0, 9, 11, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ),
}

GPT_5, GPT_5_MINI = "gpt-5-2025-08-07", "gpt-5-mini-2025-08-07"
GPT_4O, GPT_4O_MINI = "gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18"
GPT_41, O4_MINI = "gpt-4.1-2025-04-14", "o4-mini-2025-04-16"
GPT_52, GPT_55 = "gpt-5.2-2025-12-11", "gpt-5.5-2026-04-23"
GPT_4O_AUDIO, GPT_IMAGE = "gpt-4o-audio-preview-2025-06-03", "gpt-image-1-mini"
TUNED = "ft:gpt-4.1-mini-2025-04-14:acme::CbQ3kT7w"

GPT_5_RELEASE = date(2025, 8, 7)

STREAMS = (
    Stream("key_support-web-production", GPT_4O, "always", 5200, 1750, 0.52, 240, until=TAKEOVER[3]),
    Stream(
        "key_support-web-production",
        GPT_55,
        "always",
        5200,
        1750,
        0.6,
        260,
        source="agents_api",
        written=0.04,
        since=TAKEOVER[2],
    ),
    Stream(
        "key_support-web-production", GPT_5_MINI, "always", 2400, 900, 0.4, 130, tier="priority", since=date(2026, 2, 2)
    ),
    Stream("key_support-web-triage", GPT_4O_MINI, "always", 6100, 620, 0.2, 60),
    Stream("key_document-search-api", GPT_5, "always", 2900, 5200, 0.7, 420, since=GPT_5_RELEASE),
    Stream("key_document-search-api", GPT_41, "always", 1900, 4700, 0.7, 300, until=date(2025, 10, 15)),
    Stream(
        "key_document-search-indexer",
        GPT_5_MINI,
        "office",
        2600,
        2900,
        0.7,
        150,
        tier="flex",
        source=None,
        since=date(2025, 8, 12),
    ),
    Stream("key_contract-review-app", GPT_5, "desk", 330, 14500, 0.35, 1450, since=date(2025, 8, 11)),
    Stream("key_contract-review-app", TUNED, "desk", 300, 5200, 0.1, 420, since=date(2025, 9, 15)),
    Stream(
        "key_catalogue-sunday-batch",
        GPT_5_MINI,
        "sunday",
        21000,
        1100,
        0.08,
        310,
        batch=True,
        source=None,
        since=date(2025, 9, 7),
    ),
    Stream("key_catalogue-editor", GPT_41, "desk", 420, 1500, 0.15, 380),
    Stream("key_voice-concierge-line", GPT_4O_AUDIO, "always", 480, 520, 0, 95, audio=560, output_audio=390),
    Stream(
        "key_code-helper-ide", GPT_5, "office", 950, 6400, 0.58, 900, tier="incentivized-tier", since=date(2025, 8, 18)
    ),
    Stream(
        "key_code-helper-ide", GPT_52, "office", 1300, 7200, 0.64, 980, source="agents_api", since=date(2026, 1, 12)
    ),
    Stream("key_code-helper-ide", O4_MINI, "desk", 700, 3900, 0.3, 1100, until=date(2026, 4, 30)),
    Stream("key_marketing-studio-app", GPT_4O_MINI, "desk", 520, 800, 0.1, 420),
    Stream(
        "key_marketing-studio-app",
        GPT_IMAGE,
        "desk",
        60,
        110,
        0,
        0,
        image=380,
        output_image=1050,
        since=date(2026, 3, 16),
    ),
    Stream(
        "key_labelling-bench-runs",
        GPT_5_MINI,
        "desk",
        1700,
        1300,
        0.25,
        90,
        tier="flex",
        source=None,
        since=date(2025, 11, 3),
    ),
    Stream(
        "key_labelling-bench-runs",
        GPT_4O_MINI,
        "desk",
        2100,
        700,
        0,
        45,
        batch=True,
        source=None,
        since=date(2026, 4, 13),
    ),
    Stream("key_image-tagger-shop", GPT_4O_MINI, "desk", 640, 210, 0, 70, image=1150, until=date(2026, 2, 27)),
    Stream("key_image-tagger-shop", GPT_5_MINI, "office", 820, 230, 0.1, 85, image=1100, since=date(2026, 3, 2)),
    Stream("key_research-notebooks", O4_MINI, "desk", 160, 2600, 0.1, 1900, tier="incentivized-tier"),
    Stream("key_research-notebooks", GPT_5, "desk", 70, 3300, 0.2, 1700, since=date(2026, 3, 23)),
    Stream(
        "key_research-night-crawl", GPT_5_MINI, "night", 3300, 2700, 0.12, 340, source=None, since=date(2026, 9, 28)
    ),
)

# US dollars per million tokens: input, cached input, output. Plausible list prices, good enough for a sample.
PRICES = {
    GPT_5: ("1.25", "0.125", "10"),
    GPT_5_MINI: ("0.25", "0.025", "2"),
    GPT_52: ("1.75", "0.175", "14"),
    GPT_55: ("5", "0.5", "30"),
    GPT_4O: ("2.5", "1.25", "10"),
    GPT_4O_MINI: ("0.15", "0.075", "0.6"),
    GPT_41: ("2", "0.5", "8"),
    TUNED: ("0.8", "0.2", "3.2"),
    O4_MINI: ("1.1", "0.275", "4.4"),
    GPT_4O_AUDIO: ("2.5", "2.5", "10"),
    GPT_IMAGE: ("2", "0.2", "8"),
}
AUDIO_PRICES = ("40", "80")  # input, output
IMAGE_PRICES = {GPT_IMAGE: ("2.5", "0.25")}  # input, cached input; elsewhere an image token costs what text does
RISE = (GPT_52, date(2026, 11, 9), "1.04")  # billed above the list since
TIER_FACTORS = {"default": "1", "flex": "0.5", "priority": "2", "incentivized-tier": "0"}
