"""A device with snapd's daemon: connect it, install, refresh, revert, override, validate, download."""

import re

from . import manual, network, service
from .install import BASE
from .stage import HTTPS_NAME, device_model, make_loop_nodes
from .steps import StepSkipped, eventually, expect

CONNECT = "how-to/connect-devices.md"


def start(stage):
    """Started early: without a resolver snapd seeds for 30 s."""
    model = device_model(stage)
    device = stage.device("device", "gap", HTTPS_NAME, model, stage.assertion(f"account-key/{stage.store_key}"))
    stage.trust_authority(device)
    device.start()
    stage.shared["device"] = device


def run(stage, steps):
    gap, device = stage.shared["gap"], stage.shared["device"]

    with steps.step("the device is up, and its snapd seeded", needed=True):
        device.await_running()
        make_loop_nodes(device)
        device.run("snap wait system seed.loaded", timeout=120)
        device.run("snap model").says("rehearsal")

    with steps.step("snap ack and proxy.store, as the manual has it", needed=True):
        connect(device, service.store_id(gap))

    with steps.step("snap find and snap info know what was pushed, and nothing else"):
        device.run("snap find hello").says("hello", "becky")
        device.run("snap info hello").says("latest/stable", "latest/candidate", "2/stable")
        device.run("snap info htop", check=False).ends_with(1).says("no snap found")

    with steps.step("snap install brings snapd, the base and the snap, and mounts them", needed=True):
        device.run("snap install hello").says("hello 2.10", "installed")
        is_mounted(device, "hello", 2)
        expect({"core22", "snapd", "hello"} <= set(installed(device)), installed(device))

    with steps.step("the app runs and prints"):
        run_app(stage, device)

    with steps.step("snap install of a snap with a content provider, and of one on core"):
        device.run("snap install desktop-app jq")
        expect({"gtk-common-themes", "desktop-app", "jq", "core"} <= set(installed(device)), installed(device))

    with steps.step("snap refresh of nothing new"):
        device.run("snap refresh").says("up to date")

    with steps.step("snap refresh --candidate, and snap revert"):
        device.run("snap refresh hello --candidate")
        is_mounted(device, "hello", 4)
        device.run("snap revert hello")
        is_mounted(device, "hello", 2)

    with steps.step("snap refresh --revision says nothing of a closed channel"):
        device.run("snap refresh hello --revision=4").says_not("closed", "forwarding")
        is_mounted(device, "hello", 4)

    with steps.step("snap switch, and a refresh that follows"):
        device.run("snap switch hello --channel=latest/stable").says("latest/stable")
        device.run("snap refresh hello --revision=2")
        is_mounted(device, "hello", 2)

    with steps.step("an override is seen by the device, and its end too"):
        gap.run("snap-proxy override hello stable=4")
        eventually(5, lambda: device.run("snap info hello").says("2.10.1"))
        device.run("snap refresh hello")
        is_mounted(device, "hello", 4)
        gap.run("snap-proxy delete-override hello stable")
        eventually(5, lambda: expect_revision(device, "latest/stable", 2))

    with steps.step("snap validate --monitor and --enforce"):
        device.run("snap validate --monitor systemworks/tested")
        device.run("snap validate").says("systemworks/tested")
        device.run("snap refresh hello --revision=4")
        device.run("snap validate --enforce systemworks/tested", check=False).ends_with(1)
        device.run("snap refresh hello --revision=2")
        device.run("snap validate --enforce systemworks/tested")
        device.run("snap validate").says("systemworks/tested", "enforce")
        device.run("snap validate --forget systemworks/tested")
        device.run("snap refresh hello --revision=4")

    with steps.step("snap download verifies the file"):
        device.run(f"SNAPPY_FORCE_API_URL={BASE} snap download jq && ls jq_*.snap jq_*.assert")

    with steps.step("snap debug connectivity"):
        device.run("snap debug connectivity").says("PASS")

    with steps.step("snap remove"):
        device.run("snap remove desktop-app")
        expect("desktop-app" not in installed(device), installed(device))

    with steps.step("a device that has IPv6 alone"):
        device.run(f"cp /etc/hosts /etc/hosts.kept; grep -v '^{re.escape(network.ipv4('gap'))} ' /etc/hosts.kept >/etc/hosts")
        try:
            device.run("snap remove jq")
            device.run("snap install jq").says("installed")
        finally:
            device.run("cp /etc/hosts.kept /etc/hosts")

    with steps.step("after a reboot of the device its snaps are mounted"):
        device.reboot()
        make_loop_nodes(device)
        is_mounted(device, "hello", current(device, "hello"))
        device.run("snap refresh", timeout=150)

    with steps.step("a stopped store: snap install fails and says why; afterwards it works"):
        gap.run("systemctl stop snap-proxy")
        try:
            device.run("snap install desktop-app", check=False).ends_with(1).says("refused")
        finally:
            service.starts(gap, HTTPS_NAME)
        device.run("snap install desktop-app")


def connect(device, store_id, name=HTTPS_NAME):
    """The manual's two lines."""
    ack, setting = manual.commands(CONNECT, "Connect devices")[:2]
    device.run(ack.replace(HTTPS_NAME, name))
    device.run("snap known store").says(store_id)
    device.run(setting.replace("STORE_ID", store_id))


def installed(device):
    """Revisions by the names of the installed snaps."""
    lines = device.run("snap list").out.splitlines()[1:]
    return {fields[0]: fields[2] for line in lines if len(fields := line.split()) > 2}


def current(device, name):
    return int(installed(device)[name])


def is_mounted(device, name, revision):
    """The revision is the current one, and the kernel mounts it."""
    expect(installed(device).get(name) == str(revision), f"expected {name} {revision}:", installed(device))
    device.run(f"findmnt -n -o FSTYPE,SOURCE /snap/{name}/{revision}").says("squashfs", "/dev/loop")


def expect_revision(device, channel, revision):
    info = device.run("snap info hello").out
    found = re.search(rf"^\s*{channel}:.*\((\d+)\)", info, re.MULTILINE)
    expect(found and found[1] == str(revision), f"expected revision {revision} in {channel}:", info)


# What snap-confine says where the kernel of a container lacks something.
KERNEL_FEATURES = {
    "freezer": "a cgroup freezer that a container may use", "apparmor": "AppArmor", "seccomp": "seccomp filters",
    "preserve mount namespace": "mount namespaces that a container may bind"}


def run_app(stage, device):
    """The app, in snap-confine's mount namespace.

    snap-confine makes a control group of the freezer where the kernel has version 1, which systemd-nspawn mounts read-only.
    And Linux 6.18 numbers namespaces in batches of each processor: it takes a namespace with a lower number than the
    container's for an older one, and refuses to bind it (`cannot preserve mount namespace: Invalid argument`). On the
    processor that made the container's the numbers rise, so that one of the processors always serves.
    """
    stage.cgroups.own_freezer(device)
    output = device.run("""
        for processor in $(seq 0 $(($(nproc --all) - 1))); do
          output=$(taskset --cpu-list $processor snap run hello 2>&1) && break
          case $output in *"cannot preserve mount namespace"*) /usr/lib/snapd/snap-discard-ns hello ;; *) break ;; esac
        done
        echo "$output"
    """)
    lacking = [feature for word, feature in KERNEL_FEATURES.items() if word in output.text.lower()]
    if lacking:
        raise StepSkipped(f"snap-confine needs {lacking[0]}\n{output}")
    output.says("hello 2.10 (revision 2)")
