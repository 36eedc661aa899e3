"""Trees of Debian and snapd's programs: made once, kept in the cache, made anew when their recipe changes."""

import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SNAPD = ROOT / "Tests/Conformance/snapd-rehearsal"

# A tree can be thrown away at any moment, so dpkg need not wait for the disk.
BASE = """
debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,udev,iproute2,procps,curl,ca-certificates,eatmydata \
  "$SUITE" "$TREE" "$MIRROR"
rm -f "$TREE/etc/apt/sources.list" "$TREE/etc/machine-id"
cp -a /etc/apt/sources.list "$TREE/etc/apt/" 2>/dev/null || true
cp -a /etc/apt/sources.list.d/debian.sources "$TREE/etc/apt/sources.list.d/" 2>/dev/null || true
[ -s "$TREE/etc/apt/sources.list" ] || [ -e "$TREE/etc/apt/sources.list.d/debian.sources" ] ||
  echo "deb $MIRROR $SUITE main" >"$TREE/etc/apt/sources.list"
cp -a /etc/apt/apt.conf.d/*proxy* "$TREE/etc/apt/apt.conf.d/" 2>/dev/null || true
printf '#!/bin/sh\\nexit 101\\n' >"$TREE/usr/sbin/policy-rc.d"
chmod 755 "$TREE/usr/sbin/policy-rc.d"
cp --remove-destination /etc/resolv.conf "$TREE/etc/resolv.conf"
chroot "$TREE" apt-get update
chroot "$TREE" useradd --create-home --shell /bin/bash ada
# The network of a host is what its file says; nothing waits for it.
mkdir -p "$TREE/etc/systemd/system/multi-user.target.wants" "$TREE/var/log/journal" "$TREE/media/disk"
ln -s /lib/systemd/system/systemd-networkd.service "$TREE/etc/systemd/system/multi-user.target.wants/"
ln -s /dev/null "$TREE/etc/systemd/system/systemd-networkd-wait-online.service"
"""

INSTALL = """
chroot "$TREE" env DEBIAN_FRONTEND=noninteractive LD_PRELOAD=libeatmydata.so apt-get install --yes \
  --no-install-recommends $PACKAGES
"""

# What each kind of host has beyond the base, which is a kind itself.
PACKAGES = {"gap": "postgresql", "device": "snapd squashfs-tools"}

TITLES = {
    "base": "a tree of Debian", "gap": "a tree with PostgreSQL", "device": "a tree with snapd",
    "snapd": "snapd and snap that trust the simulator",
}


WEEK = 7 * 24 * 3600


class Trees:
    """What the cache has, by kind."""

    def __init__(self, cache):
        self.cache = pathlib.Path(cache)
        self.paths = {}
        self.recipes = {}
        suite, mirror = _debian()
        self._plan_tree("base", BASE, None, {"SUITE": suite, "MIRROR": mirror})
        for kind, packages in PACKAGES.items():
            self._plan_tree(kind, INSTALL, "base", {"PACKAGES": packages})
        files = sorted(path for path in SNAPD.rglob("*") if path.is_file())
        self._plan("snapd", _digest(_sources_version(), *(path.read_text() for path in files)),
                   lambda unfinished: _run([str(SNAPD / "build"), str(unfinished)], {}))

    def prepare(self):
        """Makes what is missing."""
        self.cache.mkdir(parents=True, exist_ok=True)
        with open(self.cache / "lock", "w") as lock:
            # One run at a time; a second one finds everything made.
            fcntl.flock(lock, fcntl.LOCK_EX)
            for name, make in self.recipes.items():
                if not self.paths[name].exists():
                    self._make(name, make)
                os.utime(self.paths[name])
            self._forget()

    def copy(self, kind, target):
        """A tree of its own, that a host may change: an overlay, where the file system allows it, for it is made at once."""
        changes, work = target.with_name(f"{target.name}.changes"), target.with_name(f"{target.name}.work")
        for folder in (target, changes, work):
            folder.mkdir()
        layers = f"lowerdir={self.paths[kind]},upperdir={changes},workdir={work}"
        if subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, target], capture_output=True).returncode != 0:
            subprocess.run(["cp", "-a", "--reflink=auto", f"{self.paths[kind]}/.", target], check=True)
        for name in ("usr/sbin/policy-rc.d", "etc/resolv.conf"):
            (target / name).unlink(missing_ok=True)
        # Hosts behind a gap have no resolver.
        (target / "etc/resolv.conf").touch()

    def program(self, name):
        """snapd, snap, and the signer of assertions."""
        return self.paths["snapd"] / name

    def _plan_tree(self, name, recipe, parent, environment):
        base = self.paths[parent] if parent else None

        def make(unfinished):
            if base:
                subprocess.run(["cp", "-a", "--reflink=auto", base, unfinished], check=True)
            _run(["bash", "-ec", recipe], {**environment, "TREE": str(unfinished)})
            _run(["chroot", str(unfinished), "apt-get", "clean"], {})

        inherited = [base.name] if base else []
        self._plan(name, _digest(recipe, *inherited, *(f"{k}={v}" for k, v in environment.items())), make)

    def _plan(self, name, key, make):
        self.paths[name] = self.cache / f"{name}-{key}"
        self.recipes[name] = make

    def _make(self, name, make):
        print(f"Making {TITLES[name]}, once ...", flush=True)
        start = time.monotonic()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="unfinished-", dir=self.cache))
        make(folder / name)
        os.rename(folder / name, self.paths[name])
        folder.rmdir()
        print(f"Made it in {time.monotonic() - start:.0f} s", flush=True)

    def _forget(self):
        """Removes what no run used for a week: another run may use what an older recipe made."""
        for path in self.cache.iterdir():
            if path.is_dir() and path not in self.paths.values() and path.stat().st_mtime < time.time() - WEEK:
                _remove(path)


def _remove(path):
    # Renamed first, so that no other run takes half of it for the whole.
    doomed = path.with_name(f"unfinished-{os.getpid()}-{path.name}")
    path.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def _sources_version():
    return subprocess.run(
        ["dpkg-query", "--show", "golang-github-snapcore-snapd-dev", "golang-go"], capture_output=True, text=True).stdout


def _digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _run(arguments, environment):
    """Quiet while it works; what it printed is shown when it fails.

    Of the environment only what leads to programs and mirrors: TMPDIR and others name folders that a tree has not.
    """
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or name.lower().endswith("_proxy")}
    result = subprocess.run(
        arguments, env={**kept, "LC_ALL": "C.UTF-8", **environment}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if result.returncode != 0:
        print("\n".join(result.stdout.splitlines()[-80:]), file=sys.stderr)
        print(f"error: cannot prepare the rehearsal: {arguments[0]} ended with {result.returncode}; its output is above",
              file=sys.stderr)
        raise SystemExit(1)


def _debian():
    """The suite of this machine and the mirror that its apt uses."""
    release = dict(
        line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    suite = release.get("VERSION_CODENAME", "bookworm").strip('"')
    sources = [pathlib.Path("/etc/apt/sources.list.d/debian.sources"), pathlib.Path("/etc/apt/sources.list")]
    for path in sources:
        if path.exists() and (found := re.search(r"^(?:URIs:|deb(?: \[.*?\])?)\s+(\S+)", path.read_text(), re.MULTILINE)):
            return suite, found[1]
    sys.exit("error: cannot prepare the rehearsal: no mirror of Debian in " + " or ".join(map(str, sources))
             + "\n  add the one that this machine uses, as apt needs it, too")
