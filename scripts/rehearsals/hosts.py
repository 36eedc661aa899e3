"""A host: a container of systemd-nspawn that boots its own systemd."""

import os
import pathlib
import re
import signal
import subprocess
import time

from . import network
from .steps import StepFailed, StepHopeless, eventually, execute

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin"


class Host:
    """Made of a tree, with addresses of its own and a name; `names` are further names that it knows, by host."""

    def __init__(self, stage, name, kind, names=None, options=()):
        self.stage = stage
        self.steps = stage.steps
        self.name = name
        self.options = list(options)
        self.tree = stage.directory / "trees" / name
        self.tree.parent.mkdir(exist_ok=True)
        self.console = stage.logs / f"{name}-console.log"
        self.process = None
        stage.trees.copy(kind, self.tree)
        self.write("etc/hostname", f"{name}\n")
        entries = ["127.0.0.1 localhost", "::1 localhost"]
        for host, known in {name: name, **(names or {})}.items():
            entries += [f"{network.ipv4(host)} {known}", f"{network.ipv6(host)} {known}"]
        self.write("etc/hosts", "\n".join(entries) + "\n")
        self.write("etc/systemd/network/10-host0.network", f"""\
[Match]
Name=host0
[Network]
LinkLocalAddressing=ipv6
IPv6AcceptRA=no
[Address]
Address={network.ipv4(name)}/24
[Address]
Address={network.ipv6(name)}/64
DuplicateAddressDetection=none
""")
        stage.hosts.append(self)

    def write(self, path, text, mode=0o644):
        """A file of the host, seen from outside."""
        target = self.tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def copy_in(self, *files, to="media/disk"):
        """Carries files over, as a disk would."""
        folder = self.tree / to
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            subprocess.run(["cp", "--", file, folder], check=True)

    def boot(self, seconds=60):
        """Starts it, and waits until its systemd is up."""
        self.start()
        self.await_running(seconds)

    def start(self):
        self.process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", f"--directory={self.tree}", f"--machine={self.stage.run_name}-{self.name}",
             f"--hostname={self.name}", "--register=no", "--keep-unit", "--boot", f"--network-bridge={network.BRIDGE}",
             "--link-journal=no", "--resolv-conf=off", "--timezone=off", *self.options],
            stdin=subprocess.DEVNULL, stdout=open(self.console, "ab"), stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=self.stage.cgroups.entering(self.name))

    def await_running(self, seconds=60):
        def is_up():
            if self.process.poll() is not None:
                raise StepHopeless(
                    f"the host {self.name} ended with {self.process.returncode}:\n{self.console.read_text()[-2000:]}")
            output = self.run("systemctl is-system-running", check=False, quiet=True)
            if output.out.strip() not in ("running", "degraded"):
                raise StepFailed(f"the host {self.name} is '{output.out.strip()}'")
            return output

        if eventually(seconds, is_up, pause=0.1).out.strip() == "degraded":
            raise StepFailed(f"the host {self.name} is degraded\n{self.run('systemctl --failed', check=False)}")

    def leader(self):
        """The process 1 of the container, as the rehearsal numbers it."""
        path = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = path.read_text().split() if path.exists() else []
        if not children:
            raise StepFailed(f"the host {self.name} is not up; see {self.console}")
        return children[-1]

    def run(self, command, check=True, user="root", timeout=120, data=None, quiet=False, environment=None):
        """Runs a shell command on the host; where check is set, the exit code must be 0."""
        home = "/root" if user == "root" else f"/home/{user}"
        words = ["env", "-i", f"PATH={PATH}", f"HOME={home}", "LANG=C.UTF-8", "TERM=dumb", f"USER={user}",
                 *(f"{name}={value}" for name, value in (environment or {}).items()),
                 "bash", "-c", f"cd {home}\n{command}"]
        if user != "root":
            words = ["runuser", "-u", user, "--", *words]
        arguments = ["nsenter", "--target", self.leader(), "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--"]
        output = execute(
            _Silent if quiet else self.steps, f"{user}@{self.name}", arguments + words, command, timeout, data)
        return output.ends_with(0) if check else output

    def run_all(self, commands, **options):
        """Runs lines of the manual, one after the other in one folder."""
        return self.run("set -e\n" + "\n".join(commands), **options)

    def reboot(self, seconds=60):
        """systemd-nspawn ends with 133 on a reboot, since it keeps its unit, and is started again."""
        self.run("systemctl reboot", check=False)
        self.await_end(seconds)
        if self.process.returncode != 133:
            raise StepFailed(f"the host {self.name} did not reboot: systemd-nspawn ended with {self.process.returncode}")
        self.boot(seconds)

    def await_end(self, seconds):
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise StepFailed(f"the host {self.name} does not go down within {seconds} s") from error

    def stop(self):
        """An orderly shutdown, or the plug where that takes too long."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def journal(self, options=""):
        return self.run(f"journalctl --no-pager --quiet {options}", check=False).out

    def save_journal(self):
        """Keeps the journal for those who read the logs; works for a host that is down, too."""
        folder = self.tree / "var/log/journal"
        if folder.is_dir():
            with open(self.stage.logs / f"{self.name}-journal.log", "w") as file:
                subprocess.run(
                    ["journalctl", "--no-pager", "--quiet", "--directory", folder, "--output=short-precise"], stdout=file,
                    stderr=subprocess.STDOUT)

    def answers(self, url, expected=200, seconds=10, options=""):
        """Asks from this host until the status is the expected one."""

        def ask():
            output = self.run(
                f"curl -s -o /dev/null -w '%{{http_code}}' --max-time 5 {options} '{url}'", check=False, quiet=True)
            if output.out != str(expected):
                raise StepFailed(f"{url} answers {output.out}, expected {expected}")

        return eventually(seconds, ask)


class Cgroups:
    """A control group for each host, so that two hosts have no service of one name in one group."""

    def __init__(self, run_name):
        # The hierarchy of systemd: the named one of version 1, or version 2.
        root = pathlib.Path("/sys/fs/cgroup")
        named = [root / "systemd", root / "unified"]
        hierarchies = [path for path in [*named, root / "freezer"] if path.is_dir()] or [root]
        self.roots = [path / run_name for path in hierarchies]

    def entering(self, name):
        """What a child process calls before it becomes the host."""
        folders = [root / name for root in self.roots]

        def enter():
            for folder in folders:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "cgroup.procs").write_text(str(os.getpid()))

        return enter

    @staticmethod
    def own_freezer(host):
        """Lets a host write to its part of the freezer of version 1, which systemd-nspawn mounts read-only."""
        folder = "/sys/fs/cgroup/freezer"
        # Never where the mount shows more than the host's own group.
        host.run(f"group=$(sed -n 's/^[0-9]*:freezer://p' /proc/1/cgroup); "
                 f"shown=$(awk '$5 == \"{folder}\" {{print $4}}' /proc/self/mountinfo); "
                 f"[ -z \"$group\" ] || [ \"$group\" != \"$shown\" ] || mount -o remount,bind,rw {folder}")

    def remove(self):
        """Once all processes have ended; the kernel may need a moment."""
        for root in self.roots:
            for _ in range(20):
                for folder, _, _ in os.walk(root, topdown=False):
                    try:
                        os.rmdir(folder)
                    except OSError:
                        pass
                if not root.exists():
                    break
                time.sleep(0.1)


class _Silent:
    """For commands that are repeated until they succeed."""

    @staticmethod
    def note(_):
        """Keeps nothing."""


def prefixes(journal):
    """The messages of journal lines in the short form, without what journald puts before them."""
    return [match[1] for line in journal.splitlines() if (match := re.match(r"^\S+ \d+ [\d:.]+ \S+ [^:]+: (.*)$", line))]
