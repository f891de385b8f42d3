"""Which hosts the page answers to, and whose pages may talk to it: an exact list, this computer's names by default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"http": 80, "https": 443}

Address = tuple[str, int | None]
"""A host, and its port where one is named."""


@dataclass(frozen=True)
class Origin:
    scheme: str
    host: str
    port: int

    @property
    def addresses(self) -> set[Address]:
        """How it stands in a Host header; browsers leave the usual port out."""
        named = {(self.host, self.port)}
        return named | {(self.host, None)} if self.port == PORTS[self.scheme] else named


@dataclass(frozen=True)
class Allowed:
    """The public addresses of the page. Those of this computer always belong to it, on any port."""

    public: frozenset[Origin] = frozenset()

    def host(self, header: str) -> bool:
        address = read_host(header)
        return address is not None and (
            address[0] in LOOPBACK or any(address in each.addresses for each in self.public)
        )

    def origin(self, header: str, host: str) -> bool:
        """Whether a page of this origin may ask, under this Host: a public one, or on this computer the very same.

        Without the last, any other program's page on this computer could.
        """
        origin = read_origin(header)
        if origin is None:
            return False
        return origin in self.public or (origin.host in LOOPBACK and read_host(host) in origin.addresses)


def read_host(header: str) -> Address | None:
    """A Host header: `example.com`, `[::1]:8501`; None for anything else."""
    if not header or any(sign in header for sign in "/?#@\\ \t,"):
        return None
    if header.startswith("[") and header.partition("]")[2][:1] not in ("", ":"):
        return None  # urlsplit overlooks what follows: [::1].evil.example
    try:
        parts = urlsplit(f"//{header}")
        return (parts.hostname.removesuffix("."), parts.port) if parts.hostname else None
    except ValueError:
        return None


def read_origin(header: str) -> Origin | None:
    """An Origin header: a scheme, a host and perhaps a port, and nothing else."""
    scheme, found, host = header.partition("://")
    address = read_host(host) if found and scheme in PORTS else None
    return Origin(scheme, address[0], address[1] or PORTS[scheme]) if address else None


def from_environment(environ: Mapping[str, str] = os.environ) -> Allowed:
    """USAGE_PUBLIC_URL: where people open the page, or several such addresses with commas between.

    Raises ValueError with a sentence where one is no address: a list that was misread would let nobody in, or anybody.
    """
    texts = [text.strip().rstrip("/").lower() for text in environ.get("USAGE_PUBLIC_URL", "").split(",")]
    public = {text: read_origin(text) for text in texts if text}
    for text, origin in public.items():
        if origin is None:
            raise ValueError(
                f"USAGE_PUBLIC_URL: {text} is no address such as https://usage.example.com, without a path."
            )
    return Allowed(frozenset(filter(None, public.values())))
