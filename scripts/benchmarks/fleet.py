"""A brand's store of many small snaps, each in ten channels for three architectures, and devices of the brand."""

import json
import subprocess

from .measuring import processor_seconds
from .stage import ROOT, Proxy, Simulator


class Fleet:
    """The store upstream, exported, and a proxy behind the gap that it was not pushed to yet."""

    CHANNELS = [f"{track}/{risk}" for track in ("latest", "1") for risk in ("stable", "candidate", "beta", "edge")]
    CHANNELS += ["2/stable", "2/edge"]

    def __init__(self, stage, name, snaps, key_bits):
        self.stage = stage
        self.names = [f"fleet-{number}" for number in range(1, snaps + 1)]
        self.simulator = Simulator(
            stage, name, "--seed", "fleet", "--load-snaps", str(snaps), "--key-bits", str(key_bits),
            "--random-snap", "fresh=1024", seconds=600)
        self.key = stage.directory / name / "keys/brand.pem"
        out = stage.directory / f"{name}-export"
        channels = [f"--channel={channel}" for channel in self.CHANNELS]
        architectures = [f"--arch={architecture}" for architecture in ("amd64", "arm64", "armhf")]
        self.simulator.admin(
            "export", "store", *channels, *architectures, f"--key={self.simulator.environment['SIMULATOR_BRAND_KEY']}",
            "--jobs=16", "--export-dir", out, "fleet")
        self.tarball = next(out.glob("store-export-*.tar.gz"))
        self.proxy = Proxy(stage, f"{name}-proxy", self.simulator)
        self.proxy.run("enable-airgap-mode")

    def fresh_tarball(self):
        """A snap of the global store that is not in the brand's."""
        out = self.stage.directory / f"{self.key.parent.parent.name}-fresh"
        self.simulator.admin("export", "snaps", "fresh", "--export-dir", out)
        return next(out.glob("fresh-*.tar.gz"))

    def issue_sessions(self, count):
        """Has sessions issued to devices; answers the seconds and the server's processor seconds of each half, and the
        last session."""
        client = subprocess.check_output([ROOT / "Tests/Conformance/snapd/build"], text=True).strip()
        pid = self.proxy.process.pid
        brand = self.simulator.environment["SIMULATOR_BRAND"]
        process = subprocess.Popen(
            [client, f"-url={self.proxy.url}", "sessions", self.key, brand, "fleet", self.names[0], str(count)],
            stdout=subprocess.PIPE, text=True)
        told, used = {}, processor_seconds(pid)
        for line in process.stdout:
            now = processor_seconds(pid)
            for name, value in json.loads(line).items():
                told[name] = value if name == "session" else (value, now - used)
            used = now
        if process.wait() != 0:
            raise SystemExit("error: sessions are not issued")
        return told

    def session(self):
        return self.issue_sessions(1)["session"]
