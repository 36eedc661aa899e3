"""Bytes to and from a server, without a library that would mend them."""

import selectors
import socket
import time
from typing import NamedTuple


class Attack(NamedTuple):
    """What is sent over one connection, and whether the server owes an answer."""

    sent: bytes
    must_answer: bool = True


class Answer(NamedTuple):
    """The beginning of what came, and how it ended: closed, reset, refused, or out of time."""

    data: bytes
    end: str


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
    pieces, size = [], 0
    try:
        while size < most:
            piece = client.recv(65536)
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
    except OSError:
        pass
    return b"".join(pieces)


class Exchange:
    """One connection: what is still to be sent, and what came."""

    def __init__(self, attack, port, source, seconds):
        self.attack = attack
        self.rest = memoryview(attack.sent)
        self.data = b""
        self.end = time.monotonic() + seconds
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.bind((f"127.0.0.{source}", 0))
        self.socket.connect_ex(("127.0.0.1", port))

    def send(self):
        """Answers whether all is sent, or cannot be."""
        try:
            self.rest = self.rest[self.socket.send(self.rest[:65536]):]
        except BlockingIOError:
            pass
        except OSError:
            self.rest = self.rest[:0]  # How the connection ended is seen by reading.
        return not self.rest

    def receive(self):
        """Answers how the connection ended, or `None` while it lasts."""
        try:
            piece = self.socket.recv(65536)
        except BlockingIOError:
            return None
        except ConnectionRefusedError:
            return "refused"
        except OSError:
            return "reset"
        self.data = (self.data + piece)[:65536]
        return None if piece else "closed"


def ask_all(port, attacks, timeout=10, impatience=0.7, source=1, at_once=192):
    """Makes many attacks, each over a connection of its own, `at_once` at a time; answers a list of (attack, answer).

    `timeout` is for an attack that must be answered, `impatience` for one that need not be.
    """
    selector = selectors.DefaultSelector()
    waiting = list(reversed(attacks))
    results = []
    open_count = 0
    while waiting or open_count:
        while waiting and open_count < at_once:
            attack = waiting.pop()
            exchange = Exchange(attack, port, source, timeout if attack.must_answer else impatience)
            selector.register(exchange.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, exchange)
            open_count += 1
        ended = []
        for key, mask in selector.select(0.1):
            exchange = key.data
            if mask & selectors.EVENT_WRITE and exchange.send():
                selector.modify(exchange.socket, selectors.EVENT_READ, exchange)
            end = exchange.receive() if mask & selectors.EVENT_READ else None
            if end:
                ended.append((exchange, end))
        gone = {exchange for exchange, _ in ended}
        now = time.monotonic()
        ended += [(key.data, "out of time") for key in selector.get_map().values()
                  if now > key.data.end and key.data not in gone]
        for exchange, end in ended:
            selector.unregister(exchange.socket)
            exchange.socket.close()
            open_count -= 1
            results.append((exchange.attack, Answer(exchange.data, end)))
    return results
