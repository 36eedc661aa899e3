"""For each route an address that the server answers with 200, so that no attack ends at "not found"."""

import json
import re
import urllib.parse

from .wire import ask

SNAP = "hello"
LARGE = ["load-1", "load-2", "load-3", "load-4", "large"]
FILE_ROUTES = ("/api/v1/snaps/download/{file}", "/api/v1/snaps/upstream/**")

# GET routes that need no login and still have nothing to send here, and why. Every other one must have a sample.
WITHOUT = {
    "/v2/auth/store/assertions": "only a registered store has them",
    "/api/v1/snaps/purchases/**": "no store here sells",
    "/docs": "leads to /docs/",
}


def actions(names):
    """A refresh request that installs these, as JSON."""
    wanted = [{"action": "install", "instance-key": f"i{number}", "name": name, "channel": "stable"}
              for number, name in enumerate(names)]
    return json.dumps({"context": [], "actions": wanted, "fields": ["download", "revision", "snap-yaml"]}).encode()


def get(target, path):
    """Answers (status, body)."""
    head, _, body = ask(
        target.port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode(), timeout=30,
        most=64 << 20).partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.[01] (\d{3}) ", head)
    return int(status[1]) if status else 0, body


def path_of(url):
    parts = urllib.parse.urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def link(target, name):
    """The path of a snap's file, as the server gives it."""
    info = json.loads(get(target, f"/v2/snaps/info/{name}?architecture=amd64&fields=download")[1])
    return path_of(info["channel-map"][0]["download"]["url"])


def find_samples(target):
    """Answers {path of a route: real path}, of GET routes only."""
    _, body = get(target, f"/v2/snaps/info/{SNAP}?architecture=amd64&fields=download,media,snap-id")
    info = json.loads(body)
    known = {
        "/v2/snaps/info/{name}": f"/v2/snaps/info/{SNAP}?architecture=amd64",
        "/v2/snaps/find": f"/v2/snaps/find?q={SNAP}",
        "/v2/assertions/**": f"/v2/assertions/snap-declaration/16/{info['snap-id']}",
        "/docs/**": "/docs/index.html",
        **{route: link(target, SNAP) for route in FILE_ROUTES},
    }
    for picture in info["snap"].get("media", []):
        known["/api/v1/icons/{file}"] = path_of(picture["url"])
    return {route["path"]: known.get(route["path"], route["path"]) for route in target.routes if route["method"] == "GET"}


def check(target, findings):
    """Every GET route has a sample that is answered with 2xx, or asks for a login."""
    for route, path in list(target.samples.items()):
        status, _ = get(target, path)
        if 200 <= status < 300 or status == 401:
            continue
        del target.samples[route]
        if route not in WITHOUT:
            findings.add(f"{target.name}: no sample of GET {route} is answered with 2xx",
                         f"GET {path} has status {status}; add a path to scripts/attacks/samples.py")
