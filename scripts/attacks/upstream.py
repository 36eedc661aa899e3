"""An upstream store that lies: lengths, statuses, digests, cut and endless answers."""

import json
import socket
import threading
import urllib.request

from benchmarks.stage import Proxy

from .requests import filled, judge, request
from .samples import SNAP, actions
from .wire import Attack, ask_all

LIES = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}", b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 200_000,
    b"HTTP/1.1 999 Nonsense\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, b"nonsense\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", b"",
    b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 9-1/18446744073709551615\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 503 Busy\r\nRetry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 300_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"channel-map":[{"download":{"url":'
    b'"http://x/","size":99999999999999999999,"sha3-384":"x"}}],"results":[{"snap":{"download":{"url":"","size":-1}}}]}',
]


class Liar:
    """Answers each connection with the next lie."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        self.next = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(client, LIES[self.next % len(LIES)]), daemon=True).start()
            self.next += 1

    @staticmethod
    def answer(client, lie):
        with client:
            client.settimeout(2)
            try:
                client.recv(65536)
                client.sendall(lie)
                client.shutdown(socket.SHUT_WR)
                client.recv(65536)
            except OSError:
                pass

    def end(self):
        self.server.close()


def requests(target):
    for route in target.routes:
        method, path = route["method"].encode(), target.samples.get(route["path"], route["path"]).encode()
        if b"{" in path or b"*" in path:
            path = filled(route, b"load-1")
        yield Attack(request(method, path, body=actions([SNAP]) if method == b"POST" else None))


def misbehave(url, order):
    data = json.dumps(order).encode() if order else None
    method = "POST" if order else "DELETE"
    urllib.request.urlopen(urllib.request.Request(f"{url}/debug/misbehave", data, method=method), timeout=5).read()


def run(stage, findings):
    online = next(target for target in stage.targets if target.name == "online")
    # The stand-in store as it is, with faults in its answers.
    for order in [{"kind": "status", "status": 500}, {"kind": "wrong-length", "difference": 1 << 40},
                  {"kind": "cut", "after": 10}, {"kind": "wrong-size", "difference": 1 << 62}, {"kind": "wrong-digest"}]:
        misbehave(stage.upstream.url, order)
        attacks = list(requests(online))
        stage.sent += len(attacks)
        for attack, answer in ask_all(online.port, attacks, timeout=15):
            judge(findings, online, attack, answer, passed=(500, 502))
        misbehave(stage.upstream.url, None)
    # A server of its own in front of something that is no store at all.
    liar = Liar()
    proxy = Proxy(stage, "lied-to", stage.upstream, f"proxy.upstream={liar.url}")
    proxy.serve()
    try:
        everything = list(requests(online)) * len(LIES)
        stage.sent += len(everything)
        online_name, online.name = online.name, "lied-to"
        for attack, answer in ask_all(proxy.port, everything, timeout=20, at_once=16):
            judge(findings, online, attack, answer, passed=(500, 502, 999))
        online.name = online_name
        if proxy.process.poll() is not None:
            findings.add("lied-to: the server ended", f"status {proxy.process.returncode}")
    finally:
        proxy.end()
        liar.end()
