"""The manual's installation on a host with systemd, and the first answers."""

import json
import re

from . import manual, service
from .stage import HTTPS_NAME
from .steps import expect

BASE = f"https://{HTTPS_NAME}"


def run(stage, steps):
    with steps.step("the host behind the gap boots", needed=True):
        gap = stage.proxy_host("gap", package="https", store_name=HTTPS_NAME)
        gap.copy_in(stage.laptop / "fullchain.pem", stage.laptop / "my.key", to="root")
        stage.trust_authority(gap)
        stage.shared["gap"] = gap

    with steps.step("the host cannot reach the laptop"):
        gap.run(f"curl -s --max-time 2 {stage.saas}/v2/snaps/info/hello", check=False).ends_with(7, 28)

    with steps.step("the manual's lines install the store, register it and cut it off", needed=True):
        gap.run_all(service.install_lines()).says("Installed snap-proxy", "Store ID")

    with steps.step("import a certificate, as the manual has it", needed=True):
        gap.run(manual.command("how-to/proxy-online.md", "Serve HTTPS", "cat fullchain.pem my.key |"))

    with steps.step("systemctl start returns at once, and the store answers within 10 s", needed=True):
        service.starts(gap, HTTPS_NAME)

    with steps.step("it runs as snap-proxy, with CAP_NET_BIND_SERVICE alone"):
        process = service.main_process(gap)
        facts = gap.run(f"ps -o user= -p {process}; grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/{process}/status").out.split()
        expect(facts == ["snap-proxy", "CapBnd:", f"{1 << 10:016x}", "NoNewPrivs:", "1"]
               or dict(zip(facts[1::2], facts[2::2])) == {
                   "CapEff:": f"{1 << 10:016x}", "CapBnd:": f"{1 << 10:016x}", "NoNewPrivs:": "1"}
               and facts[0] == "snap-proxy", "unexpected user or capabilities:", facts)

    with steps.step("both services run with a filter of system calls, and see no other user's processes"):
        for unit in ("snap-proxy", "snap-proxy-database"):
            main = gap.run(f"systemctl show --property=MainPID --value {unit}").out.strip()
            mode = gap.run(f"grep -E '^Seccomp:' /proc/{main}/status").out.split()
            expect(mode == ["Seccomp:", "2"], f"{unit} has no filter of system calls: {mode}")
            mounted = gap.run(f"grep ' /proc proc ' /proc/{main}/mounts").out
            expect("hidepid=invisible" in mounted, f"{unit} sees the processes of other users: {mounted}")

    with steps.step("ports 80 and 443 answer on IPv4 and IPv6"):
        for family in ("-4", "-6"):
            for scheme in ("http", "https"):
                gap.answers(f"{scheme}://{HTTPS_NAME}/_status/ready", seconds=1, options=family)

    with steps.step("plain HTTP is redirected for what devices read"):
        gap.answers(f"http://{HTTPS_NAME}/v2/auth/store/assertions", expected=308, seconds=1)

    with steps.step("the installation is recorded in /etc/snap-proxy/installation.json"):
        recorded = json.loads(gap.run("cat /etc/snap-proxy/installation.json").out)
        version = gap.run(f"cat {service.PROGRAM}/VERSION").out.strip()
        expected = {"state-directory": service.STATE, "user": "snap-proxy", "prefix": "/usr/local", "version": version}
        expect({key: recorded.get(key) for key in expected} == expected, f"expected {expected}, it says {recorded}")

    with steps.step("the folders of the documentation's paths are there"):
        gap.run("cd /var/snap/snap-store-proxy/common && ls -d snaps-to-push charms-to-push")

    with steps.step("nothing in the state directory is root's"):
        service.roots_files(gap)

    with steps.step("the private PostgreSQL is a systemd unit of its own, of the service's user"):
        gap.run("systemctl is-active snap-proxy-database").says("active")
        users = service.database_users(gap)
        expect(users == {"snap-proxy"}, f"postgres runs as {users}")

    with steps.step("the manual is installed, and the store shows it"):
        gap.answers(f"{BASE}/docs/", seconds=2, options="-L")

    with steps.step("an ordinary user's 'snap-proxy status' names the directory, creates nothing, ends with 4"):
        gap.run("snap-proxy status", user="ada", check=False).ends_with(4).says(service.STATE)
        left = gap.run("ls -A ~ | grep -v -e '^\\.bash' -e '^\\.profile'", user="ada", check=False).out.split()
        expect(not left, f"it made {left} in the user's home")

    with steps.step("the journal has no time stamps of our own, priorities, and no addresses like :::80"):
        check_journal(gap)


def check_journal(host):
    lines = [json.loads(line) for line in host.journal("--unit=snap-proxy --output=json").splitlines()]
    own = [line for line in lines if line.get("_COMM", "").startswith("snap-proxy")]
    expect(own, "the journal has no line of the service")
    messages = [str(line["MESSAGE"]) for line in own]
    stamped = [message for message in messages if re.search(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d", message)]
    expect(not stamped, "time stamps of our own:", *stamped[:5])
    noise = [message for message in messages if "thread priority" in message or ":::" in message]
    expect(not noise, "noise:", *noise[:5])
    wrong = [message for line, message in zip(own, messages)
             if re.search(r"\b(error|warning)\b[: ]", message) and line.get("PRIORITY") == "6"]
    expect(not wrong, "errors and warnings with the priority of information:", *wrong[:5])
