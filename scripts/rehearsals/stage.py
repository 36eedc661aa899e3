"""What the parts share: directories, trees, the network, the laptop, and the hosts that are up."""

import json
import os
import pathlib
import subprocess
import time

from . import network
from .hosts import PATH, Cgroups, Host
from .steps import StepFailed, execute

# The name that the manual gives to the store, and the one of stores that speak plain HTTP.
HTTPS_NAME, HTTP_NAME = "snaps.internal", "store.internal"


class Stage:
    def __init__(self, directory, trees, programs, steps, wanted):
        self.directory = pathlib.Path(directory)
        self.run_name = self.directory.name
        self.logs = self.directory / "logs"
        self.trees = trees
        self.programs = pathlib.Path(programs)
        self.steps = steps
        self.wanted = wanted
        self.hosts = []
        self.cgroups = Cgroups(self.run_name)
        self.shared = {}

    def open(self):
        """Makes network and laptop; runs inside the namespaces of the rehearsal."""
        if not os.path.isdir("/run/systemd/system"):
            os.makedirs("/run/systemd/nspawn", exist_ok=True)
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run/systemd/nspawn"], check=True)
        network.make_bridge()
        self.cable = network.Laptop()
        self.laptop = self.directory / "laptop"
        self.disk = self.directory / "disk"
        self.laptop.mkdir()
        self.disk.mkdir()
        self.laptop_environment = {
            **{name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ},
            "HOME": str(self.laptop), "LANG": "C.UTF-8", "XDG_CONFIG_HOME": f"{self.laptop}/config",
            "XDG_DATA_HOME": f"{self.laptop}/data", "XDG_CACHE_HOME": f"{self.laptop}/cache"}
        self.laptop_environment["PATH"] = f"{self.laptop}/bin:{self.laptop_environment.get('PATH', '')}"
        # Beside the programs that the first part installs there; `snap` is that of the rehearsal.
        (self.laptop / "bin").mkdir()
        (self.laptop / "bin/snap").symlink_to(self.trees.program("snap"))

    def close(self):
        """Keeps the journals. Processes and mounts end with the namespaces."""
        for host in self.hosts:
            host.save_journal()

    def on_laptop(self, command, check=True, timeout=120, folder=None, data=None):
        """Runs a shell command on the laptop."""
        output = execute(
            self.steps, "laptop", [*self.cable.entering(), "bash", "-c", command], command, timeout, data,
            self.laptop_environment, folder or self.disk)
        return output.ends_with(0) if check else output

    def start_simulator(self):
        """The store on the internet; its addresses are in the laptop's environment afterwards."""
        home = self.laptop / "saas"
        log = open(self.logs / "simulator.log", "w")
        process = subprocess.Popen(
            [*self.cable.entering(), self.programs / "store-simulator", "--directory", home, "--host",
             network.ipv4("laptop"), "--port", "18700", "--key-bits", "2048"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=self.laptop_environment,
            start_new_session=True)
        end = time.monotonic() + 90
        while not (home / "simulator.env").exists():
            if process.poll() is not None or time.monotonic() > end:
                raise StepFailed(f"the simulator does not start\n{(self.logs / 'simulator.log').read_text()}")
            time.sleep(0.1)
        for line in (home / "simulator.env").read_text().splitlines():
            name, _, value = line.partition("=")
            self.laptop_environment[name] = value.strip("'\"")
        self.root_key = self.laptop_environment["SIMULATOR_ROOT_KEY"]
        self.saas = self.laptop_environment["STORE_API_URL"]
        # What the manual says of another root of trust.
        self.laptop_environment["STORE_ADMIN_ROOT_KEY"] = self.root_key

    def assertion(self, path):
        """An assertion of the store on the internet."""
        return self.on_laptop(f"curl -sf -H 'Accept: application/x.ubuntu.assertion' '{self.saas}/v2/assertions/{path}'").out

    def sign(self, key, headers, device_keys=None):
        """An assertion signed with a key of the simulator: `store` or `brand`."""
        words = [str(self.trees.program("sign")), str(self.laptop / "saas" / "keys" / f"{key}.pem")]
        if not os.path.exists(words[1]):
            words[1] = str(next((self.laptop / "saas").rglob(f"{key}.pem")))
        output = execute(self.steps, "laptop", words + ([str(device_keys)] if device_keys else []),
                         f"sign with the {key} key", data=json.dumps(headers))
        return output.ends_with(0).out

    def proxy_host(self, name, kind="gap", package="http", store_name=HTTP_NAME, options=()):
        """A host behind the gap: the package in root's home, the snaps' tarballs on a disk. It boots."""
        host = Host(self, name, kind, {name: store_name}, options)
        host.copy_in(self.disk / package / "offline-snap-store.tar.gz", to="root")
        host.copy_in(*sorted(self.disk.glob("*-2*.tar.gz")))
        host.boot()
        return host

    def device(self, name, store_host, store_name, model, seed):
        """A device whose snapd trusts the simulator's root; `seed` are the assertions of its model."""
        loops = [f"--bind=/dev/{loop}" for loop in sorted(os.listdir("/dev")) if loop.startswith("loop")]
        host = Host(self, name, "device", {store_host: store_name}, options=loops)
        for program, target in (("snapd", "usr/lib/snapd/snapd"), ("snap", "usr/bin/snap")):
            subprocess.run(["cp", "--", self.trees.program(program), host.tree / target], check=True)
        host.write("etc/snapd-rehearsal/root.assert", self.shared["root assertions"])
        host.write("etc/systemd/system/systemd-udevd.service.d/rehearsal.conf", "[Unit]\nConditionPathIsReadWrite=\n")
        host.write("etc/systemd/system/snapd.service.d/rehearsal.conf", "[Service]\nEnvironment=SNAP_REEXEC=0\n")
        host.write("var/lib/snapd/seed/assertions/model", model)
        host.write("var/lib/snapd/seed/assertions/others", seed)
        return host

    def trust_authority(self, host):
        """Makes curl and snapd on the host trust the authority of the store's certificate."""
        host.copy_in(self.laptop / "authority.crt", to="usr/local/share/ca-certificates")
        execute(self.steps, host.name, ["chroot", str(host.tree), "update-ca-certificates"], "update-ca-certificates",
                environment={"PATH": PATH}).ends_with(0)


def device_model(stage):
    """A classic model of the simulator's own brand, whose devices get serials from the store on the internet."""
    return stage.sign("store", {
        "type": "model", "series": "16", "authority-id": "simulated-store", "brand-id": "simulated-store",
        "model": "rehearsal", "classic": "true", "timestamp": "2024-01-01T00:00:00Z"})


def make_loop_nodes(host):
    """The kernel makes loop devices on demand, and a container does not see those."""
    host.run("for n in $(seq 0 63); do [ -e /dev/loop$n ] || mknod /dev/loop$n b 7 $n; done")
