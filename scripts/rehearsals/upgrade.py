"""A host that version 1.0.0 installed, as it left it, is put right by the new package; an older package is refused."""

from . import service
from .stage import HTTP_NAME
from .steps import expect

BASE = f"http://{HTTP_NAME}"

# snap-proxy.service of version 1.0.0, filled in.
UNIT = """\
[Unit]
Description=A store for snaps behind firewalls and air gaps
After=network.target postgresql.service

[Service]
User=snap-proxy
Environment=SNAP_PROXY_HOME=/var/lib/snap-proxy
ExecStart=/usr/local/bin/snap-proxy serve
Restart=on-failure
TimeoutStopSec=45
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/snap-proxy
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
RestrictSUIDSGID=yes
LockPersonality=yes

[Install]
WantedBy=multi-user.target
"""

# Version 1.0.0 let root make the directory and its PostgreSQL, which ran as the user postgres, and gave all of it to the
# service's user afterwards; PostgreSQL's map of users went on to know root and postgres alone.
STATE = """set -e
mkdir -p /usr/local/lib /usr/local/bin
cp -R offline-snap-store/lib /usr/local/lib/snap-proxy
echo 1.0.0 >/usr/local/lib/snap-proxy/VERSION
for name in snap-proxy snap-store-proxy enterprise-store; do ln -sfn ../lib/snap-proxy/snap-proxy /usr/local/bin/$name; done
export SNAP_PROXY_HOME=/var/lib/snap-proxy
mkdir -p $SNAP_PROXY_HOME
roots=$(cat offline-snap-store/ROOT_KEYS)
snap-proxy import-registration offline-snap-store/registration_bundle.b64 --root-key $roots
snap-proxy enable-airgap-mode
snap-proxy config proxy.cache.size=2048 proxy.port.http=80
snap-proxy push-snap /media/disk/*.tar.gz
snap-proxy override hello stable=4
snap-proxy database stop
"""

AFTERMATH = """set -e
cd /var/lib/snap-proxy
map=$(find . -name pg_ident.conf)
printf 'proxy root snap_proxy\\nproxy postgres snap_proxy\\n' >"$map.new"
name=$(awk '!/^ *#/ && NF >= 3 {print $1; exit}' "$map")
sed "s/^proxy/$name/" "$map.new" >"$map"
rm "$map.new"
useradd --system --home-dir /var/lib/snap-proxy --shell /usr/sbin/nologin snap-proxy
chown -R snap-proxy: /var/lib/snap-proxy
chown root: unit.json
chmod 600 unit.json
find blobs -type f | sed -n '1~2p' | xargs chmod 640
find blobs -type f | sed -n '2~2p' | xargs chmod 644
find blobs -mindepth 1 -type d | head -n 5 | xargs chown root:
find blobs -mindepth 1 -type d | head -n 5 | xargs chmod 755
find blobs -type f | head -n 5 | xargs chown root:
systemctl daemon-reload
systemctl enable snap-proxy
"""


def run(stage, steps):
    with steps.step("a host as version 1.0.0 left it", needed=True):
        host = stage.proxy_host("upgrade")
        service_id = prepare(host)

    with steps.step("the new package's install.sh upgrades it", needed=True):
        host.run("cd offline-snap-store && ./install.sh").says("Installed snap-proxy")

    with steps.step("systemctl start, and an answer within 10 s", needed=True):
        service.starts(host, HTTP_NAME)

    with steps.step("what was pushed is served, by the same store with the same settings"):
        service.pushed_within(host, BASE)
        expect(service.store_id(host) == service_id, "the store id is another one")
        host.run("snap-proxy config proxy.cache.size").says("2048")
        host.run("snap-proxy list-overrides").says("hello stable amd64 4")

    with steps.step("nothing in the state directory is root's, PostgreSQL runs as the service's user"):
        service.roots_files(host)
        users = service.database_users(host)
        expect(users == {"snap-proxy"}, f"postgres runs as {users}")

    with steps.step("root's commands work beside the service: push, override, config, restart"):
        service.push(host, umask="027")
        host.run("snap-proxy delete-override hello stable; snap-proxy config proxy.port.http=80; systemctl restart snap-proxy")
        service.pushed_within(host, BASE, seconds=10)
        service.roots_files(host)

    with steps.step("after a reboot of the host the store answers by itself"):
        host.reboot()
        service.pushed_within(host, BASE, seconds=15)

    with steps.step("an older package is refused with 3, and the message names --allow-downgrade"):
        version = host.run(f"cat {service.PROGRAM}/VERSION").out.strip()
        host.run(f"echo 99.0.0 >{service.PROGRAM}/VERSION")
        try:
            host.run("cd offline-snap-store && ./install.sh", check=False).ends_with(3).says("--allow-downgrade", "99.0.0", version)
        finally:
            host.run("cd offline-snap-store && ./install.sh --allow-downgrade")
        host.run(f"cat {service.PROGRAM}/VERSION").says(version)
        host.answers(f"{BASE}/_status/ready")

    with steps.step("install.sh refuses directories of the system and of other users, and root as the service's user"):
        for words in ("--state-dir /", "--state-dir /usr/lib", "--user root", "--user -r", "--user 0"):
            host.run(f"cd offline-snap-store && ./install.sh {words}", check=False, timeout=20).ends_with(2)
        host.run("mkdir -p /srv/open && chmod 777 /srv/open")
        host.run("cd offline-snap-store && ./install.sh --state-dir /srv/open/store", check=False).ends_with(3).says("/srv/open")
        host.answers(f"{BASE}/_status/ready")

    host.stop()


def prepare(host):
    """Answers the store's id."""
    host.run("tar xzf offline-snap-store.tar.gz")
    host.run(STATE)
    found = host.run("SNAP_PROXY_HOME=/var/lib/snap-proxy snap-proxy status; SNAP_PROXY_HOME=/var/lib/snap-proxy snap-proxy database stop").out
    host.write("etc/systemd/system/snap-proxy.service", UNIT)
    host.run(AFTERMATH)
    return next(line.split()[-1] for line in found.splitlines() if line.startswith("Store ID"))
