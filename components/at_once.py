"""Has the server's answers leave at once, not when the one before was confirmed.

Streamlit makes its listening socket without naming the protocol, and asyncio switches Nagle's algorithm off only where
that is named. So of an answer in two pieces, as each file and each step of the page is, the second waited for the
client to confirm the first, which many put off for 40 ms.
"""

import gc
import socket

_INTERNET = (socket.AF_INET, socket.AF_INET6)


def send_at_once() -> list[socket.socket]:
    """Holds for all connections that this process accepts from now on, since they take it from where it listens.

    The server keeps its sockets to itself; they are found among all objects.
    """
    found = [each for each in gc.get_objects() if isinstance(each, socket.socket) and _listens(each)]
    for each in found:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def _listens(each: socket.socket) -> bool:
    if each.fileno() < 0 or each.family not in _INTERNET or each.type != socket.SOCK_STREAM:
        return False
    return bool(each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
