"""What the parts share: the programs, a stand-in SaaS store, proxies, nginx."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

from .measuring import MIB, await_url, free_port, get, resident, timed

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Simulator:
    """A stand-in SaaS store."""

    def __init__(self, stage, name, *options, seconds=120):
        self.stage = stage
        port = free_port()
        self.process = stage.spawn(
            [stage.bin / "store-simulator", "--directory", stage.directory / name, "--port", str(port), *options],
            f"{name}.log", stage.environment)
        # Written when it serves.
        path = stage.directory / name / "simulator.env"
        end = time.monotonic() + seconds
        while not path.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"error: the simulator does not start\n{(stage.directory / f'{name}.log').read_text()}")
            time.sleep(0.05)
        self.environment = dict(stage.environment)
        for line in open(path):
            key, _, value = line.strip().partition("=")
            self.environment[key] = value.strip("'\"")
        self.url = self.environment["STORE_API_URL"]
        self.root_key = self.environment["SIMULATOR_ROOT_KEY"]

    def admin(self, *arguments):
        """Runs a command of store-admin; answers (seconds, peak resident MiB)."""
        return timed(
            [self.stage.bin / "store-admin", *arguments, "--root-key", self.root_key], self.environment)

    def link(self, name):
        info = json.loads(get(f"{self.url}/v2/snaps/info/{name}?architecture=amd64&fields=download"))
        return info["channel-map"][0]["download"]["url"]

    def end(self):
        self.stage.end(self.process)


class Proxy:
    """A proxy with a state of its own, served by the released program."""

    def __init__(self, stage, name, simulator, *settings):
        self.stage = stage
        self.name = name
        self.environment = {**stage.environment, "SNAP_PROXY_HOME": str(stage.directory / name)}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        stage.proxies.append(self)
        self.run(
            "config", "proxy.ipaddress=127.0.0.1", f"proxy.port.http={self.port}", "proxy.domain=127.0.0.1",
            f"proxy.trust.root-keys={simulator.root_key}", *settings)

    def run(self, *arguments):
        """Runs a command of snap-proxy; answers (seconds, peak resident MiB)."""
        return timed([self.stage.bin / "snap-proxy", *arguments], self.environment)

    def serve(self, below=()):
        """Answers the seconds until the first answer. `below` is a program that runs the server."""
        start = time.monotonic()
        self.process = self.stage.spawn(
            [*below, self.stage.bin / "snap-proxy", "serve"], f"{self.name}.log", self.environment)
        await_url(f"{self.url}/_status/ready", 120)
        taken = time.monotonic() - start
        self.idle = resident(self.process.pid)
        return taken

    def end(self):
        if self.process:
            self.stage.end(self.process)
            self.process = None

    def info(self, name):
        return json.loads(get(f"{self.url}/v2/snaps/info/{name}?architecture=amd64"))

    def link(self, name):
        return self.info(name)["channel-map"][0]["download"]["url"]


class Stage:
    """A temporary directory with everything in it. Each thing is made when the first part asks for it."""

    def __init__(self, directory, options, programs):
        self.directory = pathlib.Path(directory)
        self.options = options
        self.size = options.size * MIB
        self.processes = []
        self.proxies = []
        self.bin = programs
        self.environment = {
            **os.environ, "XDG_CONFIG_HOME": f"{directory}/config", "XDG_DATA_HOME": f"{directory}/data",
            "XDG_CACHE_HOME": f"{directory}/cache"}
        self.made = {}

    def once(self, name, make):
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def spawn(self, arguments, log, environment):
        process = subprocess.Popen(
            arguments, env=environment, stdout=open(self.directory / log, "w"),
            stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def end(self, process):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
        self.processes.remove(process)

    def close(self):
        for process in list(self.processes):
            self.end(process)
        for proxy in self.proxies:
            subprocess.run(
                [self.bin / "snap-proxy", "database", "stop"], env=proxy.environment, capture_output=True)

    def upstream(self):
        """The store that most parts use."""
        return self.once("upstream", lambda: Simulator(
            self, "saas", "--seed", "load", "--load-snaps", "20", "--random-snap", f"large={self.size}",
            "--random-snap", f"medium={200 * MIB}"))

    def proxy(self):
        """An offline proxy that serves."""

        def make():
            proxy = Proxy(self, "state", self.upstream())
            proxy.run("enable-airgap-mode")
            proxy.serve()
            return proxy

        return self.once("proxy", make)

    def loaded_proxy(self):
        """The same with twenty small snaps, load-1 to load-20, and medium, one of 200 MiB."""

        def make():
            proxy = self.proxy()
            out = self.directory / "load"
            self.upstream().admin("export", "snaps", *self.load_snaps, "medium", "--export-dir", out)
            proxy.run("push-snap", *sorted(out.glob("*.tar.gz")))
            await_url(f"{proxy.url}/v2/snaps/info/medium?architecture=amd64", missing_is_fine=True)
            return proxy

        return self.once("loaded", make)

    load_snaps = [f"load-{number}" for number in range(1, 21)]

    def online_proxy(self):
        """A proxy in online mode in front of the simulator."""

        def make():
            upstream = self.upstream()
            proxy = Proxy(
                self, "online", upstream, f"proxy.upstream={upstream.url}", f"proxy.dashboard.location={upstream.url}",
                f"proxy.sso.location={upstream.url}")
            proxy.run("override", "load-1", "stable=1")
            proxy.serve()
            return proxy

        return self.once("online", make)

    def large_tarball(self):
        """The tarball of the large snap; answers (path, seconds, peak resident MiB of the export)."""

        def make():
            out = self.directory / "export"
            out.mkdir(exist_ok=True)
            taken, memory = self.upstream().admin("export", "snaps", "large", "--export-dir", out)
            return next(out.glob("large-*.tar.gz")), taken, memory

        return self.once("tarball", make)

    def nginx(self):
        """Serves `www` by sendfile, and the upstream store below /api/ through proxy_cache; answers its address."""

        def make():
            port = free_port()
            www = self.directory / "www"
            www.mkdir(exist_ok=True)
            (www / "small").write_bytes(os.urandom(512).hex().encode())
            (self.directory / "nginx.conf").write_text(f"""
worker_processes 2; daemon off; pid {self.directory}/nginx.pid; error_log {self.directory}/nginx.err;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {self.directory}/n1; proxy_temp_path {self.directory}/n2; fastcgi_temp_path {self.directory}/n3;
  uwsgi_temp_path {self.directory}/n4; scgi_temp_path {self.directory}/n5;
  proxy_cache_path {self.directory}/nginx-cache keys_zone=files:1m max_size=2g;
  server {{ listen 127.0.0.1:{port}; root {www};
    location /api/ {{ proxy_pass {self.upstream().url}; proxy_cache files; proxy_cache_valid 200 1h; }} }} }}
""")
            os.chmod(self.directory, 0o755)
            self.spawn(["nginx", "-c", self.directory / "nginx.conf", "-e", self.directory / "nginx.err"], "nginx.log",
                       self.environment)
            url = f"http://127.0.0.1:{port}"
            await_url(f"{url}/small")
            return url

        return self.once("nginx", make)

    def download_rate(self, url, clients):
        """MB/s of that many curls at once that load 200 MiB each; the best of three."""
        best = 0
        for _ in range(3):
            start = time.monotonic()
            running = [subprocess.Popen(["curl", "-s", "-o", "/dev/null", url]) for _ in range(clients)]
            if any(process.wait() for process in running):
                sys.exit(f"error: cannot download {url}")
            best = max(best, clients * 200 * MIB / 1e6 / (time.monotonic() - start))
        return best
