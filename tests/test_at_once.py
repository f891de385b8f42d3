"""Connections to a socket that was made as Streamlit makes its own send without waiting to be confirmed."""

import socket

from components.at_once import send_at_once


def waits(each: socket.socket) -> bool:
    return not each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_listens_gives_it_to_whoever_connects_and_other_sockets_are_left_alone():
    with socket.socket() as listening, socket.socket() as bound:
        for each in (listening, bound):
            each.bind(("127.0.0.1", 0))
        listening.listen()
        assert waits(listening)
        found = send_at_once()
        assert listening in found
        assert bound not in found
        assert waits(bound)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert not waits(accepted)
