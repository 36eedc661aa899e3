"""The large snap, from loopback to a tarball."""

import hashlib
import tarfile
import time

from .measuring import MIB, row, timed


def run(stage):
    _, ours, memory = stage.large_tarball()
    snap, tarball = stage.directory / "large.snap", stage.directory / "python.tar.gz"
    curl, _ = timed(["curl", "-s", "-o", snap, stage.upstream().link("large")])
    start = time.monotonic()
    digest = hashlib.sha3_384()
    with open(snap, "rb") as file:
        while chunk := file.read(MIB):
            digest.update(chunk)
    with tarfile.open(tarball, "w:gz") as tar:
        tar.add(snap, "large.snap")
    python = curl + time.monotonic() - start
    tarball.unlink()
    dgst, _ = timed(["openssl", "dgst", "-sha3-384", snap])
    row(f"export of {stage.size / 1e6:.0f} MB against curl of the same bytes, s", ours, curl, "s", "lower")
    row("  against curl, hashlib.sha3_384, tarfile w:gz, s", ours, python, "s", "lower")
    row("  against openssl dgst -sha3-384 (one SHA3 pass), s", ours, dgst, "s", "lower")
    print(f"  peak memory of the export: {memory:.0f} MiB")
    again, _ = stage.upstream().admin("export", "snaps", "large", "--export-dir", stage.directory / "export")
    print(f"  second export, from the cache: {again:.2f} s")
