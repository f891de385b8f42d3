"""Named bytes on an object store: read, create, overwrite, delete, list; every failure told as a sentence.

A folder (`file://`) and an object store (`s3://` and others) behave alike: each write is atomic, and creating a name
that exists fails for all but one.
"""

import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

# A visitor waits for this: the default of three minutes of retries would look like a page that hangs.
_RETRIES = 3
_PATIENCE = timedelta(seconds=20)
_TIMEOUT, _CONNECT_TIMEOUT = "60s", "5s"

_FAILURES = {
    errno.ENOSPC: "There is no space left where datasets are kept.",
    errno.EDQUOT: "There is no space left where datasets are kept.",
    errno.EFBIG: "The dataset is too large for the place where datasets are kept.",
    errno.EROFS: "The place where datasets are kept can only be read.",
    errno.EACCES: "The server may not write where datasets are kept.",
    errno.EPERM: "The server may not write where datasets are kept.",
}
_UNREACHABLE = "The place where datasets are kept cannot be reached just now."


class StoreError(Exception):
    """The store cannot do what was asked. Its text is a sentence for visitors: no path, no name, no token."""


class Listed(NamedTuple):
    name: str
    size: int
    modified: float
    """Unix seconds."""


class Objects:
    def __init__(self, url: str) -> None:
        self.folder = _folder(url)
        with _told():
            if self.folder:
                # Other users of the machine shall see neither content nor names. The mask is the process's.
                os.umask(0o077)
                self.folder.mkdir(parents=True, exist_ok=True)
            self._store = _store(url, self.folder)

    def read(self, name: str) -> bytes | None:
        with _told():
            try:
                if self.folder:  # a file of ours is read before obstore's runtime has begun to
                    return (self.folder / name).read_bytes()
                return bytes(obstore.get(self._store, name).bytes())
            except (FileNotFoundError, NotADirectoryError, NotFoundError):
                if self.folder and not self.folder.is_dir():  # taken away, or no longer mounted: no link is at fault
                    raise StoreError(_UNREACHABLE) from None
                return None

    def create(self, name: str, content: bytes) -> bool:
        """Whether the name was free, and now holds the content."""
        with _told():
            try:
                obstore.put(self._store, name, content, mode="create", use_multipart=False)
            except AlreadyExistsError:
                # A request whose answer was lost is sent again, and finds what it has written itself.
                return self.read(name) == content
            self._settle(name)
        return True

    def write(self, name: str, content: bytes) -> None:
        # Not in several parts: those of a killed process would stay, unseen and paid for.
        with _told():
            obstore.put(self._store, name, content, use_multipart=False)
            self._settle(name)

    def delete(self, name: str) -> None:
        with _told():
            try:
                obstore.delete(self._store, name)
            except (FileNotFoundError, NotFoundError):
                return

    def listed(self) -> list[Listed]:
        with _told():
            return [
                Listed(each["path"], each["size"], each["last_modified"].timestamp())
                for batch in obstore.list(self._store, chunk_size=1000)
                for each in batch
            ]

    def _settle(self, name: str) -> None:
        """On a folder: wait until the disk has it, so that a power cut does not lose what was reported as saved."""
        if self.folder and os.name == "posix":
            path = self.folder / name
            for each in (path, path.parent, path.parent.parent):
                _sync(each)

    def leftovers(self) -> Iterator[Path]:
        """On a folder: files of writes that were killed, which listing hides, and folders."""
        for path in self.folder.rglob("*") if self.folder else ():
            if path.is_dir() or re.search(r"#\d+$", path.name):
                yield path


def read_object(url: str) -> bytes:
    """One object that others keep, by its address; raises StoreError."""
    base, _, name = url.rpartition("/")
    with _told():
        try:
            place = LocalStore(url2pathname(urlsplit(base).path)) if base.startswith("file://") else _store(base, None)
            return bytes(obstore.get(place, name).bytes())
        except (FileNotFoundError, NotFoundError) as error:
            raise StoreError("There is no such object.") from error


def _folder(url: str) -> Path | None:
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    path = Path(url2pathname(parts.path))
    if parts.netloc or not path.is_absolute() or path == Path(path.anchor):
        raise StoreError("USAGE_STORE_URL names no folder: write file:///path/to/folder.")
    return path


def _store(url: str, folder: Path | None) -> ObjectStore:
    if folder:
        return LocalStore(folder)
    # Plain HTTP only where the operator has named such an endpoint, as for a store on the same machine.
    plain = os.environ.get("AWS_ENDPOINT_URL", os.environ.get("AWS_ENDPOINT", "")).startswith("http://")
    try:
        return from_url(
            url,
            client_options={"timeout": _TIMEOUT, "connect_timeout": _CONNECT_TIMEOUT, "allow_http": plain},
            retry_config={"max_retries": _RETRIES, "retry_timeout": _PATIENCE},
        )
    except (BaseError, ValueError, TypeError) as error:
        raise StoreError("USAGE_STORE_URL is no address of a store: write file:///folder or s3://bucket.") from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # not every file system can
            raise
    finally:
        os.close(handle)


@contextmanager
def _told() -> Iterator[None]:
    """Turns what a library says about a failure into a sentence."""
    try:
        yield
    except (BaseError, OSError) as error:
        number = error.errno if isinstance(error, OSError) else None
        if number is None and (found := re.search(r"\(os error (\d+)\)", str(error))):
            number = int(found[1])
        raise StoreError(_FAILURES.get(number or 0, _UNREACHABLE)) from error


def total(listed: Sequence[Listed]) -> int:
    return sum(each.size for each in listed)
