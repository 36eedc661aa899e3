"""Instructions for each request, counted by valgrind: what a noisy machine cannot blur."""

import json
import re
import shutil
import subprocess
import sys
import urllib.request

from .measuring import get, refresh_body, row

# Enough for the first requests' one-time work not to show.
REQUESTS = 200


def run(stage):
    if not shutil.which("callgrind_control"):
        sys.exit("error: callgrind_control not found; install valgrind")
    proxy = stage.loaded_proxy()
    body = json.dumps(refresh_body(proxy.url, stage.load_snaps)).encode()
    link = proxy.link(stage.load_snaps[0])
    proxy.end()
    totals = stage.directory / "callgrind.out"
    proxy.serve([
        "valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no", "--fair-sched=yes",
        f"--callgrind-out-file={totals}"])
    headers = {"Content-Type": "application/json", "Snap-Device-Architecture": "amd64", "Snap-Device-Series": "16"}
    refresh = urllib.request.Request(f"{proxy.url}/v2/snaps/refresh", body, headers)
    counts = {
        "a refresh of 20 snaps": lambda: urllib.request.urlopen(refresh).read(),
        "info": lambda: get(f"{proxy.url}/v2/snaps/info/load-2?architecture=amd64"),
        "a download of a small snap": lambda: get(link),
    }
    try:
        for name, ask in counts.items():
            for _ in range(20):
                ask()
            count = _instructions(proxy.process.pid, totals, ask)
            # A yardstick for two builds of ours; no public tool does the same work.
            row(f"instructions of {name}, against a million", count / 1e6, 1, "millions", "lower")
    finally:
        proxy.end()


def _instructions(pid, totals, ask):
    def control(*arguments):
        subprocess.run(["callgrind_control", *arguments, str(pid)], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    for old in totals.parent.glob(f"{totals.name}*"):
        old.unlink()
    control("-i", "on")
    control("-z")
    for _ in range(REQUESTS):
        ask()
    control("-d")
    control("-i", "off")
    counted = [int(match) for path in totals.parent.glob(f"{totals.name}*")
               for match in re.findall(r"^totals: (\d+)", path.read_text(), re.MULTILINE)]
    return max(counted) / REQUESTS
