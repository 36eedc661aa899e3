"""The installed service as the parts look at it."""

import re

from . import manual
from .steps import StepFailed, eventually, expect

INSTALL_PAGE = "how-to/install-offline.md"
STATE = "/var/lib/snap-proxy"
PROGRAM = "/usr/local/lib/snap-proxy"


def install_lines(*options):
    """The manual's lines that install the package, with options for install.sh."""
    lines = manual.commands(INSTALL_PAGE, "On the host", block=0)
    return [" ".join([line, *options]) if line == "./install.sh" else line for line in lines]


def start_line():
    return manual.command(INSTALL_PAGE, "On the host", "systemctl start")


def push(host, umask="022", check=True):
    """The manual's line, for what is on the disk."""
    line = manual.command("how-to/export-and-push.md", "Push", "snap-proxy push-snap /media/disk/*-2*.tar.gz --push-channel-map")
    return host.run(f"umask {umask}; {line}", check=check)


def starts(host, name):
    """`systemctl start` returns at once, and there is an answer within 10 s."""
    host.run(start_line()).within(3)
    host.answers(f"http://{name}/_status/ready", seconds=10)


def status(host, check=True):
    return host.run("snap-proxy status", check=check)


def database_users(host, state=STATE):
    """Who runs the private PostgreSQL; Debian's own cluster may run beside it."""
    lines = host.run("ps -C postgres -o user:32=,args=", check=False).out.splitlines()
    return {line.split()[0] for line in lines if f"{state}/postgresql" in line}


def store_id(host):
    """The id, as the manual finds it."""
    line = manual.command("how-to/connect-devices.md", "Connect devices", "snap-proxy status |")
    found = host.run(line).out.strip()
    expect(re.fullmatch(r"[A-Za-z0-9]{8,}", found), f"'{line}' prints '{found}', no store id")
    return found


def main_process(host):
    found = host.run("systemctl show --property=MainPID --value snap-proxy").out.strip()
    expect(found not in ("", "0"), "snap-proxy.service has no process", host.run("systemctl status snap-proxy", check=False))
    return found


def roots_files(host, state=STATE):
    """What root has in the state directory: nothing."""
    found = host.run(f"find -L {state} -xdev \\( -user root -o -group root \\) 2>/dev/null | head -n 20", check=False).out
    expect(not found.strip(), f"root has files in {state}:", found)


def download(host, base, name="hello", options=""):
    """A file as a device downloads it: the address that `info` names."""
    info = host.run(f"curl -sfL {options} -H 'Snap-Device-Series: 16' '{base}/v2/snaps/info/{name}?architecture=amd64&fields=download'")
    found = re.search(r'"url":\s*"([^"]+)"', info.out)
    expect(found, f"no address to download {name} from", info)
    url = found[1].replace("\\/", "/")
    return host.run(f"curl -sfL {options} -o /dev/null '{url}'")


def pushed_within(host, base, seconds=5, name="hello", options=""):
    """The running server offers a snap within a moment."""
    return eventually(seconds, lambda: download(host, base, name, options))


def no_process_left(host, user="snap-proxy"):
    left = host.run(f"ps -u {user} -o pid=,args= | grep -v postgres", check=False).out.strip()
    if left:
        raise StepFailed(f"the service is stopped, and {user} still runs:\n{left}")
