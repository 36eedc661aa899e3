"""100 clients of each route that ask for all there is and do not read it."""

import re
import time

from benchmarks.measuring import resident

from .wire import ask, connect

# The budget of the server for answers, and what else the work needs, in MiB.
MOST = 256 + 128


def run(stage, findings):
    for target in stage.targets:
        for route in target.routes:
            path = re.sub(r"\{[^}]*\}|\*\*?", "load-1", route["path"])
            body = b""
            if route["method"] == "POST":
                actions = ",".join(
                    f'{{"action":"install","instance-key":"i{number}","name":"load-1","channel":"stable"}}'
                    for number in range(150))
                body = f'{{"context":[],"actions":[{actions}]}}'.encode()
            head = (f"{route['method']} {path} HTTP/1.1\r\nHost: x\r\nSnap-Device-Architecture: amd64\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n").encode()
            clients = []
            for _ in range(100):
                try:
                    client = connect(target.port, source=9, receive_buffer=4096)
                    client.setblocking(False)
                    clients.append(client)
                    client.send(head + body)
                except OSError:
                    pass
            stage.sent += 100
            time.sleep(0.1)
            memory = resident(target.pid)
            if memory - target.memory > MOST:
                findings.add(f"{target.name}: {memory - target.memory:.0f} MiB for clients that do not read",
                             f"100 times {route['method']} {path} without reading")
            answer = ask(target.port, b"GET /_status/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", source=10,
                         timeout=30)
            if not answer.startswith(b"HTTP/1.1 200"):
                findings.add(f"{target.name}: no answer while clients of {path} do not read", repr(answer[:80]))
            for client in clients:
                client.close()
