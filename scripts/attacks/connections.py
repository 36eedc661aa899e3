"""2,000 idle connections and 1,000 half-open requests of one address; other addresses are served meanwhile."""

from .wire import ask, connect

HALVES = [
    b"GET /_status/live HT", b"POST /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    b"POST /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
]


def run(stage, findings):
    for target in stage.targets:
        clients = []
        try:
            for number in range(3000):
                client = connect(target.port, source=7)
                clients.append(client)
                if number >= 2000:
                    try:
                        client.send(HALVES[number % len(HALVES)])
                    except OSError:
                        pass  # Refused already, which is the server's right.
        except OSError as error:
            findings.add(f"{target.name}: connection {len(clients)} hangs or fails", str(error))
        stage.sent += 1000
        for path in ["/_status/live", "/v2/snaps/info/hello?architecture=amd64"]:
            request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            answer = ask(target.port, request, source=8, timeout=30)
            if not answer.startswith(b"HTTP/1.1 200"):
                findings.add(f"{target.name}: another address gets no answer while 3,000 connections are open",
                             f"GET {path}: {answer[:80]!r}")
        for client in clients:
            client.close()
