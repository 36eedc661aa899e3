"""How things are measured and told."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

MIB = 1 << 20

# What `row` has printed: the ratio of each line.
ratios = {}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def timed(arguments, environment=None, cwd=None):
    """Runs a command; answers (seconds, peak resident MiB)."""
    start = time.monotonic()
    process = subprocess.Popen(
        arguments, env=environment, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"error: {' '.join(map(str, arguments))}\n{errors.decode()}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def resident(pid):
    """MiB."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def processor_seconds(pid):
    """What the process has used so far."""
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def get(url, timeout=5):
    return urllib.request.urlopen(url, timeout=timeout).read()


def await_url(url, seconds=30, missing_is_fine=False):
    """The answer, as soon as there is one; whether that nothing is there is an answer depends."""
    end = time.monotonic() + seconds
    while True:
        try:
            return get(url, timeout=max(2, seconds / 10))
        except urllib.error.HTTPError as error:
            # A server that still opens its store answers 503.
            if error.code != 503 and not (missing_is_fine and error.code == 404):
                sys.exit(f"error: {url} answers {error.code}")
        except (OSError, http.client.HTTPException):
            pass
        if time.monotonic() > end:
            sys.exit(f"error: nothing answers at {url}")
        time.sleep(0.02)


def row(name, ours, theirs, unit, better):
    """One line: what, ours, the yardstick's, and the ratio, above 1 where ours is better."""
    ratio = (theirs / ours) if better == "lower" else (ours / theirs)
    ratios[name] = ratio
    print(f"{name:<58} {ours:>10.2f} {theirs:>10.2f} {unit:<8} ratio {ratio:5.2f}", flush=True)


class Load:
    """What wrk saw of a server."""

    SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}

    def __init__(self, url, connections, seconds, script=None, timeout=20):
        arguments = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", f"{timeout}s"]
        self.text = text = subprocess.check_output([*arguments, *(["-s", script] if script else []), url], text=True)
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        self.requests = int(re.search(r"(\d+) requests in", text)[1])
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
        self.failures = int(refused[1] if refused else 0) + sum(map(int, broken.groups() if broken else ()))
        self.errors = [line.strip() for line in text.splitlines() if "Non-2xx" in line or "Socket errors" in line]

    def percentile(self, share):
        """Seconds within which this percentage was answered."""
        number, unit = re.search(rf"^\s*{share}%\s+([\d.]+)(us|ms|s|m)$", self.text, re.MULTILINE).groups()
        return float(number) * self.SECONDS[unit]

    def without_errors(self):
        if self.errors:
            sys.exit(f"error: {'; '.join(self.errors)}")
        return self


def refresh_script(path, body, session=None):
    """A wrk script that posts a refresh."""
    headers = {
        "Content-Type": "application/json", "Snap-Device-Architecture": "amd64", "Snap-Device-Series": "16",
        **authorization(session)}
    path.write_text(
        f"wrk.method = 'POST'\nwrk.body = {json.dumps(json.dumps(body))}\n"
        + "".join(f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}\n" for name, value in headers.items()))
    return path


ALL_FIELDS = (
    "architectures,base,confinement,contact,created-at,description,download,epoch,license,name,prices,private,publisher,"
    "revision,snap-id,snap-yaml,summary,title,type,version,website,store-url,media,common-ids").split(",")


def authorization(session):
    return {"Snap-Device-Authorization": f'Macaroon root="{session}"'} if session else {}


def refresh_body(base, names, session=None, fields=ALL_FIELDS):
    """A refresh of snaps that are installed."""
    context, actions = [], []
    for name in names:
        info = urllib.request.Request(f"{base}/v2/snaps/info/{name}?architecture=amd64", headers=authorization(session))
        key = json.loads(get(info))["snap-id"]
        context.append({
            "snap-id": key, "instance-key": key, "revision": 1, "tracking-channel": "latest/stable",
            "epoch": {"read": [0], "write": [0]}, "refreshed-date": "2026-01-01T00:00:00Z"})
        actions.append({"action": "refresh", "instance-key": key, "snap-id": key})
    return {"context": context, "actions": actions, "fields": fields}
