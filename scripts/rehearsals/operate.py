"""Days of the installed store: pushes, root's commands, stops, reboots, a database that is late."""

import re

from . import manual, service
from .install import BASE
from .stage import HTTPS_NAME
from .steps import eventually, expect

POSTGRES = "/usr/lib/postgresql/15/bin/postgres"
PASSPHRASE = {"SNAP_PROXY_PASSPHRASE": "a passphrase of the rehearsal"}
ONLINE = "how-to/proxy-online.md"
DROP_IN = "/etc/systemd/system/snap-proxy.service.d/rehearsal.conf"


def run(stage, steps):
    gap = stage.shared["gap"]

    with steps.step("push under umask 027, then a download", needed=True):
        service.push(gap, umask="027")
        service.pushed_within(gap, BASE)

    with steps.step("the validation set is pushed, as the manual has it"):
        gap.copy_in(stage.disk / "fleet.assert", stage.disk / "test-key.assert", to="root")
        page = "how-to/serve-a-brand.md"
        gap.run(manual.command(page, "Keys that came later", "snap-proxy push-account-keys"))
        gap.run(manual.command(page, "Which revisions belong together", "snap-proxy push-assertions"))

    with steps.step("nothing in the state directory is root's after a push"):
        service.roots_files(gap)

    with steps.step("the lists of the manual work beside the running service"):
        gap.run("snap-proxy list-pushed-snaps").says("hello", "core22")
        gap.run("snap-proxy disk-usage")
        gap.run("snap-proxy list-overrides")

    with steps.step("root sets a key of the unit, and the service starts again with it"):
        gap.run("umask 077; snap-proxy config proxy.port.http=80")
        gap.run("systemctl restart snap-proxy").within(10)
        gap.answers(f"http://{HTTPS_NAME}/_status/ready")
        service.roots_files(gap)

    with steps.step("another certificate counts without a restart, and HTTPS ends without one"):
        process = service.main_process(gap)
        gap.run("snap-proxy import-certificate --selfsigned")
        try:
            gap.answers(f"{BASE}/_status/ready", expected="000", seconds=5)
            gap.answers(f"{BASE}/_status/ready", seconds=5, options="--insecure")
            gap.run(manual.command(ONLINE, "Serve HTTPS", "snap-proxy remove-certificate"))
            gap.answers(f"{BASE}/_status/ready", expected="000", seconds=5, options="--insecure")
            gap.answers(f"http://{HTTPS_NAME}/v2/auth/store/assertions", seconds=5)
        finally:
            gap.run(manual.command(ONLINE, "Serve HTTPS", "cat fullchain.pem my.key |"))
        gap.answers(f"{BASE}/_status/ready", seconds=5)
        expect(service.main_process(gap) == process, "the service was started again")

    with steps.step("/_status/check and 'snap-proxy status' find nothing wrong"):
        gap.answers(f"{BASE}/_status/check")
        service.status(gap).ends_with(0)

    with steps.step("systemctl stop takes at most 5 s and leaves no process"):
        gap.run("systemctl stop snap-proxy").within(5)
        service.no_process_left(gap)

    with steps.step("root's commands work while the service is stopped, and it starts afterwards"):
        gap.run("snap-proxy list-pushed-snaps").says("hello")
        gap.run("snap-proxy config proxy.cache.size=1024")
        service.starts(gap, HTTPS_NAME)

    with steps.step("a killed server is started again"):
        gap.run(f"kill -9 {service.main_process(gap)}")
        gap.answers(f"http://{HTTPS_NAME}/_status/ready", seconds=15)

    with steps.step("a database that is late: systemctl start returns, devices get 503 and Retry-After"):
        gap.run(f"systemctl stop snap-proxy snap-proxy-database; mv {POSTGRES} {POSTGRES}.away")
        gap.run(service.start_line(), check=False).ends_with(0).within(3)
        gap.answers(f"http://{HTTPS_NAME}/v2/snaps/info/hello", expected=503, seconds=3)
        answer = gap.run(f"curl -s -D - -o /dev/null http://{HTTPS_NAME}/v2/snaps/info/hello").out
        expect(re.search(r"^retry-after: *\d+", answer, re.IGNORECASE | re.MULTILINE), "no Retry-After:", answer)
        eventually(5, lambda: gap.run("systemctl show --property=StatusText --value snap-proxy").says("database"))

    with steps.step("'snap-proxy status' ends with its documented code while the database is away"):
        service.status(gap, check=False).ends_with(1).says("database")

    with steps.step("once the database is there, the store answers by itself"):
        gap.run(f"[ -e {POSTGRES} ] || mv {POSTGRES}.away {POSTGRES}")
        gap.answers(f"{BASE}/v2/snaps/info/hello", seconds=20)

    with steps.step("a host without IPv6: the store answers on IPv4, and the log says so"):
        gap.run(f"mkdir -p {DROP_IN.rpartition('/')[0]}; printf '[Service]\\nRestrictAddressFamilies=\\nRestrictAddressFamilies=AF_UNIX AF_INET\\n'"
                f" >{DROP_IN}; systemctl daemon-reload; systemctl restart snap-proxy")
        try:
            gap.answers(f"https://{HTTPS_NAME}/_status/ready", options="-4")
            expect("IPv6" in gap.journal("--unit=snap-proxy --since=-30s"), "the journal does not mention IPv6")
        finally:
            gap.run(f"rm -r {DROP_IN.rpartition('/')[0]}; systemctl daemon-reload; systemctl restart snap-proxy", check=False)

    with steps.step("install.sh a second time changes nothing and restarts the service"):
        before = service.store_id(gap)
        gap.run("cd offline-snap-store && ./install.sh")
        gap.answers(f"{BASE}/_status/ready")
        expect(service.store_id(gap) == before, "the store id is another one")

    with steps.step("a backup with the snaps, and a drill that serves it, as the manual has it"):
        gap.run("snap-proxy backup /media/disk/store.backup --with-snaps", environment=PASSPHRASE)
        gap.run("snap-proxy --state-dir /tmp/drill restore /media/disk/store.backup && "
                "snap-proxy --state-dir /tmp/drill list-pushed-snaps; code=$?; "
                "snap-proxy --state-dir /tmp/drill database stop; rm -rf /tmp/drill; exit $code",
                environment=PASSPHRASE).says("hello")

    with steps.step("after a reboot of the host the store answers by itself"):
        gap.reboot()
        gap.answers(f"http://{HTTPS_NAME}/_status/ready", seconds=15)
        service.pushed_within(gap, BASE, seconds=15)
        service.status(gap).ends_with(0)
