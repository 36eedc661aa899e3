"""Steps: a line each, with number, part, text, result and seconds."""

import contextlib
import shlex
import subprocess
import threading
import time
import traceback


class StepFailed(Exception):
    """What was expected did not happen; the text says what, with the command and its output."""


class StepHopeless(StepFailed):
    """What was expected can happen no more, so that there is nothing to wait for."""


class StepSkipped(Exception):
    """This machine cannot do the step; the text says why."""


class PartStopped(Exception):
    """The rest of the part makes no sense after a failed step."""


class Steps:
    """Counts and prints the steps of all parts."""

    def __init__(self, transcript):
        self.lock = threading.Lock()
        self.transcript = open(transcript, "a", encoding="utf-8", buffering=1)
        self.number = 0
        self.passed = 0
        self.failed = []
        self.skipped = []

    def of(self, part):
        return PartSteps(self, part)

    def note(self, text):
        """Keeps a command and its output for those who read the logs."""
        with self.lock:
            self.transcript.write(text if text.endswith("\n") else text + "\n")

    def result(self, part, text, result, seconds, details=""):
        with self.lock:
            self.number += 1
            print(f"{self.number:>4}  {part:<10}{text:<88} {result} {seconds:6.1f} s", flush=True)
            self.transcript.write(f"==== {self.number} {part}: {text}: {result}\n")
            if details:
                indented = "\n".join(f"          {line}" for line in details.strip().splitlines())
                print(indented, flush=True)
                self.transcript.write(indented + "\n")
            if result == "FAILED":
                self.failed.append(f"{self.number} {part}: {text}")
            elif result == "ok":
                self.passed += 1
            else:
                self.skipped.append(f"{self.number} {part}: {text}")


class PartSteps:
    """The steps of one part."""

    def __init__(self, steps, part):
        self.steps = steps
        self.part = part

    @contextlib.contextmanager
    def step(self, text, needed=False):
        """One step. After a failed one the part goes on, unless the rest needs it."""
        start = time.monotonic()
        self.steps.note(f"---- {self.part}: {text}")
        try:
            yield
        except StepSkipped as skipped:
            self.steps.result(self.part, text, "skipped", time.monotonic() - start, f"skipped: {skipped}")
            if needed:
                raise PartStopped(text) from skipped
        except Exception as failure:  # noqa: B902: a fault of the rehearsal itself fails its step alone
            known = isinstance(failure, StepFailed)
            details = str(failure) if known else traceback.format_exc()
            self.steps.result(self.part, text, "FAILED", time.monotonic() - start, details)
            if needed:
                raise PartStopped(text) from failure
        else:
            self.steps.result(self.part, text, "ok", time.monotonic() - start)


class Output:
    """What a command did."""

    def __init__(self, where, command, code, out, err, seconds):
        self.where = where
        self.command = command
        self.code = code
        self.out = out
        self.err = err
        self.seconds = seconds

    def __str__(self):
        parts = [f"{self.where}$ {self.command}", _tail(self.out), _tail(self.err), f"[{self.code}, {self.seconds:.1f} s]"]
        return "\n".join(part for part in parts if part)

    @property
    def text(self):
        return self.out + self.err

    def ends_with(self, *codes):
        if self.code not in codes:
            raise StepFailed(f"expected exit code {' or '.join(map(str, codes))}\n{self}")
        return self

    def says(self, *words):
        """All of these are in the output."""
        for word in words:
            if word not in self.text:
                raise StepFailed(f"expected '{word}' in the output\n{self}")
        return self

    def says_not(self, *words):
        for word in words:
            if word in self.text:
                raise StepFailed(f"did not expect '{word}' in the output\n{self}")
        return self

    def within(self, seconds):
        if self.seconds > seconds:
            raise StepFailed(f"expected an end within {seconds} s\n{self}")
        return self


def execute(steps, where, arguments, shown, timeout=120, data=None, environment=None, cwd=None):
    """Runs a program to its end, and keeps what it printed."""
    start = time.monotonic()
    process = subprocess.Popen(
        arguments, stdin=subprocess.PIPE if data is not None else subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment, cwd=cwd, start_new_session=True)
    try:
        out, err = process.communicate(data.encode() if isinstance(data, str) else data, timeout)
        code = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        err += f"\n[stopped after {timeout} s]".encode()
        code = 124
    output = Output(
        where, shown, code, out.decode(errors="replace"), err.decode(errors="replace"), time.monotonic() - start)
    steps.note(str(output))
    return output


def expect(condition, *details):
    """Fails the step with these details unless the condition holds."""
    if not condition:
        raise StepFailed("\n".join(map(str, details)))


def eventually(seconds, attempt, pause=0.25):
    """Repeats the attempt until it succeeds, for at most `seconds`; returns its result."""
    end = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except StepHopeless:
            raise
        except StepFailed as failure:
            if time.monotonic() > end:
                raise StepFailed(f"not within {seconds} s: {failure}") from failure
        time.sleep(pause)


def quoted(*words):
    return shlex.join(map(str, words))


def _tail(text, lines=40):
    kept = text.rstrip().splitlines()
    return "\n".join((["[...]"] if len(kept) > lines else []) + kept[-lines:])
