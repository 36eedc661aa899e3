"""The network of a rehearsal: a bridge that only its hosts are on, and the laptop, whose cable can be pulled.

The bridge lives in the rehearsal's own network namespace, so its name meets no other, and the machine is not on it.
"""

import os
import signal
import subprocess

BRIDGE = "gap0"
V4, V6 = "192.0.2", "fd77:13::"

# Every host: the last part of its addresses.
NUMBERS = {
    "laptop": 1, "gap": 10, "device": 20, "branded": 21, "database": 30, "upgrade": 40, "umask": 50, "elsewhere": 60,
    "external": 70, "remote": 71,
}


def ipv4(host):
    return f"{V4}.{NUMBERS[host]}"


def ipv6(host):
    return f"{V6}{NUMBERS[host]}"


def _ip(*words, inside=None):
    entering = ["nsenter", f"--net=/proc/{inside}/ns/net", "--"] if inside else []
    subprocess.run([*entering, "ip", *words], check=True)


def make_bridge():
    _ip("link", "set", "lo", "up")
    # Without snooping multicasts reach all hosts, which the neighbour discovery of IPv6 needs.
    _ip("link", "add", BRIDGE, "type", "bridge", "mcast_snooping", "0")
    with open(f"/proc/sys/net/ipv6/conf/{BRIDGE}/disable_ipv6", "w") as file:
        file.write("1")
    _ip("link", "set", BRIDGE, "up")


class Laptop:
    """A network namespace with a cable to the bridge, unplugged at first."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["unshare", "--net", "--", "sleep", "infinity"], stdin=subprocess.DEVNULL, start_new_session=True)
        self.pid = self.process.pid
        while os.readlink(f"/proc/{self.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            if self.process.poll() is not None:
                raise OSError("cannot make the laptop's network namespace")
        _ip("link", "add", "cable0", "type", "veth", "peer", "name", "host0", "netns", str(self.pid))
        _ip("link", "set", "cable0", "master", BRIDGE)
        for words in (["link", "set", "lo", "up"], ["link", "set", "host0", "up"],
                      ["address", "add", f"{ipv4('laptop')}/24", "dev", "host0"]):
            _ip(*words, inside=self.pid)

    def plug(self):
        _ip("link", "set", "cable0", "up")

    def unplug(self):
        _ip("link", "set", "cable0", "down")

    def entering(self):
        """The words that run a program on the laptop."""
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", "--"]

    def end(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
