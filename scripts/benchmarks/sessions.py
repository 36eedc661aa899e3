"""Device sessions, each with the verification of what the device signed, against openssl's RSA."""

import os
import re
import subprocess

from .fleet import Fleet
from .measuring import row

# The serial by the brand's key, the request by the device's. What both stand on, and the model that all devices have in
# common, was verified before.
VERIFICATIONS = 2


def run(stage):
    count = stage.options.sessions
    fleet = Fleet(stage, "brand", 50, key_bits=4096)
    fleet.proxy.run("push-store", fleet.tarball)
    fleet.proxy.serve()
    told = fleet.issue_sessions(count)
    fleet.proxy.end()
    fleet.simulator.end()
    (nonces, nonce_use), (sessions, session_use) = told["nonces"], told["sessions"]
    print(f"{count} device sessions, 32 devices at once, keys of 4096 bits, {VERIFICATIONS} verifications each")
    for bits in (4096, 2048):
        theirs = verifications(bits) / VERIFICATIONS
        row(f"  sessions against openssl speed rsa{bits} verify / {VERIFICATIONS}", count / sessions, theirs, "/s", "higher")
    print(f"  nonces: {count / nonces:.0f}/s; both halves: {count / (nonces + sessions):.0f}/s; the server's processor: "
          f"{1000 * nonce_use / count:.2f} ms a nonce, {1000 * session_use / count:.2f} ms a session")


def verifications(bits):
    """A second, of all processors together."""
    text = subprocess.check_output(
        ["openssl", "speed", "-seconds", "3", "-multi", str(os.cpu_count()), f"rsa{bits}"], text=True,
        stderr=subprocess.DEVNULL)
    return float(re.search(rf"^rsa\s+{bits} bits\s.*?([\d.]+)\s*$", text, re.MULTILINE)[1])
