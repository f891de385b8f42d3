"""Buckets validated as bytes: pydantic reads the JSON and checks every field in one pass, and columns take the rows.

The row schemas are derived from the models' own annotations, each narrowed to the form nearly every value has: a
count that is a plain integer, a flag that is a JSON boolean. Whatever is not accepted here, or holds a field more than
the schema knows, is read again the slow way, which alone decides; so what is accepted and what is rejected, and why, is
what the models say (a property test compares the two).
"""

import re
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from data.exports.cut import TOKEN, Cut, Run
from data.exports.draft import Draft
from data.exports.names import canonical
from data.exports.results import IGNORED
from data.exports.strict import BrokenError, is_odd, loads
from data.exports.times import FIRST, LAST
from data.exports.widths import Span
from data.models import BY_OBJECT, Result, full_name, short_name
from data.values import Text

_OBJECT = re.compile(rb'"object"\s*:\s*"(organization\.[a-z_.]{1,64})"')
_KEY = re.compile(rb'"([A-Za-z0-9_]{1,64})"\s*:')
_COLON = ord(":")
_Moment = Annotated[int, Field(strict=True, ge=FIRST, le=LAST)]


_Simple = Annotated[
    Annotated[int, Field(strict=True)]
    | Text
    | Annotated[bool, Field(strict=True)]
    | Annotated[float, Field(strict=True, allow_inf_nan=False)]
    | None,
    Field(union_mode="left_to_right"),
]


class CutFailedError(Exception):
    """What was cut out is no bucket: the text has to be read without cutting."""


class FastBuckets:
    """Reads the buckets of a cut text when their placeholders are met."""

    def __init__(self, cut: Cut, draft: Draft) -> None:
        self.cut, self.draft = cut, draft

    def run_of(self, value: list[Any]) -> Run | None:
        """The buckets that a list of the skeleton stands for, if it does."""
        return self.cut.runs[value[1]] if len(value) == 2 and value[0] == TOKEN else None

    def read(self, run: Run, places: list[str]) -> bool:
        """Whether all of the run's buckets were read into the draft; if not, none was."""
        self.draft.advance(self.cut.starts[run.first] / len(self.cut.content))
        text = self.cut.run(run)
        kind, keys = first_row(text)
        if kind and kind not in _FAST:
            return False
        for extent in dict.fromkeys((keys, frozenset[str]())):
            try:
                buckets = _adapter(kind, extent).validate_json(text)
            except ValidationError:
                return False
            rows = buckets[0]["results"] if len(buckets) == 1 else [*chain.from_iterable(map(_results, buckets))]
            lengths = sum(map(len, rows))
            if has_keys(text, lengths + sum(map(len, buckets))):
                break
        else:
            return False
        if len(buckets) != run.size or any(map(_ends_early, buckets)):
            return False
        self._keep(kind, buckets, rows, lengths, places)
        return True

    def values(self, run: Run) -> list[tuple[Any, bool]]:
        """The run's buckets as JSON values, each with whether something odd may be in it."""
        indexes = range(run.first, run.first + run.size)
        texts = [self.cut.bucket(index).decode("utf-8", "surrogateescape") for index in indexes]
        try:
            return [(loads(text), is_odd(text)) for text in texts]
        except BrokenError:
            raise CutFailedError from None

    def _keep(self, name: str, buckets: list[Any], rows: list[Any], lengths: int, places: list[str]) -> None:
        kind = short_name(name)
        numbers: list[int] = []
        for bucket, place in zip(buckets, places, strict=True):
            count = len(bucket["results"])
            span = Span(bucket["start_time"], bucket["end_time"], count, kind if count else None, place)
            numbers += [self.draft.bucket(span)] * count
        if not rows:
            return
        filled = columns(rows, lengths)
        self.draft.rows(kind, numbers, filled)
        for field in filled.keys() - BY_OBJECT[name].model_fields.keys() - IGNORED:
            self.draft.unknown_fields[f"{kind}.{field}"] += sum(field in row for row in rows)


def first_row(text: bytes) -> tuple[str, frozenset[str]]:
    """The `object` of the first result and its keys, by which the narrowest schema is chosen; empty if there is none.

    A guess that costs nothing: whether it holds for all rows, validation and `has_keys` find out.
    """
    found = _OBJECT.search(text)
    if not found:
        return "", frozenset()
    begin, end = text.rfind(b"{", 0, found.start()), text.find(b"}", found.end())
    return found[1].decode(), frozenset(key.decode() for key in _KEY.findall(text, begin, end))


def columns(rows: list[dict[str, Any]], lengths: int) -> dict[str, Any]:
    """Rows turned into columns; `lengths` is the sum of their numbers of fields."""
    names = tuple(rows[0])[1:]  # without `object`, which is the same in all
    if lengths == (len(names) + 1) * len(rows) and len(names) > 1:
        try:
            return dict(zip(names, zip(*map(itemgetter(*names), rows), strict=True), strict=True))
        except KeyError:
            pass
    every = dict.fromkeys(chain.from_iterable(rows))
    return {name: [row.get(name) for row in rows] for name in every}


def has_keys(text: bytes, count: int) -> bool:
    """Whether the objects in a JSON text have exactly `count` keys; false where that cannot be seen at once.

    Outside of strings a colon stands only after a key. So no text has more keys than colons, nor, if no white space
    stands before a colon, more than it has `":`.
    """
    if np.count_nonzero(np.frombuffer(text, np.uint8) == _COLON) == count:  # twice as fast as text.count()
        return True
    return text.count(b'":') == count and not any(map(text.count, (b" :", b"\t:", b"\n:", b"\r:")))


def _ends_early(bucket: dict[str, Any]) -> bool:
    return bool(bucket["end_time"] <= bucket["start_time"])


_results = itemgetter("results")


def _narrow(hint: Any) -> Any:
    """An annotation's first and usual form: of a count the strict integer, without the arm that explains."""
    if get_origin(hint) is Annotated:
        inner, *metadata = get_args(hint)
        return _narrow(inner) if _is_union(inner) else Annotated[inner, *metadata]
    if _is_union(hint):
        arms = [each for each in get_args(hint) if each is not type(None)]
        narrowed = _narrow(arms[0])
        return narrowed | None if len(arms) < len(get_args(hint)) else narrowed
    return hint


def _is_union(hint: Any) -> bool:
    return get_origin(hint) is Union or type(hint).__name__ == "UnionType"


def row_schema(model: type[Result], keys: frozenset[str] = frozenset()) -> Any:
    """The model as a typed dict, which is validated in half the time; of its optional fields those among `keys`.

    Fewer fields to look for make wide models faster. Keys that the model does not know may hold anything simple.
    """
    hints = get_type_hints(model, include_extras=True)
    fields: dict[str, Any] = {"object": hints["object"]}
    for name, field in model.model_fields.items():
        if name != "object" and (field.is_required() or not keys or name in keys):
            hint = _narrow(hints[name])
            fields[name] = hint if field.is_required() else NotRequired[hint]
    unknown = [key for key in keys if key not in hints and canonical(key) == key and key not in _READ_OTHERWISE]
    return TypedDict(model.__name__, fields | dict.fromkeys(unknown, NotRequired[_Simple]))  # type: ignore[operator]


@lru_cache(maxsize=64)
def _adapter(kind: str, keys: frozenset[str]) -> TypeAdapter[Any]:
    """A list of buckets with results of one kind, or without any."""
    results: Any = Annotated[list[Any], Field(max_length=0)]
    if kind:
        results = list[row_schema(BY_OBJECT[kind], keys)]  # type: ignore[misc]
    bucket: Any = {
        "object": Literal["bucket"],
        "start_time": _Moment,
        "end_time": _Moment,
        "start_time_iso": NotRequired[Text | None],
        "end_time_iso": NotRequired[Text | None],
        "results": results,
    }
    schema: Any = list[TypedDict("Bucket", bucket)]  # type: ignore[operator,misc]
    return TypeAdapter(schema)


# Amounts have to be read from their text, which pydantic's JSON parser does not keep.
_FAST = frozenset(full_name(model) for model in BY_OBJECT.values() if "amount" not in model.model_fields)
_READ_OTHERWISE = frozenset({"metrics", "sessions", "result", "results"})
