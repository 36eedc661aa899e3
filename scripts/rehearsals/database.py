"""A PostgreSQL of the owner's own, with and without PostgreSQL's programs on the store's host."""

from . import manual, network, service
from .hosts import Host
from .stage import HTTP_NAME
from .steps import eventually, expect

PAGE = "how-to/use-postgresql.md"
BASE = f"http://{HTTP_NAME}"


def run(stage, steps):
    with steps.step("a host with the owner's PostgreSQL boots", needed=True):
        server = Host(stage, "external", "gap", {"external": "db.internal"})
        server.boot()
        server.run(
            "cd /etc/postgresql/15/main && "
            f"echo \"listen_addresses = '*'\" >>postgresql.conf && "
            f"echo 'host all all {network.V4}.0/24 scram-sha-256' >>pg_hba.conf && systemctl restart postgresql@15-main")
        for database in ("snaproxy-db", "second-db"):
            make_database(server, database)

    with steps.step("a host with PostgreSQL's programs is installed, and has snaps", needed=True):
        host = stage.proxy_host("database")
        host.run(f"echo '{network.ipv4('external')} db.internal' >>/etc/hosts")
        host.run_all(service.install_lines())
        service.starts(host, HTTP_NAME)

    with steps.step("the owner's database is configured, as the manual has it", needed=True):
        before = service.store_id(host)
        line = manual.commands(PAGE, "Use your own PostgreSQL", block=1)[0]
        host.run(with_password(line))
        expect(service.store_id(host) == before, "the registration did not move along")

    with steps.step("the service uses it after a restart, and the private PostgreSQL stops"):
        host.run("systemctl restart snap-proxy").within(10)
        host.answers(f"{BASE}/_status/check")
        eventually(15, lambda: expect(not service.database_users(host), "the private PostgreSQL runs still"))
        server.run("su postgres -c \"psql -d snaproxy-db -Atc 'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()'\"")

    with steps.step("push, then a download"):
        service.push(host)
        service.pushed_within(host, BASE)
        service.roots_files(host)

    with steps.step("a reboot of the store's host"):
        host.reboot()
        service.pushed_within(host, BASE, seconds=20)
        expect(not service.database_users(host), "the private PostgreSQL runs again")

    with steps.step("the database goes away: devices are answered, 'status' says so, and it comes back"):
        server.run("systemctl stop postgresql@15-main")
        try:
            service.download(host, BASE)
            service.status(host, check=False).ends_with(5)
        finally:
            server.run("systemctl start postgresql@15-main")
        host.answers(f"{BASE}/_status/check", seconds=20)
    host.stop()

    with steps.step("a host without PostgreSQL's programs: install.sh ends with 0 and says what to do", needed=True):
        remote = stage.proxy_host("remote", kind="base")
        remote.run(f"echo '{network.ipv4('external')} db.internal' >>/etc/hosts")
        remote.run("command -v postgres pg_ctl pg_ctlcluster", check=False).ends_with(1)
        remote.run("tar xzf offline-snap-store.tar.gz && cd offline-snap-store && ./install.sh").says("proxy.db.connection")

    with steps.step("without a database the service waits, and systemctl start returns"):
        remote.run(service.start_line()).within(3)
        eventually(5, lambda: remote.run("systemctl show --property=StatusText --value snap-proxy").says("database"))
        remote.answers(f"{BASE}/v2/snaps/info/hello", expected=503, seconds=3)

    with steps.step("a service that waits for its database stops within 5 s"):
        remote.run("systemctl stop snap-proxy").within(5)
        remote.run(service.start_line())

    with steps.step("once a database is configured, install.sh registers and the store answers", needed=True):
        line = manual.commands(PAGE, "Use your own PostgreSQL", block=1)[0]
        remote.run(with_password(line).replace("snaproxy-db", "second-db"))
        remote.run("cd offline-snap-store && ./install.sh").within(15)
        remote.run("snap-proxy enable-airgap-mode")
        service.store_id(remote)
        remote.answers(f"{BASE}/_status/check", seconds=15)

    with steps.step("push, then a download, on the host without PostgreSQL's programs"):
        service.push(remote)
        service.pushed_within(remote, BASE)
        service.roots_files(remote)
    remote.stop()
    server.stop()


def make_database(server, name):
    """What the manual lets the superuser do, with names and password of ours."""
    statements = manual.blocks(PAGE, "Use your own PostgreSQL")[0]
    if name != "snaproxy-db":
        statements = [line.replace("snaproxy-db", name) for line in statements if not line.startswith("CREATE ROLE")]
    server.run("su postgres -c 'psql -v ON_ERROR_STOP=1'", data="\n".join(statements) + "\n")


def with_password(line):
    """A terminal would be asked for the password; here it is part of the address."""
    return line.replace("snaproxy-user@", "snaproxy-user:choose-one@")
