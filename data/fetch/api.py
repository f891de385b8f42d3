"""One reply of the organization API: asked again where that can help, bounded in time and size, never redirected.

Built on the official client (openai 3.54.0, tried in November 2026): its admin client has all twelve usage methods and
the lists for names, hands over the raw bytes of a reply while they come, and takes a transport that follows no
redirect. Its own retries are off: they would try again where a credit limit is reached, and say nothing meanwhile.
httpx2 is what that client is built on; only its exceptions are named here.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from secrets import SystemRandom
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx2
import openai

from data.fetch.failure import Failure, told
from data.fetch.key import Secret, is_loopback
from data.fetch.page import read_object

Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class Patience:
    """How long one reply is waited for. Seconds."""

    attempts: int = 6
    first: float = 1.0
    """The wait after the first attempt; each further one is twice as long."""
    longest: float = 60.0
    asked: float = 120.0
    """The most that is waited because a server asks for it."""
    connect: float = 15.0
    silence: float = 60.0
    """Between two pieces of a reply."""
    reply: float = 600.0
    """For a whole reply: one that trickles is no better than none."""
    size: int = 1 << 30


PATIENCE = Patience()


class Api:
    """The API, with a key; use as a context. `tell` gets a sentence before each wait."""

    def __init__(self, key: Secret, base_url: str, tell: Callable[[str], None]) -> None:
        self.key, self.tell, self.patience = key, tell, PATIENCE
        self._client = openai.OpenAI(
            admin_api_key=key.reveal(),
            api_key="",  # so that OPENAI_API_KEY is left alone
            base_url=base_url,
            max_retries=0,
            timeout=httpx2.Timeout(self.patience.silence, connect=self.patience.connect),
            # An admin key belongs to one organization. These headers, which the client would take from the
            # environment, could only name a wrong one.
            default_headers={"OpenAI-Organization": openai.omit, "OpenAI-Project": openai.omit},  # type: ignore[dict-item]
            http_client=openai.DefaultHttpxClient(
                follow_redirects=False,
                # A proxy named in the environment must not see what is meant for this computer.
                trust_env=not is_loopback(urlsplit(base_url).hostname or ""),
            ),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def usage(self, call: str, read: Callable[[bytes], Parsed], **parameters: Any) -> Parsed:
        """A page of usage or costs."""
        method = getattr(self._client.admin.organization.usage.with_streaming_response, call)
        return self._ask(lambda: method(**_given(parameters)), read)

    def listed(self, kind: str, *path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """All of `users`, `projects`, or one project's `api_keys`, a hundred at a time."""
        organization = self._client.admin.organization
        keys = organization.projects.api_keys
        method = (keys if kind == "api_keys" else getattr(organization, kind)).with_streaming_response.list
        after: str | None = None
        seen: set[str] = set()
        while True:
            asked = _given({**parameters, "limit": 100, "after": after})
            reply = self._ask(lambda asked=asked: method(*path, **asked), read_object)  # type: ignore[misc]
            rows = [row for row in reply.get("data") or [] if isinstance(row, dict)]
            yield from rows
            if not reply.get("has_more"):
                return
            after = str(rows[-1].get("id") or "") if rows else ""
            if not after or after in seen:
                raise Failure(f"the list of {kind} says that it goes on, but not where")
            seen.add(after)

    def _ask(self, send: Callable[[], Any], read: Callable[[bytes], Parsed]) -> Parsed:
        for attempt in range(1, self.patience.attempts + 1):
            try:
                with told():
                    return read(self._body(send))
            except Failure as failure:
                if not failure.again or attempt == self.patience.attempts:
                    tries = f", {attempt} times" if attempt > 1 else ""
                    raise Failure(f"{failure.reason}{tries}", ends=failure.ends) from None
                self._wait(failure, attempt)
        raise AssertionError("the last attempt returns or raises")

    def _body(self, send: Callable[[], Any]) -> bytes:
        until, pieces, size = time.monotonic() + self.patience.reply, [], 0
        with send() as response:
            for piece in response.iter_bytes():
                size += len(piece)
                if size > self.patience.size:
                    raise Failure("the reply is too large")
                if time.monotonic() > until:
                    raise Failure("no answer in time", again=True, ends=True)
                pieces.append(piece)
        body = b"".join(pieces)
        if self.key.is_in(body):
            raise Failure("the reply quotes the key: not kept", ends=True)
        return body

    def _wait(self, failure: Failure, attempt: int) -> None:
        patience = self.patience
        seconds = min(patience.first * 2 ** (attempt - 1), patience.longest) * SystemRandom().uniform(0.75, 1)
        if failure.after is not None:
            seconds = min(max(failure.after, 0.1 * patience.first), patience.asked)
        self.tell(f"{failure.reason}; trying again in {seconds:.0f} s")
        time.sleep(seconds)


def _given(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value not in (None, (), [])}
