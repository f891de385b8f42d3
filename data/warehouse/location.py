"""Where a warehouse lies: named bytes in a folder or an object store, and what an engine calls them.

Each write is atomic, and creating a name that exists fails for all but one.
"""

import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

AT_ONCE = 8
"""Pieces that are read or written at once: most of it is waiting for the disk, or the store."""
_PATIENCE = timedelta(seconds=60)


class LocationError(Exception):
    """The location cannot do what was asked. Its text is a sentence."""


class Location:
    """A folder, given as a path or `file://`, or an address of an object store, such as `s3://bucket/prefix`."""

    def __init__(self, address: str, create: bool = False) -> None:
        parts = urlsplit(address)
        is_path = len(parts.scheme) < 2  # none, or the letter of a drive
        self.folder = Path(address if is_path else url2pathname(parts.path)).absolute()
        self.is_folder = is_path or parts.scheme == "file"
        self.url = self.folder.as_uri() if self.is_folder else address.rstrip("/")
        # Plain HTTP only where the operator has named such an endpoint, as for a store on the same machine.
        plain = os.environ.get("AWS_ENDPOINT_URL", os.environ.get("AWS_ENDPOINT", "")).startswith("http://")
        try:
            if self.is_folder:
                self._store: ObjectStore = LocalStore(self.folder, mkdir=create)
            else:
                self._store = from_url(
                    self.url,
                    client_options={"timeout": "300s", "connect_timeout": "5s", "allow_http": plain},
                    retry_config={"max_retries": 3, "retry_timeout": _PATIENCE},
                )
        except (BaseError, ValueError, TypeError) as error:
            raise LocationError(f"{address} is no folder that can be used, nor an object store.") from error

    def read(self, name: str) -> bytes:
        """What has that name."""
        try:
            return bytes(obstore.get(self._store, name).bytes())
        except (FileNotFoundError, NotFoundError) as error:
            raise LocationError(f"{name} is missing in {self.url}.") from error
        except (BaseError, OSError) as error:
            raise self._unreachable() from error

    def create(self, name: str, content: bytes) -> bool:
        """Whether the name was free, and now holds the content, on the disk where it is a folder."""
        if self.is_folder:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            obstore.put(self._store, name, content, mode="create", use_multipart=False)
        except AlreadyExistsError:
            # A request whose answer was lost is sent again, and finds what it has written itself.
            return self.read(name) == content
        except (BaseError, OSError) as error:
            raise self._unreachable() from error
        if self.is_folder and os.name == "posix":
            for path in (self.folder / name, (self.folder / name).parent):
                _sync(path)
        return True

    def names(self, under: str) -> dict[str, float]:
        """What lies below a name, with the unix seconds at which it was written."""
        try:
            batches = obstore.list(self._store, prefix=under, chunk_size=1000)
            return {each["path"]: each["last_modified"].timestamp() for batch in batches for each in batch}
        except (FileNotFoundError, NotFoundError):
            return {}
        except (BaseError, OSError) as error:
            raise self._unreachable() from error

    def delete(self, name: str) -> None:
        try:
            obstore.delete(self._store, name)
        except (FileNotFoundError, NotFoundError):
            return
        except (BaseError, OSError) as error:
            raise self._unreachable() from error

    def path(self, name: str) -> str:
        """What an engine calls it: a path in a folder, else its address."""
        return str(self.folder / name) if self.is_folder else f"{self.url}/{name}"

    def copied(self, names: Sequence[str], folder: Path) -> list[str]:
        """Paths of copies in a folder, made where there are none: what has a name never changes."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return [str(path) for path in pool.map(lambda name: self._copied(name, folder / name), names)]

    def _copied(self, name: str, path: Path) -> Path:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{secrets.token_hex(8)}")
            draft.write_bytes(self.read(name))
            draft.replace(path)
        return path

    def _unreachable(self) -> LocationError:
        return LocationError(f"{self.url} cannot be read or written just now.")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
