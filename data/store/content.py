"""What a dataset holds as bytes and back: the exports of an upload, or the usage behind a shared view.

An upload is saved as its exports, so that it can still be tidied with another generation or together with more files.
A shared view is saved as its usage: what was counted once, filtered and hidden cannot be worked out again from less.
"""

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.exports.export import BUCKET_SCHEMA, COST_SCHEMA, COST_TEXTS, RESULT_SCHEMA, Export, Named, Problem
from data.naming import TEAM, Naming
from data.overlap import Layer
from data.store.manifest import Contents, Form
from data.store.tables import array, compact, joined, parquet, table, with_columns
from data.usage import DIMENSIONS, MEASURES, File, Usage

Content = tuple[Export, ...] | Usage

_SCHEMAS = {"results": RESULT_SCHEMA, "costs": COST_SCHEMA, "buckets": BUCKET_SCHEMA}
_TABLES = ("results", "costs", "buckets", "shares", "cost_shares")
DETAILS = "details"


def form_of(content: Content) -> Form:
    return "usage" if isinstance(content, Usage) else "exports"


def packed(content: Content) -> dict[str, bytes]:
    """The pieces by name: Parquet tables, and the details as JSON in zstd."""
    return _packed_usage(content) if isinstance(content, Usage) else _packed_exports(content)


def unpacked(form: Form, pieces: dict[str, bytes]) -> Content:
    return _usage(pieces) if form == "usage" else _exports(pieces)


def contents(content: Content, **told: Any) -> Contents:
    """What is to be said about it; `told`: what was hidden and filtered."""
    exports = () if isinstance(content, Usage) else content
    holders: list[Export | Usage] = [content] if isinstance(content, Usage) else list(content)
    starts = [pc.min(each.buckets["start_time"]).as_py() for each in holders]
    ends = [pc.max(each.buckets["end_time"]).as_py() for each in holders]
    labelled = any(export.organization for export in exports)
    return Contents(
        results=sum(each.results.num_rows for each in holders),
        costs=sum(each.costs.num_rows for each in holders),
        files=len(content.files) if isinstance(content, Usage) else len(content),
        start=min((each for each in starts if each is not None), default=None),
        end=max((each for each in ends if each is not None), default=None),
        dimensions=tuple(
            name
            for name in DIMENSIONS
            if (name == "organization" and labelled) or any(_fills(each.results, name) for each in holders)
        ),
        **told,
    )


def _fills(results: pa.Table, name: str) -> bool:
    return name in results.column_names and results[name].null_count < results.num_rows


# --- exports -------------------------------------------------------------------------------------------------------


def _packed_exports(exports: tuple[Export, ...]) -> dict[str, bytes]:
    each = exports or (Export("", "", 0, ""),)
    tables = {name: parquet(joined([getattr(export, name) for export in each])) for name in _SCHEMAS}
    return {**tables, DETAILS: _json({"exports": [_header(export) for export in exports]})}


def _header(export: Export) -> dict[str, Any]:
    tables = {name: getattr(export, name) for name in _SCHEMAS}
    return {
        "name": export.name,
        "format": export.format,
        "size": export.size,
        "sha256": export.sha256,
        "organization": export.organization,
        "problems": export.problems,
        "unknown_fields": export.unknown_fields,
        "unknown_objects": export.unknown_objects,
        **({"mapping": export.mapping, "unmapped": export.unmapped} if export.mapping or export.unmapped else {}),
        "rows": {name: held.num_rows for name, held in tables.items()},
        "unfilled": {
            name: [each.name for each in held.schema if pa.types.is_null(each.type)] for name, held in tables.items()
        },
    }


def _exports(pieces: dict[str, bytes]) -> tuple[Export, ...]:
    tables = {name: table(pieces[name]) for name in _SCHEMAS}
    at = dict.fromkeys(_SCHEMAS, 0)
    exports = []
    for header in _details(pieces)["exports"]:
        rows, unfilled = header.pop("rows"), header.pop("unfilled")
        own = {
            name: _own(held.slice(at[name], rows[name]), _SCHEMAS[name], set(unfilled[name]))
            for name, held in tables.items()
        }
        at = {name: at[name] + rows[name] for name in at}
        problems = tuple(Problem(*each) for each in header.pop("problems"))
        mapping = tuple(Named(*each) for each in header.pop("mapping", ()))
        exports.append(Export(**header, problems=problems, mapping=mapping, **own))
    return tuple(exports)


def _own(held: pa.Table, schema: pa.Schema, unfilled: set[str]) -> pa.Table:
    """One export's rows with the columns of today's schema, as its reader made them."""
    arrays = {}
    for each in schema:
        if each.name in unfilled or each.name not in held.column_names:
            arrays[each.name] = pa.nulls(held.num_rows)
        else:
            arrays[each.name] = array(held[each.name]) if held.num_rows else pa.nulls(0, each.type)
    return compact(pa.table(arrays))


# --- usage ---------------------------------------------------------------------------------------------------------


def _packed_usage(usage: Usage) -> dict[str, bytes]:
    details = {
        "layers": usage.layers,
        "cost_layers": usage.cost_layers,
        "contested": usage.contested,
        "costs_contested": usage.costs_contested,
        "reported": usage.reported,
        "files": [file._asdict() for file in usage.files],
        "problems": usage.problems,
        "unknown_fields": usage.unknown_fields,
        "unknown_objects": usage.unknown_objects,
        "names": usage.names,
        "naming": usage.naming,
    }
    return {**{name: parquet(getattr(usage, name)) for name in _TABLES}, DETAILS: _json(details)}


def _usage(pieces: dict[str, bytes]) -> Usage:
    tables = {name: table(pieces[name]) for name in _TABLES}
    tables["results"] = with_columns(tables["results"], (*DIMENSIONS, *MEASURES))
    tables["costs"] = with_columns(tables["costs"], (*COST_TEXTS, TEAM))
    details = _details(pieces)
    return Usage(
        **tables,
        layers=tuple(_layer(each) for each in details["layers"]),
        cost_layers=tuple(_layer(each) for each in details["cost_layers"]),
        contested=details["contested"],
        costs_contested=details["costs_contested"],
        reported={name: tuple(measures) for name, measures in details["reported"].items()},
        files=tuple(File(**each) for each in details["files"]),
        problems=tuple(Problem(*each) for each in details["problems"]),
        unknown_fields=details["unknown_fields"],
        unknown_objects=details["unknown_objects"],
        names=details.get("names", {}),
        naming=Naming(*details.get("naming", ())),
    )


def _layer(fields: list[Any]) -> Layer:
    object_name, organization, grouping, width, phase = fields
    return Layer(object_name, organization, tuple(grouping), width, phase)


# --- details -------------------------------------------------------------------------------------------------------


def _json(details: dict[str, Any]) -> bytes:
    """ASCII, because a file's name may hold half a character."""
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        stream.write(json.dumps(details).encode())
    return bytes(out.getvalue())


def _details(pieces: dict[str, bytes]) -> dict[str, Any]:
    with pa.CompressedInputStream(pa.BufferReader(pieces[DETAILS]), "zstd") as stream:
        details: dict[str, Any] = json.loads(stream.read())
    return details
