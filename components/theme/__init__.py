"""How things look and are called: colours and Plotly templates, labels, numbers and dates, names made harmless.

Every colour, label and format of the page is here, once. Knows no Streamlit and asks no question.
"""

from components.theme.formats import (
    BLANK,
    NO_ANSWER,
    compact,
    duration,
    exact,
    interval,
    local,
    moment,
    money,
    percent,
    period,
    share,
    signed,
    size,
    stretch,
)
from components.theme.look import DARK, LIGHT, PATTERNED, SMALL, THEMES, Theme
from components.theme.names import JOINER, markdown, plain, shorten
from components.theme.words import DIMENSION_WORDS, LABELS, by, compared, group_label, label, many, noun, one

__all__ = [
    "BLANK",
    "DARK",
    "DIMENSION_WORDS",
    "JOINER",
    "LABELS",
    "LIGHT",
    "NO_ANSWER",
    "PATTERNED",
    "SMALL",
    "THEMES",
    "Theme",
    "by",
    "compact",
    "compared",
    "duration",
    "exact",
    "group_label",
    "interval",
    "label",
    "local",
    "many",
    "markdown",
    "moment",
    "money",
    "noun",
    "one",
    "percent",
    "period",
    "plain",
    "share",
    "shorten",
    "signed",
    "size",
    "stretch",
]
