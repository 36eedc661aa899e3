"""Bytes to and from a server, without a library that would mend them."""

import selectors
import socket
import time


def connect(port, source=1, timeout=5, receive_buffer=None):
    """A socket whose own address is 127.0.0.SOURCE."""
    client = socket.socket()
    client.settimeout(timeout)
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.bind((f"127.0.0.{source}", 0))
    client.connect(("127.0.0.1", port))
    return client


def ask(port, request, timeout=8, source=1, most=1 << 20):
    """All that comes after a request, until the server closes or nothing comes for a while; b"" for no connection."""
    try:
        with connect(port, source, timeout) as client:
            try:
                client.sendall(request)
            except OSError:
                pass  # It may have answered and closed already.
            return read(client, most)
    except OSError:
        return b""


def read(client, most=1 << 20):
    answer = b""
    try:
        while len(answer) < most:
            piece = client.recv(65536)
            if not piece:
                break
            answer += piece
    except OSError:
        pass
    return answer


def ask_all(port, requests, timeout=10, source=1, at_once=64):
    """The beginnings of the answers to many requests, each over a connection of its own, `at_once` at a time.

    Answers a list of (request, answer); the answer is b"" where none came, and `None` where the time was over.
    """
    selector = selectors.DefaultSelector()
    waiting = list(reversed(requests))
    results = []
    end = time.monotonic() + timeout + len(requests) / 50

    def finish(client, state, answer):
        selector.unregister(client)
        client.close()
        results.append((state["request"], answer))

    while waiting or selector.get_map():
        while waiting and len(selector.get_map()) < at_once:
            request = waiting.pop()
            client = socket.socket()
            client.setblocking(False)
            client.bind((f"127.0.0.{source}", 0))
            client.connect_ex(("127.0.0.1", port))
            state = {"request": request, "rest": request, "answer": b"", "end": time.monotonic() + timeout}
            selector.register(client, selectors.EVENT_READ | selectors.EVENT_WRITE, state)
        for key, mask in selector.select(0.1):
            client, state = key.fileobj, key.data
            if mask & selectors.EVENT_WRITE:
                try:
                    state["rest"] = state["rest"][client.send(state["rest"][:65536]):]
                except BlockingIOError:
                    pass
                except OSError:
                    state["rest"] = b""
                if not state["rest"]:
                    selector.modify(client, selectors.EVENT_READ, state)
            if mask & selectors.EVENT_READ:
                try:
                    piece = client.recv(65536)
                except BlockingIOError:
                    continue
                except OSError:
                    piece = b""
                state["answer"] = (state["answer"] + piece)[:65536]
                if not piece:
                    finish(client, state, state["answer"])
        now = time.monotonic()
        for key in list(selector.get_map().values()):
            if now > key.data["end"] or now > end:
                # An answer without an end of the connection is an answer; the request did not ask for the end.
                finish(key.fileobj, key.data, key.data["answer"] or None)
    return results
