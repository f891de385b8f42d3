"""What can go wrong with a request: a sentence, whether to try again, and whether anything else is worth trying."""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from data.fetch.key import WHERE
from data.fetch.page import BrokenReplyError

# Asking again does not fill an account. Codes and types as OpenAI's error guide and client name them.
_MONEY = ("insufficient_quota", "billing", "hard_limit", "spend", "credit", "payment")
_AGAIN = (408, 409, 425, 429)


@dataclass(eq=False)
class Failure(Exception):  # noqa: N818 — it is what happened, and not always an error of ours
    """A request that brought nothing."""

    reason: str
    again: bool = False
    """Whether the same request may succeed later."""
    ends: bool = False
    """Whether other requests would fail in the same way."""
    after: float | None = None
    """Seconds the server asked us to wait."""

    def __str__(self) -> str:
        return self.reason


@contextmanager
def told() -> Iterator[None]:
    """Turns what the client raises into a Failure. Nothing of a request, which holds the key, is kept."""
    try:
        yield
    except openai.APIStatusError as error:
        raise status_failure(error.status_code, error.response.headers, error.body) from None
    except (openai.APITimeoutError, httpx2.TimeoutException):
        raise Failure("no answer in time", again=True, ends=True) from None
    except openai.APIConnectionError as error:
        raise Failure(_cause(error.__cause__), again=True, ends=True) from None
    except httpx2.HTTPError as error:
        raise Failure(_cause(error), again=True, ends=True) from None
    except BrokenReplyError as error:
        raise Failure(f"the reply {error}", again=True) from None


def _cause(error: BaseException | None) -> str:
    if isinstance(error, httpx2.RemoteProtocolError | httpx2.ReadError):
        return "the reply was cut off"
    if isinstance(error, httpx2.DecodingError):
        return "the reply could not be unpacked"
    return f"no connection: {error}" if str(error or "") else "no connection"


def status_failure(status: int, headers: Mapping[str, str], body: Any) -> Failure:
    """A reply that is not 200."""
    said = body if isinstance(body, dict) else {}
    message = str(said.get("message") or "")[:500]
    code = f"{said.get('code') or ''} {said.get('type') or ''}".strip()
    if 300 <= status < 400:
        host = urlsplit(headers.get("location", "")).netloc.rpartition("@")[2]
        return Failure(f"the server sends us on to {host or 'another path'}: not followed, the key stays", ends=True)
    told_us = f" ({message})" if message else f" ({code})" if code else ""
    if status in (402, 429) and any(word in code.lower() for word in _MONEY):
        return Failure(f"a spending or credit limit is reached, which waiting does not change{told_us}", ends=True)
    if status == 401:
        return Failure(f"the key is not accepted{told_us}. {WHERE}", ends=True)
    if status == 403:
        return Failure(f"the key may not read this{told_us}. {WHERE}")
    if status in _AGAIN or status >= 500:
        what = "too many requests" if status == 429 else f"the server answers {status}"
        again = headers.get("x-should-retry") != "false"
        return Failure(f"{what}{told_us}", again=again, ends=True, after=asked_to_wait(headers))
    hint = "; --group-by names the dimensions to group by" if "group" in message.lower() else ""
    return Failure(f"the server answers {status}{told_us}{hint}")


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds from `retry-after-ms` or `Retry-After`, which may be a date."""
    for name, factor in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * factor
        except (KeyError, ValueError):
            continue
        if math.isfinite(seconds):
            return max(seconds, 0.0)
    try:
        return max(parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time(), 0.0)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
