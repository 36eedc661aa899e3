"""The servers under attack, and what must be as before afterwards."""

import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from benchmarks.measuring import await_url, resident  # noqa: E402
from benchmarks.stage import Proxy, Simulator  # noqa: E402

from . import requests, samples  # noqa: E402
from .samples import LARGE, SNAP  # noqa: E402
from .wire import ask  # noqa: E402

MOST_GROWTH = 64  # MiB
# Descriptors that may stay open beside idle connections to the upstream store.
MOST_OPENED = 16
# Idle connections to the upstream store that a server keeps: those of questions (connectionsPerHost in
# Sources/HTTPClient/Transfers/TransferLoop.swift), and those of downloads (HandlePool.swift).
MOST_UPSTREAM = 256 + 64
# Rows that an operator's own actions leave, and not a client.
OWN_TABLES = {"schema_migration"}


class Findings:
    """What was found; each is printed once."""

    def __init__(self):
        self.all = {}
        self.part = ""

    def add(self, what, how):
        key = (self.part, what)
        if key not in self.all:
            print(f"FOUND {self.part}: {what}\n      {how}", flush=True)
        self.all.setdefault(key, how)

    def summary(self):
        count = sum(part == self.part for part, _ in self.all)
        return f"{count} findings" if count else "ok"


class Target:
    """One server: its process, its routes, and how it was before the attack."""

    def __init__(self, proxy, routes, upstream_port):
        self.proxy = proxy
        self.port = proxy.port
        self.name = proxy.name
        self.routes = routes
        self.upstream_port = upstream_port
        self.samples = {}
        self.pid = proxy.process.pid

    def descriptors(self):
        """Open descriptors: (connections to the upstream store, all others)."""
        upstream = self.sockets_to(self.upstream_port)
        links = []
        for name in os.listdir(f"/proc/{self.pid}/fd"):
            try:
                links.append(os.readlink(f"/proc/{self.pid}/fd/{name}"))
            except FileNotFoundError:
                continue
        kept = sum(link in upstream for link in links)
        return kept, len(links) - kept

    def sockets_to(self, port):
        """The links of the sockets of this network whose other end is a port."""
        links = set()
        for table in ("tcp", "tcp6"):
            for line in open(f"/proc/{self.pid}/net/{table}").readlines()[1:]:
                fields = line.split()
                if int(fields[2].rpartition(":")[2], 16) == port:
                    links.add(f"socket:[{fields[9]}]")
        return links

    def remember(self):
        self.memory = resident(self.pid)
        _, self.open = self.descriptors()

    def alive(self):
        return self.proxy.process.poll() is None


class Stage:
    """Everything that runs; see the documentation of scripts/attack."""

    def __init__(self, directory, options):
        self.directory = pathlib.Path(directory)
        self.options = options
        self.bin = self.directory / "bin"
        self.processes = []
        self.proxies = []
        self.sent = 0
        self.environment = {
            **os.environ, "XDG_CONFIG_HOME": f"{directory}/config", "XDG_DATA_HOME": f"{directory}/data",
            "XDG_CACHE_HOME": f"{directory}/cache"}
        # Of the attack's own sockets; the servers inherit it.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 16384 if hard == resource.RLIM_INFINITY else min(hard, 16384)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))

    def spawn(self, arguments, log, environment):
        process = subprocess.Popen(
            [str(argument) for argument in arguments], env=environment, stdout=open(self.directory / log, "w"),
            stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def end(self, process):
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.processes.remove(process)

    def install(self, source, program):
        """Puts a program into the stage's own folder, where snap-proxy finds a manual beside it."""
        manual = self.bin / "manual"
        manual.mkdir(parents=True, exist_ok=True)
        (manual / "index.html").write_text("<!DOCTYPE html><title>Manual</title><p>One page.")
        try:
            os.link(source, self.bin / program)
        except OSError:
            shutil.copy2(source, self.bin / program)

    def start(self, findings):
        for program in ("snap-proxy", "store-admin", "store-simulator"):
            source = (self.options.programs / program).resolve()
            if not source.exists():
                sys.exit(f"error: {source} not found; build it, or name its folder with --programs")
            self.install(source, program)
        listed = subprocess.run(
            [self.bin / "snap-proxy", "serve", "--list-routes"], check=True, capture_output=True, text=True).stdout
        routes = json.loads(listed)
        sizes = [f"--random-snap={name}={'32M' if name == 'large' else '64k'}" for name in LARGE]
        self.upstream = Simulator(self, "saas", *sizes, "--yaml-size", "500k", "--key-bits", "2048")
        airgapped = Proxy(self, "airgapped", self.upstream)
        airgapped.run("enable-airgap-mode")
        out = self.directory / "export"
        self.upstream.admin("export", "snaps", SNAP, *LARGE, "--export-dir", out)
        airgapped.run("push-snap", *sorted(out.glob("*.tar.gz")))
        airgapped.serve()
        online = Proxy(
            self, "online", self.upstream, f"proxy.upstream={self.upstream.url}",
            f"proxy.dashboard.location={self.upstream.url}", f"proxy.sso.location={self.upstream.url}")
        online.serve()
        port = int(self.upstream.url.rpartition(":")[2])
        self.targets = [
            Target(airgapped, routes["air-gapped"], port), Target(online, routes["online"], port)]
        # What the first requests load stays; it is no leak.
        for target in self.targets:
            target.samples = samples.find_samples(target)
            samples.check(target, findings)
            requests.warm_up(self, target)
            await_url(f"{target.proxy.url}/_status/ready")
        time.sleep(0.5)
        for target in self.targets:
            target.remember()
        self.rows = {target.name: self.count_rows(target) for target in self.targets}

    def count_rows(self, target):
        """Rows by table, as the database's own superuser counts them."""
        arguments = self.database(target)
        tables = self.psql(arguments, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'").split()
        counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
        lines = self.psql(arguments, counts).splitlines()
        return {name: int(count) for name, count in (line.split("|") for line in lines)}

    def database(self, target):
        """What psql needs to reach the private PostgreSQL of a server: its socket's folder and its database."""
        status = (self.directory / target.name / "postgresql" / "data" / "postmaster.pid").read_text().splitlines()
        return ["--host", status[4], "--port", status[3], "--username", "snap_proxy", "--dbname", "snap_proxy"]

    @staticmethod
    def psql(arguments, statement):
        result = subprocess.run(["psql", "-AtX", *arguments, "-c", statement], capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"error: psql: {result.stderr}")
        return result.stdout

    def check(self, findings):
        """Waits until the servers are as before, and says what does not come back."""
        for target in self.targets:
            if not target.alive():
                findings.add(f"{target.name}: the server ended", f"status {target.proxy.process.returncode}; see its log")
                continue
            end = time.monotonic() + 12
            while True:
                grown = resident(target.pid) - target.memory
                upstream, others = target.descriptors()
                opened = others - target.open
                status = ask(target.port, b"GET /_status/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", timeout=30)[:12]
                if grown <= MOST_GROWTH and opened <= MOST_OPENED and status == b"HTTP/1.1 200" or time.monotonic() > end:
                    break
                time.sleep(0.2)
            if status != b"HTTP/1.1 200":
                findings.add(f"{target.name}: does not answer", f"GET /_status/live: {status!r}")
            if grown > MOST_GROWTH:
                findings.add(f"{target.name}: {grown:.0f} MiB of memory stay", "see VmRSS of the process")
            if upstream > MOST_UPSTREAM:
                findings.add(f"{target.name}: {upstream} connections to the upstream store stay", "see /proc/PID/net/tcp")
            if opened > MOST_OPENED:
                findings.add(f"{target.name}: {opened} descriptors stay", "see /proc/PID/fd of the process")
            rows = self.count_rows(target)
            more = {name: count - self.rows[target.name].get(name, 0) for name, count in rows.items()}
            for name, count in more.items():
                if count > 0 and name not in OWN_TABLES:
                    findings.add(f"{target.name}: {count} rows stay in the table {name}", "no request had credentials")
            log = (self.directory / f"{target.name}.log").read_text(errors="replace")
            crash = re.search(r"(?m)^.*(Fatal error|Illegal instruction|Segmentation|stack trace|Crashed).*$", log)
            if crash:
                findings.add(f"{target.name}: the log tells of a crash", crash.group(0)[:200])

    def close(self):
        for process in list(self.processes):
            self.end(process)
        for proxy in self.proxies:
            subprocess.run([self.bin / "snap-proxy", "database", "stop"], env=proxy.environment, capture_output=True)
