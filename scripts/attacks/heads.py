"""Bytes that are no requests, and requests that never end."""

import random
import time

from .requests import judge
from .wire import Attack, ask_all, connect

NONSENSE = [
    b"", b"\r\n" * 5000, b"\0" * 10_000, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET" + b" " * 50_000, b"GET / HTTP/1.1\nHost: x\n\n",
    b"GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n", b"A" * 100_000, b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://@/ HTTP/1.1\r\nHost: x\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
]


def run(stage, findings):
    generator = random.Random(stage.options.seed)
    random_bytes = [bytes(generator.randrange(256) for _ in range(generator.randrange(1, 400))) for _ in range(200)]
    slow = b"POST /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    for target in stage.targets:
        stage.sent += len(NONSENSE) + len(random_bytes)
        attacks = [Attack(sent, must_answer=False) for sent in NONSENSE + random_bytes]
        for attack, answer in ask_all(target.port, attacks, at_once=128):
            judge(findings, target, attack, answer)
        # A byte at a time, as long as the server lets them.
        clients = [connect(target.port, source=5) for _ in range(50)]
        for position in range(len(slow)):
            for client in clients:
                try:
                    client.send(slow[position:position + 1])
                except OSError:
                    pass
            time.sleep(0.005)
        for client in clients:
            client.close()
