"""A hardened host: root unpacks, installs and works under umask 027."""

from . import manual, service
from .operate import PASSPHRASE
from .stage import HTTP_NAME
from .steps import expect

BASE = f"http://{HTTP_NAME}"


def run(stage, steps):
    with steps.step("a host whose root has umask 027 boots", needed=True):
        host = stage.proxy_host("umask")

    with steps.step("unpacked and installed under umask 027, the store answers", needed=True):
        host.run_all(["umask 027", *service.install_lines()])
        service.starts(host, HTTP_NAME)

    with steps.step("the program's files can be read by all users, and written by root alone"):
        wrong = host.run(f"find {service.PROGRAM} ! -perm -a+r -o -perm /go+w ! -type l").out
        expect(not wrong.strip(), "wrong modes:", wrong)
        host.run("snap-proxy --version", user="ada")

    with steps.step("push under umask 077, then a download"):
        service.push(host, umask="077")
        service.pushed_within(host, BASE)

    with steps.step("other users of the host read no pushed snap"):
        open_files = host.run(f"find {service.STATE}/blobs -perm /o+rwx ! -type l").out
        expect(not open_files.strip(), "open to every user:", open_files)
        blob = host.run(f"find {service.STATE}/blobs/sha3-384 -type f | head -n 1").out.strip()
        expect(blob, "the store has no files")
        read = host.run(f"cat {blob}", user="ada", check=False)
        expect(read.code != 0, "an ordinary user read the store's files")

    with steps.step("config, override and backup under umask 077, then a restart"):
        host.run("umask 077; snap-proxy config proxy.port.http=80; snap-proxy override hello stable=4")
        host.run("umask 077; snap-proxy backup /root/store.backup", environment=PASSPHRASE)
        host.run("systemctl restart snap-proxy").within(10)
        host.answers(f"{BASE}/_status/ready")
        service.pushed_within(host, BASE)
        service.roots_files(host)

    with steps.step("overrides and an inventory under umask 007 leave nothing that is root's"):
        host.run("umask 007; snap-proxy delete-override hello stable; snap-proxy inventory /media/disk/store.inventory")
        service.roots_files(host)

    with steps.step("the store moves to another directory, as the manual has it"):
        move = manual.commands("how-to/find-the-state.md", "Another disk", block=1)
        host.run_all(["cd offline-snap-store", "umask 027", *move])
        service.starts(host, HTTP_NAME)
        host.run("rm -rf /var/lib/snap-proxy; snap-proxy list-pushed-snaps").says("hello")
        service.pushed_within(host, BASE)
        service.roots_files(host, "/srv/snap-proxy")

    host.stop()
