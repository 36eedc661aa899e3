"""The store is removed from its host: without a trace of the program, then without its data."""

from . import manual, service
from .operate import PASSPHRASE
from .stage import HTTPS_NAME
from .steps import expect


def run(stage, steps):
    gap = stage.shared["gap"]

    with steps.step("uninstall.sh removes program and units, and keeps the store", needed=True):
        store_id = service.store_id(gap)
        plain, purging = manual.commands("how-to/uninstall.md", "The store on its host")[:2]
        gap.run(plain)
        gone(gap)
        gap.run(f"ls -d {service.STATE}/unit.json {service.STATE}/blobs && id snap-proxy")

    with steps.step("installed again, the same store is back"):
        gap.run("cd offline-snap-store && ./install.sh")
        service.starts(gap, HTTPS_NAME)
        expect(service.store_id(gap) == store_id, "the store id is another one")

    with steps.step("uninstall.sh --purge removes data and user, too"):
        gap.run(purging)
        gone(gap)
        gap.run(f"ls -A {service.STATE}", check=False).ends_with(2)
        gap.run("id snap-proxy", check=False).ends_with(1)
        gap.run("ls -d /etc/snap-proxy", check=False).ends_with(2)

    with steps.step("on the new host the backup brings the store back, as the manual has it"):
        gap.run("cd offline-snap-store && ./install.sh")
        for line in manual.commands("how-to/operate.md", "Back up, and restore")[1:3]:
            gap.run(line, environment=PASSPHRASE)
        service.starts(gap, HTTPS_NAME)
        expect(service.store_id(gap) == store_id, "the store id is another one")
        service.pushed_within(gap, f"https://{HTTPS_NAME}", seconds=15)
        service.roots_files(gap)


def gone(host):
    found = host.run(
        "ls -d /usr/local/bin/*snap* /usr/local/bin/enterprise-store /usr/local/lib/snap-proxy /usr/local/share/snap-proxy "
        "/usr/local/share/man/man1/snap-proxy.1 /etc/systemd/system/snap-proxy* /etc/systemd/system/*.wants/snap-proxy* "
        "2>/dev/null", check=False).out
    expect(not found.strip(), "these are left:", found)
    expect(not host.run("ps -u snap-proxy -o args=", check=False).out.strip(), "processes of the service are left")
