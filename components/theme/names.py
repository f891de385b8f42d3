"""Names are text, never markup: escaped for Plotly and for Streamlit's Markdown, and cut to what fits."""

import re

_PLOTLY = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "$": "&#36;"})
# Controls that break lines or turn the reading direction of what follows.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Streamlit looks for these once more after the escapes are gone: links, addresses, icons, emoji, arrows and dashes.
_LATE = re.compile(
    r"(?<=:)(?=[a-z/+_-])|(?<=@)(?=\w)|(?<=www)(?=\.)|(?<=-)(?=[->])|(?<=<)(?=[-=])|(?<=[>~!=])(?==)", re.IGNORECASE
)
JOINER = "\u2060"


def shorten(text: str, most: int) -> str:
    """A name of at most `most` characters: ids differ at their ends, so it is the middle that goes."""
    text = _UNSEEN.sub(" ", text).strip()
    if len(text) <= most:
        return text
    head = most // 2
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"


def plain(text: str) -> str:
    """A name for Plotly, whose texts are pseudo-HTML, templates (`%{x}`) and perhaps TeX (`$x$`)."""
    return _UNSEEN.sub(" ", text).translate(_PLOTLY)


def markdown(text: str) -> str:
    """A name for Streamlit's Markdown: every sign escaped, and what is looked for after that taken apart.

    Line breaks stay, so that sentences can be escaped together; indents and empty lines go, because they mean code
    and paragraphs.
    """
    lines = (_UNSEEN.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(_PUNCTUATION.sub(r"\\\1", _LATE.sub(JOINER, line)) for line in lines if line)
