"""What can go wrong with a reply, each as a function that the server calls in place of answering."""

import time

from tests.api.server import KEY, Fault, Handler


def status(code: int, message: str = "as asked", error: str | None = None, **headers: str) -> Fault:
    """An error reply; `Retry_After="0"` is the header Retry-After."""
    return lambda handler: handler.refuse(code, message, error, **headers)


def body(content: bytes) -> Fault:
    return lambda handler: handler.send(200, content)


def cut(handler: Handler) -> None:
    """Half of the bytes that Content-Length promises, then the end."""
    handler.send(200, b'{"object":"page","data":[', length=5_000)


def closed(handler: Handler) -> None:
    """The connection ends without a word."""
    handler.close_connection = True
    handler.connection.close()


def hanging(handler: Handler) -> None:
    """Nothing comes."""
    time.sleep(0.5)
    handler.close_connection = True


def trickling(handler: Handler) -> None:
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(30):
        try:
            handler.wfile.write(b" ")
            time.sleep(0.03)
        except OSError:
            break
    handler.close_connection = True


def quoting(handler: Handler) -> None:
    """An error that repeats the key, as careless servers do."""
    handler.refuse(401, f"Incorrect API key provided: {KEY}.\nBearer {KEY}", "invalid_api_key")


def redirect(address: str) -> Fault:
    return lambda handler: handler.send(307, b"", Location=address)
