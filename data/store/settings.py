"""What the operator decides: where datasets are kept, how much of them, and for how long."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.store.objects import StoreError

MB, GB = 10**6, 10**9

DAYS: tuple[int, ...] = (1, 7, 30, 90)
"""How long a link may live."""
DEFAULT_DAYS = 30

_NAME = "token-usage"


@dataclass(frozen=True)
class Settings:
    url: str
    """`file:///folder`, or the address of an object store, such as `s3://bucket/prefix`."""
    most_dataset_bytes: int = 500 * MB
    """Of one dataset as it is stored: compressed, about 20 bytes per result."""
    most_bytes: int = 20 * GB
    """Of all datasets together."""
    cache: Path | None = None
    """Folder for copies of what a distant store holds; None: no copies."""
    most_cached_bytes: int = 5 * GB
    may_last: bool = False
    """Whether a link may live for ever."""
    saves_uploads: bool = True
    """Whether uploads are saved at all; if not, the session alone has them."""

    @property
    def lifetimes(self) -> tuple[int | None, ...]:
        """Days to choose from; None is for ever."""
        return (*DAYS, None) if self.may_last else DAYS


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings by their USAGE_ variables; raises StoreError with a sentence about one that means nothing."""
    return Settings(
        url=environ.get("USAGE_STORE_URL") or (_folder(environ, "data") / "datasets").as_uri(),
        most_dataset_bytes=int(_number(environ, "USAGE_MAX_DATASET_MB", 500) * MB),
        most_bytes=int(_number(environ, "USAGE_STORE_MAX_GB", 20) * GB),
        cache=Path(environ.get("USAGE_CACHE_DIR") or _folder(environ, "cache") / "datasets"),
        most_cached_bytes=int(_number(environ, "USAGE_CACHE_MAX_GB", 5) * GB),
        may_last=_switch(environ, "USAGE_LINKS_MAY_LAST", False),
        saves_uploads=_switch(environ, "USAGE_SAVE_UPLOADS", True),
    )


def _folder(environ: Mapping[str, str], kind: str) -> Path:
    """Where a user's programs keep their data, or what they can fetch again, on this system."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / _NAME / kind
    if sys.platform == "darwin":
        return home / "Library" / ("Caches" if kind == "cache" else "Application Support") / _NAME
    named = environ.get(f"XDG_{kind.upper()}_HOME", "")
    usual = home / (".cache" if kind == "cache" else ".local/share")
    return (Path(named) if Path(named).is_absolute() else usual) / _NAME


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name, "").strip()
    try:
        number = float(text or default)
    except ValueError:
        number = -1.0
    if not 0 < number < 10**9:
        raise StoreError(f"{name} is set to something that is no size: write a number above zero.")
    return number


def _switch(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = environ.get(name, "").strip().lower()
    if text in ("", "true", "1", "yes", "on"):
        return True if text else default
    if text in ("false", "0", "no", "off"):
        return False
    raise StoreError(f"{name} is set to something that is neither true nor false.")
