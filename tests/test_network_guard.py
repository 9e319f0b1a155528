"""Tests reach this machine only: the guard in conftest.py refuses everything else, however it is asked."""

import socket
import threading

import httpx
import pytest


@pytest.mark.parametrize(
    "call",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: socket.getaddrinfo("example.com", 443),
        lambda: socket.socket().connect_ex(("198.51.100.7", 443)),
        lambda: httpx.get("https://api.openai.com/v1/models", timeout=1),
    ],
    ids=["address", "name", "connect_ex", "http client"],
)
def test_a_call_to_the_outside_fails_the_test_that_made_it(call):
    with pytest.raises(AssertionError, match="loopback only"):
        call()


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        answered = threading.Thread(target=lambda: server.accept()[0].close())
        answered.start()
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert client.recv(1) == b""
        answered.join()
