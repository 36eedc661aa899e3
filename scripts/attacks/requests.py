"""Every route: malformed, oversize, truncated, repeated, unauthenticated requests and hostile headers."""

import random
import re

from . import samples
from .wire import Attack, ask, ask_all

DEEP = b"[" * 100_000
TOKEN = b"MDAxY2xvY2F0aW9uIHgKMDAxYWlkZW50aWZpZXIgeAowMDJmc2lnbmF0dXJlIA"

RANGES = [
    b"bytes=-5-", b"bytes=99999999999999999999-", b"bytes=0-99999999999999999999", b"bytes=5-1", b"bytes=-0", b"bytes=0-0",
    b"bytes=-1", b"bytes=" + b"0-1," * 2000, b"bytes=-9223372036854775808", b"bytes=9223372036854775807-",
    b"bytes=0-18446744073709551615", b"bytes=18446744073709551615-", b"bytes=-18446744073709551616", b"bytes=+5-",
    b"bytes=5--1", b"bytes=--5", b"bytes=-", b"bytes=", b"bytes= 5 - 6 ", b"bytes=0x10-", b"items=0-1", b"bytes 0-1",
    b"bytes=\xd9\xa3-", b"bytes=0-1\r\nRange: bytes=-5-",
]

# What stands in a header of each request once.
HEADERS = [
    *(b"Range: " + value for value in RANGES), b"If-Range: \"x\"\r\nRange: bytes=-5-",
    b"If-None-Match: " + b"\"x\"," * 2000,
    b"If-Modified-Since: Thu, 99 Foo 99999 99:99:99 GMT",
    b"Snap-Device-Authorization: Macaroon root=\"" + b"A" * 8000 + b"\"",
    b"Authorization: Macaroon " + b",".join([b"discharge=" + TOKEN] * 200), b"Authorization: Macaroon root=\"",
    b"Authorization: macaroon " + TOKEN, b"Authorization: Basic " + b"=" * 1000,
    b"Snap-Device-Architecture: " + b"a" * 4000, b"Snap-Device-Store: ../../etc/passwd",
    b"X-Request-Id: " + b"x" * 4000, b"X-Forwarded-For: " + b"1.2.3.4," * 1000, b"X-Forwarded-Proto: \xff\xfe",
    b"Accept-Encoding: " + b"gzip;q=9999999999999999999," * 200, b"Content-Type: \xc3\x28",
    b"Expect: 100-continue", b"Expect: a miracle", b"Connection: close, TE, CLOSE, keep-alive",
    b"Host: y", b"Transfer-Encoding: gzip", b"Content-Length: -1", b"Content-Length: 9223372036854775807",
    b"Content-Length: 18446744073709551616", b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"X\0Y: z", b"X: a\0b",
    b"X: \x01\x1b[31m", b" X: folded", b"X : space", b"X-Long: " + b"x" * 40_000, b"\r\n".join([b"X-Many: x"] * 2000),
    b"Upgrade: websocket\r\nConnection: Upgrade", b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings",
]

# What a body may be.
BODIES = [
    b"", b"{", b"null", b"[]", b"\"x\"", b"1e999999", b"-", DEEP, b"{\"a\":" * 20_000, b"\xff\xfe\x00", b"\0" * 1000,
    b'{"actions":' + b"[" + b",".join([b'{"action":"refresh","instance-key":"a","snap-id":"b"}'] * 3000) + b"]}",
    b'{"context":[],"actions":[],"context":[],"actions":[]}',
    b'{"context":[],"actions":[{"action":"install","instance-key":"i","name":"load-1","channel":"' + b"x/" * 5000 + b'"}]}',
    b'{"context":[{"snap-id":"x","instance-key":"x","revision":-9223372036854775808,"epoch":{"read":[4294967296]}}],'
    b'"actions":[{"action":"download","instance-key":"x","revision":99999999999999999999}],"fields":[' +
    b",".join([b'"media"'] * 5000) + b"]}",
    b'{"assertion-max-formats":{"x":1e300},"actions":[{"action":"fetch-assertions","key":"g","assertions":[' +
    b",".join([b'{"type":"account","primary-key":["x"]}'] * 2000) + b"]}]}",
    b'{"macaroon":"' + b"A" * 10_000 + b'","email":"x"}', b'{"device-session-request":"' + b"x" * 50_000 + b'"}',
    b'[{"snap_name":"load-1","revision":9223372036854775808,"channel":"stable"}]' * 3,
    b"type: device-session-request\nnonce: x\n\nAXNpZw", b"x" * (5 << 20),
]

# What a part of a path may be.
PARTS = [
    b"load-1", b"", b"..", b"%2e%2e%2f%2e%2e%2fetc%2fpasswd", b"%00", b"%ff%fe", b"%", b"%zz", b"a" * 20_000, b"-1",
    b"99999999999999999999", b"x_99999999999999999999.snap", b"..%5c..", b"snap-declaration/16/x", b"a/" * 2000,
    b"account/x?max-format=99999999999999999999", b"x?sequence=-1&max-format=-1",
]

QUERIES = [b"", b"?q=" + b"x" * 8000, b"?" + b"fields=media&" * 800, b"?q=%ff%00&page=-1&size=99999999999999999999",
           b"?max-format=-1", b"?architecture=%00", b"?&&&==="]


# Headers after which the bytes are no request any more, or a request whose body does not come.
BROKEN = re.compile(rb"Content-Length|Transfer-Encoding|[\0\x01]|^ |^X :|^Host|^Expect")


def filled(route, part):
    return re.sub(rb"\{[^}]*\}|\*\*?", lambda _: part, route["path"].encode())


def paths(route, sample):
    """The route's path with something hostile in each place that varies, and the sample with hostile queries."""
    hostile = {filled(route, part): None for part in PARTS}
    plain = sample.split(b"?")[0]
    return [*hostile, sample, *(plain + query for query in QUERIES)]


def request(method, path, header=b"", body=None):
    lines = [method + b" " + path + b" HTTP/1.1", b"Host: x", b"Connection: close"]
    if header:
        lines.append(header)
    if body is not None:
        lines.append(b"Content-Length: " + str(len(body)).encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")


def requests(route, sample, generator):
    """All attacks on a route. `sample` is a path that it answers, where one is known."""
    method = route["method"].encode()
    sample = sample.encode() if sample else filled(route, b"load-1")
    body = None if method == b"GET" else samples.actions([samples.SNAP])
    for path in paths(route, sample):
        yield Attack(request(method, path, body=body))
    for header in HEADERS:
        yield Attack(request(method, sample, header, None if b"Content-Length" in header else body), not BROKEN.search(header))
    # What reads no body meets few.
    for content in BODIES if method == b"POST" else BODIES[-3:]:
        yield Attack(request(method, sample, body=content))
    # Announced and not sent, sent and not announced, in chunks that are none.
    whole = request(method, sample, b"Content-Type: application/json", b'{"actions":[]}')
    for _ in range(4):
        yield Attack(whole[:generator.randrange(1, len(whole))] + b"\r\n\r\n", False)
    chunked = request(method, sample, b"Transfer-Encoding: chunked")
    yield Attack(chunked + b"fffffffffffffffff\r\nx\r\n0\r\n\r\n", False)
    yield Attack(chunked + b"5\r\nhello\r\n0\r\nX-Trailer: y\r\n\r\n")
    mangled = bytearray(whole)
    for _ in range(4):
        mangled[generator.randrange(len(mangled))] = generator.randrange(256)
        yield Attack(bytes(mangled), False)
    for other in [b"HEAD", b"OPTIONS", b"TRACE", b"DELETE", b"PUT", b"PATCH", b"CONNECT", b"FOO", b"PROPFIND"]:
        yield Attack(request(other, sample))
    # Repeated over one connection.
    many = request(method, sample, body=body).replace(b"Connection: close\r\n", b"") * 30
    yield Attack(many + request(b"GET", b"/_status/live"))


def judge(findings, target, attack, answer, passed=()):
    """An attack that is a request has an answer; whatever comes is HTTP; no status but 503 with Retry-After may blame the
    server, and /_status/check, which says by 500 what is wrong.

    `passed` are the statuses of an upstream store that fails, or of a proxy that says so.
    """
    sent = attack.sent
    shown = sent[:160].decode("latin-1").encode("unicode_escape").decode()
    how = f"send {shown!r} ({len(sent)} bytes)"
    if answer.end == "refused":
        findings.add(f"{target.name}: a connection is refused", how)
    elif not answer.data and attack.must_answer:
        findings.add(f"{target.name}: no answer, connection {answer.end}, to {shown[:60]}", how)
    elif answer.data and not re.match(rb"HTTP/1\.[01] \d\d\d ", answer.data):
        findings.add(f"{target.name}: the answer to {shown[:60]} is not HTTP", f"{how}; it begins with {answer.data[:40]!r}")
    for head in re.findall(rb"HTTP/1\.1 5\d\d [^\0]*?\r\n\r\n", answer.data):
        status = int(head[9:12])
        if status in (501, 505, *passed) or status == 500 and b"/_status/check" in sent[:40]:
            continue
        if status == 503 and b"\r\nretry-after:" in head.lower():
            continue
        findings.add(f"{target.name}: status {status} for {shown[:60]}", how)


def all_requests(stage, target):
    generator = random.Random(stage.options.seed)
    return [attack for route in target.routes
            for attack in requests(route, target.samples.get(route["path"]), generator)]


def warm_up(stage, target):
    attacks = all_requests(stage, target)[::10]
    stage.sent += len(attacks)
    ask_all(target.port, attacks)
    for _ in range(3):
        ask(target.port, request(b"GET", b"/_status/metrics"))


def run(stage, findings):
    for target in stage.targets:
        attacks = all_requests(stage, target)
        stage.sent += len(attacks)
        for attack, answer in ask_all(target.port, attacks):
            judge(findings, target, attack, answer)
