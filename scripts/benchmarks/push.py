"""The tarball of the large snap, into the store."""

from .measuring import row, timed


def run(stage):
    tarball, _, _ = stage.large_tarball()
    ours, memory = stage.proxy().run("push-snap", tarball)
    theirs, _ = timed(["openssl", "dgst", "-sha3-384", tarball])
    row("push of the tarball against openssl dgst -sha3-384, s", ours, theirs, "s", "lower")
    print(f"  peak memory of the push: {memory:.0f} MiB")
