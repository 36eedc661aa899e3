"""Up to 100 clients that ask for the largest answers and do not read them."""

import time

from benchmarks.measuring import resident

from . import samples
from .requests import filled, request
from .wire import ask, connect

# The budget of the server for answers, and what else the work needs, in MiB.
MOST = 256 + 128
CLIENTS = 100
# An online server reads and writes each answer of the upstream store anew, seconds of work for 100 of these. It shares the
# limit with the air-gapped one; fewer clients show here what one answer costs beside its own bytes.
CLIENTS_ONLINE = 16
# Several addresses, since one alone gets an eighth of the budget only.
SOURCES = range(20, 30)
# Each large snap once, and as often again as the limit for repetitions lets pass.
REFRESH = samples.LARGE + samples.LARGE + samples.LARGE[:2]


def large_requests(target):
    """Answers (what, request, clients, least size of an answer)."""
    refresh = request(b"POST", b"/v2/snaps/refresh", b"Snap-Device-Architecture: amd64", samples.actions(REFRESH))
    clients = CLIENTS_ONLINE if target.name == "online" else CLIENTS
    # Without a limit, 100 of them take more than MOST.
    least = MOST * (1 << 20) // CLIENTS * 5 // 4
    return [
        ("POST /v2/snaps/refresh", refresh, clients, least),
        ("GET /v2/snaps/info/large", request(b"GET", b"/v2/snaps/info/large?architecture=amd64&fields=snap-yaml"), clients,
         400_000),
        ("GET the file of large", request(b"GET", samples.link(target, "large").encode()), CLIENTS, 32_000_000),
    ]


def small_requests(target):
    """One request for each route."""
    for route in target.routes:
        path = target.samples.get(route["path"]) or filled(route, b"load-1").decode()
        body = samples.actions([samples.SNAP]) if route["method"] == "POST" else None
        yield request(route["method"].encode(), path.encode(), body=body)


def attack(stage, findings, target, what, requests, count=CLIENTS):
    """Sends each request `count` times, and watches the server's memory for two seconds."""
    clients = []
    most = 0
    for number in range(count):
        for sent in requests:
            try:
                client = connect(target.port, source=SOURCES[number % len(SOURCES)], receive_buffer=4096)
                client.setblocking(False)
                clients.append(client)
                client.send(sent)
            except OSError:
                pass
    stage.sent += count * len(requests)
    end = time.monotonic() + 2
    while time.monotonic() < end:
        most = max(most, resident(target.pid))
        time.sleep(0.02)
    if most - target.memory > MOST:
        findings.add(f"{target.name}: {most - target.memory:.0f} MiB for clients that do not read",
                     f"{count} times {what} without reading")
    answer = ask(target.port, request(b"GET", b"/_status/live"), source=10, timeout=30)
    if not answer.startswith(b"HTTP/1.1 200"):
        findings.add(f"{target.name}: no answer while clients of {what} do not read", repr(answer[:80]))
    for client in clients:
        client.close()


def run(stage, findings):
    for target in stage.targets:
        for what, sent, count, least in large_requests(target):
            answer = ask(target.port, sent, timeout=30, most=64 << 20)
            if len(answer) < least:
                findings.add(f"{target.name}: the answer to {what} is too small for an attack",
                             f"{len(answer)} bytes, not {least}: {answer[:160]!r}")
            attack(stage, findings, target, what, [sent], count)
        attack(stage, findings, target, "every route", list(small_requests(target)), CLIENTS // 5)
