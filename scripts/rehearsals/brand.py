"""A brand's device: a private snap needs a session, and plain HTTP is enough for a store."""

from . import device as devices
from . import manual, service
from .elsewhere import BASE
from .stage import HTTP_NAME, make_loop_nodes
from .steps import StepFailed, eventually, expect

PUSH = "how-to/serve-a-brand.md"
KEYS = "var/lib/snapd/device"


def start(stage):
    """Started early: without a resolver snapd seeds for 30 s."""
    brand = stage.laptop_environment["SIMULATOR_BRAND"]
    model = stage.sign("brand", {
        "type": "model", "series": "16", "authority-id": brand, "brand-id": brand, "model": "acme-box",
        "store": "acme-devices", "classic": "true", "timestamp": "2024-01-01T00:00:00Z"})
    seed = "\n".join([
        stage.assertion(f"account/{brand}"), stage.assertion(f"account-key/{stage.store_key}"),
        stage.assertion(f"account-key/{stage.laptop_environment['SIMULATOR_BRAND_KEY']}")])
    host = stage.device("branded", "elsewhere", HTTP_NAME, model, seed)
    host.start()
    stage.shared["branded"] = host


def run(stage, steps):
    store, device = stage.shared["elsewhere"], stage.shared["branded"]

    with steps.step("the brand's store is pushed, as the manual has it", needed=True):
        store.copy_in(*(stage.disk / "brand").glob("*.tar.gz"), to="root")
        line = manual.command(PUSH, "Bring the store in", "snap-proxy push-store")
        store.run(line.replace("store-export-acme-devices-20220527T082652.tar.gz", "store-export-acme-devices-*.tar.gz"))
        store.run("snap-proxy list-pushed-snaps").says("acme-app")

    with steps.step("the brand's device is up and connected by plain HTTP", needed=True):
        device.await_running()
        make_loop_nodes(device)
        device.run("snap wait system seed.loaded", timeout=120)
        device.run("snap model").says("acme-box")
        devices.connect(device, service.store_id(store), HTTP_NAME)

    with steps.step("without a serial the private snap is not found"):
        device.run("snap install acme-app", check=False).ends_with(1)

    with steps.step("with its serial the device gets a session, and installs the private snap", needed=True):
        give_serial(stage, device)
        eventually(60, lambda: device.run("snap install acme-app").says("acme-app", "installed"), pause=2)
        devices.is_mounted(device, "acme-app", 12)

    with steps.step("snap find and snap info of the private snap"):
        device.run("snap info acme-app").says("acme-app")
        device.run("snap find acme-app").says("acme-app")

    with steps.step("another device does not find it"):
        store.answers(f"{BASE}/v2/snaps/info/acme-app?architecture=amd64", expected=404, options="-H 'Snap-Device-Series: 16'")

    with steps.step("another secret ends all sessions, and the device gets itself a new one"):
        store.run('snap-proxy config "proxy.device-auth.secret=$(head -c 32 /dev/urandom | base64)"')
        store.run("systemctl restart snap-proxy")
        store.answers(f"{BASE}/_status/ready")
        device.run("snap info acme-app").says("acme-app")
        device.run("snap refresh acme-app --edge")
        devices.is_mounted(device, "acme-app", 13)


def give_serial(stage, device):
    """As a factory does: the brand signs a serial for the key that the device made itself."""
    folder = device.tree / KEYS

    def has_key():
        keys = list((folder / "private-keys-v1").glob("*"))
        if len(keys) != 1:
            raise StepFailed(f"the device has {len(keys)} keys, expected one")

    eventually(60, has_key)
    brand = stage.laptop_environment["SIMULATOR_BRAND"]
    serial = stage.sign("brand", {
        "type": "serial", "authority-id": brand, "brand-id": brand, "model": "acme-box", "serial": "4711",
        "timestamp": "2024-01-01T00:00:00Z"}, device_keys=folder)
    device.run("snap ack /dev/stdin", data=serial)
    # snapd looks for a serial when it registers, at its start.
    device.run("systemctl restart snapd")
    eventually(90, lambda: device.run("snap known serial").says("4711"))
    eventually(90, lambda: expect("4711" in device.run("snap model --serial", check=False).out, "no serial yet"), pause=1)
