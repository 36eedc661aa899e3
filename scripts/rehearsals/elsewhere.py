"""A state directory on another disk, behind a link: root's and others' commands find it."""

from . import service
from .stage import HTTP_NAME
from .steps import expect

BASE = f"http://{HTTP_NAME}"
LINK, REAL = "/srv/store", "/mnt/disk/store"


def run(stage, steps):
    with steps.step("a host with a second disk boots", needed=True):
        disk = stage.directory / "elsewhere-disk"
        disk.mkdir()
        host = stage.proxy_host("elsewhere", options=[f"--bind={disk}:/mnt/disk"])
        stage.shared["elsewhere"] = host
        host.run(f"mkdir {REAL}; ln -s {REAL} {LINK}")

    with steps.step("./install.sh --state-dir LINK, then the manual's lines", needed=True):
        host.run_all(service.install_lines("--state-dir", LINK)).says("Store ID")

    with steps.step("systemctl start, and an answer within 10 s", needed=True):
        service.starts(host, HTTP_NAME)

    with steps.step("root's commands find the directory without being told", needed=True):
        service.push(host)
        service.pushed_within(host, BASE)
        host.run("snap-proxy config proxy.cache.size=512")
        host.run("ls -A /var/lib/snap-proxy", check=False).ends_with(2)

    with steps.step("nothing in the state directory is root's, and all of it is on the disk"):
        service.roots_files(host, LINK)
        host.run(f"ls {REAL}/blobs {REAL}/postgresql")

    with steps.step("an ordinary user's commands name it, create nothing and end with 4"):
        for command in ("status", "list-pushed-snaps", "disk-usage"):
            host.run(f"snap-proxy {command}", user="ada", check=False).ends_with(4).says(LINK)
        expect(not host.run("ls -A ~/.local ~/.config ~/.cache 2>/dev/null", user="ada", check=False).out.strip(),
               "they made something in the user's home")

    with steps.step("a second install.sh keeps the directory"):
        host.run("cd offline-snap-store && ./install.sh")
        host.answers(f"{BASE}/_status/ready")
        host.run("cat /etc/snap-proxy/installation.json").says(LINK)
        service.pushed_within(host, BASE)

    with steps.step("after a reboot of the host the store answers by itself"):
        host.reboot()
        host.answers(f"{BASE}/_status/ready", seconds=15)
        service.pushed_within(host, BASE, seconds=15)
