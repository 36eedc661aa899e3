"""The proxy of the SaaS store: its cache, and what it adds to a refresh."""

import json
import subprocess
import urllib.request

from .measuring import Load, get, refresh_body, refresh_script, row, timed


def run(stage):
    proxy, nginx, upstream = stage.online_proxy(), stage.nginx(), stage.upstream()
    direct, ours = upstream.link("medium"), proxy.link("medium")
    through_nginx = direct.replace(upstream.url, nginx)
    cold, _ = timed(["curl", "-s", "-o", "/dev/null", ours])
    alone, _ = timed(["curl", "-s", "-o", "/dev/null", direct])
    row("cold miss of 200 MiB against a direct download, s", cold, alone, "s", "lower")
    filled, _ = timed(["curl", "-s", "-o", "/dev/null", through_nginx])
    row("  against nginx proxy_cache's, which verifies nothing, s", cold, filled, "s", "lower")
    timed(["curl", "-s", "-o", stage.directory / "medium.snap", direct])
    dgst, _ = timed(["openssl", "dgst", "-sha3-384", stage.directory / "medium.snap"])
    row("  against openssl dgst -sha3-384 (one SHA3 pass), s", cold, dgst, "s", "lower")
    for clients in (1, 4):
        theirs, mine = stage.download_rate(through_nginx, clients), stage.download_rate(ours, clients)
        row(f"cache hit of 200 MiB, {clients} client(s), against nginx proxy_cache", mine, theirs, "MB/s", "higher")
    proxy.run("cache", "clear")
    urllib.request.urlopen(urllib.request.Request(f"{upstream.url}/debug/requests", method="DELETE")).read()
    many = [subprocess.Popen(["curl", "-s", "--fail", "-o", "/dev/null", ours]) for _ in range(100)]
    failed = sum(process.wait() != 0 for process in many)
    counts = json.loads(get(f"{upstream.url}/debug/requests"))["counts"]
    asked = sum(count for name, count in counts.items() if "/api/v1/snaps/download/" in name)
    print(f"100 clients at once for one uncached file: {asked} request(s) upstream, {failed} failed")
    body = refresh_body(upstream.url, stage.load_snaps, fields=["download", "revision", "version"])
    script = refresh_script(stage.directory / "online.lua", body)
    theirs = Load(f"{upstream.url}/v2/snaps/refresh", 16, 5, script).without_errors()
    mine = Load(f"{proxy.url}/v2/snaps/refresh", 16, 5, script).without_errors()
    row("refresh of 20 snaps through the proxy against direct", mine.rate, theirs.rate, "req/s", "higher")
