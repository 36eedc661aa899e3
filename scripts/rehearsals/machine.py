"""What the rehearsal needs of the machine, and namespaces that keep the machine out of it."""

import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET = 0x00020000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)

# Loads what the kernel has as a module, then makes one of each; all of it ends with the namespace.
PROBE = """
set -e
ip link add probe0 type bridge || { echo "the kernel makes no bridge"; exit 1; }
ip link add probe1 type veth peer name probe2 || { echo "the kernel makes no veth"; exit 1; }
mount -t tmpfs tmpfs /mnt || { echo "mount is not allowed"; exit 1; }
mkdir /mnt/tree /mnt/mount
mksquashfs /mnt/tree /mnt/probe.snap -quiet -no-progress >/dev/null || { echo "mksquashfs fails"; exit 1; }
mount -t squashfs -o ro,loop /mnt/probe.snap /mnt/mount || { echo "squashfs cannot be mounted from a loop device"; exit 1; }
umount /mnt/mount
"""


class Interrupted(BaseException):
    """A signal asked the rehearsal to end."""

    def __init__(self, number):
        super().__init__(f"interrupted by {signal.Signals(number).name}")
        self.number = number


def reason_to_skip():
    """Why there can be no rehearsal here, before anything is installed; None where it can be tried."""
    if sys.platform != "linux":
        return "it needs Linux"
    if os.geteuid() != 0:
        return "it needs root"
    child = os.fork()
    if child == 0:
        os._exit(0 if LIBC.unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET) == 0 else 1)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        return "the kernel gives no namespaces here (CAP_SYS_ADMIN)"
    if not pathlib.Path("/dev/loop-control").exists():
        return "there is no /dev/loop-control"
    if not pathlib.Path("/usr/bin/apt-get").exists():
        return "it needs Debian's apt-get"
    return None


def missing_feature():
    """What the kernel lacks, tried with the programs that are installed by now; None where all is there."""
    with tempfile.TemporaryFile("w+") as output:
        code = isolated(lambda: subprocess.run(
            ["bash", "-c", PROBE], stdout=output, stderr=subprocess.STDOUT).returncode)
        output.seek(0)
        lines = output.read().strip().splitlines()
    return None if code == 0 else (lines[-1] if lines else f"the probe ended with {code}")


def isolated(work, network=True):
    """Runs work() as process 1 of namespaces of its own, with no network unless told, and answers its exit code.

    When it ends, or this process does, the kernel ends every process and mount in there.
    """
    middle = os.fork()
    if middle == 0:
        try:
            os._exit(_enter(work, network))
        except BaseException as error:  # noqa: B902: no exception may leave a forked process
            print(f"error: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    return _wait(middle)


def _enter(work, network):
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if LIBC.unshare(CLONE_NEWNS | CLONE_NEWPID | (CLONE_NEWNET if network else 0)) != 0:
        raise OSError(ctypes.get_errno(), "cannot make namespaces")
    first = os.fork()
    if first:
        return _wait(first)
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    interruptions = []

    def interrupt(number, _):
        if not interruptions:
            interruptions.append(number)
            raise Interrupted(number)

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        subprocess.run(["mount", "-t", "proc", "proc", "/proc"], check=True)
        code = work() or 0
    except Interrupted as error:
        print(error, file=sys.stderr)
        code = 128 + error.number
    except SystemExit as error:
        code = error.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _wait(child):
    """Hands signals on to the child, which decides when to end."""
    previous = {number: signal.signal(number, lambda number, _: os.kill(child, number))
                for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return _code(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _code(status):
    return status if status >= 0 else 128 - status


def detach_loop_devices(directory):
    """Frees loop devices that are backed by files of the directory."""
    listing = subprocess.run(
        ["losetup", "--list", "--noheadings", "--raw", "--output", "NAME,BACK-FILE"], capture_output=True, text=True)
    for line in listing.stdout.splitlines():
        name, _, file = line.partition(" ")
        if file.startswith(f"{directory}/"):
            subprocess.run(["losetup", "--detach", name], capture_output=True)
