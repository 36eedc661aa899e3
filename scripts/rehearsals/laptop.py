"""On the laptop: register the stores, export and verify what goes across the gap."""

import re

from . import brand, device, manual
from .stage import HTTP_NAME, HTTPS_NAME
from .steps import expect
from .trees import ROOT

PAGE = "how-to/install-offline.md"

CERTIFICATE = """set -e
openssl req -x509 -newkey rsa:2048 -noenc -keyout authority.key -out authority.crt -days 2 -subj '/CN=Rehearsal authority' \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
openssl req -newkey rsa:2048 -noenc -keyout my.key -out my.csr -subj '/CN={name}'
printf 'subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n' >my.extensions
openssl x509 -req -in my.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 1 -extfile my.extensions -out my.crt
cat my.crt authority.crt >fullchain.pem
"""


def run(stage, steps):
    with steps.step("scripts/install installs the programs and the manual", needed=True):
        folder = stage.laptop / "programs" / "bin"
        folder.mkdir(parents=True)
        for name in ("store-admin", "snapstore-client", "snap-proxy"):
            (folder / name).symlink_to(stage.programs / name)
        line = manual.command("how-to/install-on-a-laptop.md", "Install store-admin and snapstore-client", "scripts/install")
        stage.on_laptop(f"{line} --prefix {stage.laptop} --programs {folder.parent}", folder=ROOT)

    with steps.step("the store on the internet starts", needed=True):
        stage.start_simulator()
        stage.shared["root assertions"] = "\n".join(
            [stage.assertion("account/simulated-store"), stage.assertion(f"account-key/{stage.root_key}")])
        (stage.laptop / "root.assert").write_text(stage.shared["root assertions"])
        stage.laptop_environment["SNAPD_REHEARSAL_ROOT"] = f"{stage.laptop}/root.assert"
        account = stage.assertion(f"account/{stage.laptop_environment['SIMULATOR_BRAND']}")
        stage.store_key = re.search(r"^sign-key-sha3-384: (\S+)", account, re.MULTILINE)[1]

    with steps.step("an authority of the owner's own makes a certificate for the store", needed=True):
        stage.on_laptop(CERTIFICATE.format(name=HTTPS_NAME), folder=stage.laptop)

    for name, part in (("device", device), ("brand", brand)):
        if name in stage.wanted:
            with steps.step(f"the {name}'s host starts to seed", needed=True):
                part.start(stage)

    with steps.step("store-admin register --offline, as the manual has it", needed=True):
        line = manual.command(PAGE, "On a machine with internet access", "store-admin register")
        folder = stage.disk / "https"
        folder.mkdir()
        stage.on_laptop(line, folder=folder).says("offline-snap-store.tar.gz")

    with steps.step("a second store, for devices that use plain HTTP", needed=True):
        folder = stage.disk / "http"
        folder.mkdir()
        stage.on_laptop(f"store-admin register --offline http://{HTTP_NAME}", folder=folder)

    with steps.step("the package is readable by its owner alone"):
        for folder in ("http", "https"):
            mode = (stage.disk / folder / "offline-snap-store.tar.gz").stat().st_mode & 0o777
            expect(mode == 0o600, f"offline-snap-store.tar.gz has mode {mode:o}")

    with steps.step("export snaps with all that they need", needed=True):
        stage.on_laptop(
            "store-admin export snaps hello --channel=stable --channel=candidate --channel=2/stable --with-deps --export-dir .")
        stage.on_laptop("store-admin export snaps desktop-app jq --with-deps --export-dir .")

    with steps.step("export a brand's store", needed=True):
        (stage.disk / "brand").mkdir()
        line = manual.command("how-to/export-a-brand-store.md", "Export", "store-admin export store")
        line = line.replace("--key=KEY-ID-1", "--key=$SIMULATOR_BRAND_KEY").replace("--key=KEY-ID-2", "")
        stage.on_laptop(f"{line.replace('myDeviceViewStoreID', 'acme-devices')} --export-dir brand")

    with steps.step("export verify needs no network", needed=True):
        stage.on_laptop("unshare --net -- store-admin export verify *-2*.tar.gz brand/*.tar.gz")

    with steps.step("fetch a validation set, as the manual has it"):
        line = manual.command("how-to/serve-a-brand.md", "Which revisions belong together", "snap known --remote")
        line = line.replace("account-id=acme name=fleet sequence=3", "account-id=systemworks name=tested sequence=2")
        # `snap known` knows no other store than the one of its environment.
        stage.on_laptop(f"export SNAPPY_FORCE_API_URL=$STORE_API_URL; {line}")
        signer = re.search(r"^sign-key-sha3-384: (\S+)", (stage.disk / "fleet.assert").read_text(), re.MULTILINE)[1]
        line = manual.command("how-to/serve-a-brand.md", "Keys that came later", "snap known --remote").replace("=KEY", f"={signer}")
        stage.on_laptop(f"export SNAPPY_FORCE_API_URL=$STORE_API_URL; {line}")
