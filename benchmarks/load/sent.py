"""What is sent: questions, exports of any size, foreign handshakes, and requests that never end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

QUESTIONS = tuple(
    f"group_by={group}&interval={interval}&period={period}"
    for group in ("model", "project_id", "user_id", "api_key_id")
    for interval in ("day", "week")
    for period in ("30d", "90d", "365d", "all")
)
FOREIGN = b"\r\n".join(
    [
        b"GET /_stcore/stream HTTP/1.1",
        b"Host: evil.example",
        b"Origin: http://evil.example",
        b"Connection: Upgrade",
        b"Upgrade: websocket",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        b"\r\n",
    ]
)


@asynccontextmanager
async def stalled(port: int, many_: int) -> AsyncIterator[None]:
    """Connections that begin to ask and never end."""
    writers = []
    for _ in range(many_):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-")
        writers.append(writer)
    try:
        yield
    finally:
        for writer in writers:
            writer.close()


def page_of(tokens: int) -> bytes:
    return (
        b'{"object":"page","data":[{"object":"bucket","start_time":1767225600,"end_time":1767312000,"results":'
        b'[{"object":"organization.usage.completions.result","input_tokens":%d,"output_tokens":0,'
        b'"num_model_requests":1,"model":"m"}]}],"has_more":false,"next_page":null}' % tokens
    )


def export_of(size: int) -> bytes:
    """Daily buckets of 500 results each, of about so many bytes."""
    result = (
        b'{"object":"organization.usage.completions.result","input_tokens":%d,"output_tokens":7,'
        b'"num_model_requests":1,"model":"model-%d","project_id":"proj_%d","user_id":"user-%d"}'
    )
    results = b",".join(result % (at, at % 20, at % 7, at % 50) for at in range(500))
    bucket = b'{"object":"bucket","start_time":%d,"end_time":%d,"results":[' + results + b"]}"
    days = max(1, size // len(bucket))
    start = 1767225600 - days * 86400
    buckets = (bucket % (start + day * 86400, start + (day + 1) * 86400) for day in range(days))
    return b'{"object":"page","data":[' + b",".join(buckets) + b'],"has_more":false,"next_page":null}'
