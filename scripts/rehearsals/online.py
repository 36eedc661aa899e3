"""The cable is plugged in: the same store as a proxy of the one on the internet, and back behind the gap."""

import json

from . import device as devices
from . import manual
from .install import BASE
from .stage import HTTPS_NAME
from .steps import eventually, expect

PAGE = "how-to/proxy-online.md"


def run(stage, steps):
    gap, device = stage.shared["gap"], stage.shared["device"]

    with steps.step("the cable is plugged in, and check-connections finds the store on the internet", needed=True):
        stage.cable.plug()
        upstream = {"proxy.upstream": stage.saas, "proxy.dashboard.location": stage.saas, "proxy.sso.location": stage.saas}
        gap.run("snap-proxy config " + " ".join(f"{key}={value}" for key, value in upstream.items()))
        line = manual.command(PAGE, "Set up", "snap-proxy check-connections")
        eventually(10, lambda: gap.run(line).says("All connections appear to be accessible"))

    with steps.step("a host that was never registered registers itself online"):
        other = "snap-proxy --state-dir /srv/online"
        gap.run(f"{other} config proxy.domain={HTTPS_NAME} proxy.trust.root-keys={stage.root_key} "
                + " ".join(f"{key}={value}" for key, value in upstream.items()))
        line = manual.command(PAGE, "Register", "snap-proxy register")
        gap.run(f"{line.replace('snap-proxy', other, 1)} --skip-questions",
                environment={"STORE_ADMIN_TOKEN": stage.laptop_environment["STORE_ADMIN_TOKEN"]}).says("Registered as")
        gap.run(f"{other} status").says("Store ID")
        gap.run(f"{other} database stop; rm -rf /srv/online")

    with steps.step("disable-airgap-mode, as the manual has it; the server follows", needed=True):
        gap.run(manual.command("how-to/switch-modes.md", "Cut a proxy off, and connect it again", "snap-proxy disable-airgap-mode"))
        gap.answers(f"{BASE}/v2/snaps/info/htop?architecture=amd64", options="-H 'Snap-Device-Series: 16'")

    with steps.step("snap find and snap info know what the store on the internet has"):
        device.run("snap find htop").says("htop")
        device.run("snap info htop").says("latest/stable")

    with steps.step("the device installs what was never pushed"):
        device.run("snap install htop", timeout=150)
        devices.is_mounted(device, "htop", 3417)

    with steps.step("the device registers through the proxy and has a serial"):
        # A registration that was refused behind the gap is tried again when snapd starts.
        device.run("systemctl restart snapd")
        eventually(70, lambda: device.run("snap known serial").says("serial:"), pause=1)

    with steps.step("the device has a session of the store on the internet"):
        device.run("snap refresh", timeout=150)
        eventually(10, lambda: expect(session_of(device), "snapd has no session macaroon"))
        asked = gap.journal("--unit=snap-proxy --since=-3min")
        for path in ("/api/v1/snaps/auth/sessions", "/v2/snaps/refresh"):
            expect(f"POST {path} 200" in asked, f"the journal of the proxy has no POST {path}")

    with steps.step("an override is seen by the device"):
        gap.run("snap-proxy override hello stable=4")
        eventually(5, lambda: devices.expect_revision(device, "latest/stable", 4))
        gap.run("snap-proxy delete-override hello stable")
        eventually(5, lambda: devices.expect_revision(device, "latest/stable", 2))

    with steps.step("snap switch, refresh by revision, revert and download through the proxy"):
        device.run("snap refresh hello --revision=4").says_not("forwarding")
        devices.is_mounted(device, "hello", 4)
        device.run("snap revert hello")
        device.run("snap switch hello --channel=latest/candidate").says("latest/candidate")
        device.run("snap switch hello --channel=latest/stable").says("latest/stable")
        device.run(f"SNAPPY_FORCE_API_URL={BASE} snap download htop")

    with steps.step("snap validate --monitor through the proxy"):
        device.run("snap validate --monitor systemworks/tested")
        device.run("snap validate").says("systemworks/tested", "monitor")
        device.run("snap validate --forget systemworks/tested")

    with steps.step("the cache has what the device downloaded"):
        gap.run(manual.command(PAGE, "The download cache", "snap-proxy cache status"))

    with steps.step("back behind the gap: the device goes on with a session of ours"):
        # The manual: push what devices have installed, or their refresh finds nothing.
        device.run("snap remove htop")
        gap.run(manual.command("how-to/switch-modes.md", "Cut a proxy off, and connect it again", "snap-proxy enable-airgap-mode"))
        stage.cable.unplug()
        eventually(10, lambda: device.run("snap info charmed-postgresql", check=False).ends_with(1))
        device.run("snap info hello").says("latest/stable")
        device.run("snap refresh hello --candidate", timeout=150)
        devices.is_mounted(device, "hello", 4)


def session_of(device):
    """Whether snapd keeps the macaroon of a session."""
    state = json.loads((device.tree / "var/lib/snapd/state.json").read_text())
    return state.get("data", {}).get("auth", {}).get("device", {}).get("session-macaroon")
