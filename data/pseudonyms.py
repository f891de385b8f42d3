"""Names for people and keys that tell them apart and tell nothing else.

A pseudonym is a keyed hash whose key is drawn at random and forgotten at once: the same id has one pseudonym throughout
a dataset and another in the next, and nobody, this server included, can work out which id it stands for.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping

SHORTEST = 6
"""Letters an id has to have to be looked for inside other texts: a project called `o1` is part of too many."""


def pseudonyms(kind: str, values: Iterable[str]) -> dict[str, str]:
    """Each value's pseudonym, `user-3f9a1c2b`; as many as there are values."""
    key, distinct = secrets.token_bytes(32), sorted(set(values))
    hashes = [hmac.digest(key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hex() for value in distinct]
    digits = 8
    while len({each[:digits] for each in hashes}) < len(distinct):
        digits += 4
    return {value: f"{kind}-{each[:digits]}" for value, each in zip(distinct, hashes, strict=True)}


class Scrubber:
    """Replaces ids and names that stand inside other texts, such as a fine-tuned model's name or a line item."""

    def __init__(self, shown: Mapping[str, str], shortest: int = SHORTEST) -> None:
        """Take what is to be shown for each; shorter ones are left alone."""
        self._shown = {value: text for value, text in shown.items() if len(value) >= shortest}
        self._lengths = sorted({len(value) for value in self._shown}, reverse=True)

    def __call__(self, text: str) -> str:
        """The text with the longest one that begins at each place replaced; as fast for many ids as for few."""
        written, at = [], 0
        while at < len(text):
            found = next((text[at : at + each] for each in self._lengths if text[at : at + each] in self._shown), None)
            written.append(text[at] if found is None else self._shown[found])
            at += len(found or " ")
        return "".join(written)
