"""The small records beside a dataset's data: the manifest that makes it exist, its expiry, its manage link.

Names derive from the SHA-256 of tokens, so that neither a record nor a listing holds a link that opens anything. Each
record is sealed with a checksum over every byte and says which name it is for.
"""

import hashlib
import json
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Form = Literal["exports", "usage"]

_FROZEN = ConfigDict(frozen=True, extra="ignore")  # a later release may say more


class Piece(BaseModel):
    """One immutable object of a dataset's data, named by its content."""

    model_config = _FROZEN

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: int


class Contents(BaseModel):
    """What a dataset holds, as Share and the page tell it."""

    model_config = _FROZEN

    results: int
    costs: int
    files: int
    start: int | None
    """Start of the first bucket, unix seconds."""
    end: int | None
    """End of the last bucket."""
    dimensions: tuple[str, ...]
    """Those that any result fills."""
    hidden: dict[str, Literal["pseudonymise", "drop"]] = {}
    """What was done to ids before they were saved."""
    filtered: bool = False
    """Whether it holds only the rows that one view shows."""


class Manifest(BaseModel):
    """Written last: with it a dataset exists, without it there is nothing. Never changed, only deleted."""

    model_config = _FROZEN

    version: Literal[1] = 1
    dataset: str
    """SHA-256 of the view token."""
    manage: str
    """SHA-256 of the manage token."""
    form: Form
    title: str
    created: int
    expires: int | None
    """Unix seconds; None: never. An expiry beside it goes before."""
    contents: Contents
    pieces: dict[str, Piece]


class Expiry(BaseModel):
    """A later decision about how long a dataset lives. It cannot bring back one whose manifest is gone."""

    model_config = _FROZEN

    dataset: str
    expires: int | None


class Manage(BaseModel):
    """What a manage token is for."""

    model_config = _FROZEN

    dataset: str


Record = TypeVar("Record", Manifest, Expiry, Manage)


def hashed(token: str) -> str:
    """Whatever text it is, the name it leads to is 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def manifest_name(dataset: str) -> str:
    return f"datasets/{dataset}/manifest"


def expiry_name(dataset: str) -> str:
    return f"datasets/{dataset}/expiry"


def piece_name(dataset: str, piece: Piece) -> str:
    return f"datasets/{dataset}/{piece.sha256}"


def manage_name(manage: str) -> str:
    return f"manage/{manage}"


def sealed(name: str, record: BaseModel) -> bytes:
    body = json.dumps(record.model_dump(mode="json"), sort_keys=True).encode()
    return f"{_checksum(name, body)}\n".encode() + body


def unsealed(kind: type[Record], name: str, content: bytes | None) -> Record | None:
    """The record, or None where it is missing or any byte of it is another than was written under this name."""
    seal, _, body = (content or b"").partition(b"\n")
    if seal != _checksum(name, body).encode():
        return None
    try:
        return kind.model_validate_json(body)
    except ValidationError:
        return None


def _checksum(name: str, body: bytes) -> str:
    return hashlib.sha256(f"{name}\n".encode() + body).hexdigest()
