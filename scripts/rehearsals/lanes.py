"""The order of the parts: lanes that are played at once, since hosts mostly wait."""

import importlib
import threading
import traceback

from .hosts import Cgroups
from .stage import Stage
from .steps import PartStopped, Steps

# Each part, and the parts that must have passed before it.
PARTS = {
    "laptop": [],
    "install": ["laptop"],
    "operate": ["install"],
    "device": ["operate"],
    "online": ["device"],
    "uninstall": ["install"],
    "elsewhere": ["laptop"],
    "brand": ["elsewhere"],
    "umask": ["laptop"],
    "database": ["laptop"],
    "upgrade": ["laptop"],
}

# One after the other; what is in different lanes shares no host.
FIRST = ["laptop"]
LANES = [["install", "operate", "device", "online", "uninstall"], ["elsewhere", "umask", "database", "upgrade", "brand"]]


def summaries():
    return {name: _module(name).__doc__.splitlines()[0] for name in PARTS}


def play(directory, trees, programs, only):
    """Plays the parts inside the namespaces of the rehearsal; answers the exit code."""
    steps = Steps(directory / "logs" / "steps.log")
    wanted = _closure(only) if only else set(PARTS)
    stage = Stage(directory, trees, programs, steps, wanted)
    ended = {}
    stage.open()
    try:
        _lane(FIRST, wanted, stage, ended)
        threads = [
            threading.Thread(target=_lane, args=(lane, wanted, stage, ended), daemon=True) for lane in LANES]
        for thread in threads:
            thread.start()
        for thread in threads:
            # With a timeout signals are handled meanwhile.
            while thread.is_alive():
                thread.join(0.2)
    finally:
        stage.close()
    summary = f"{steps.passed} steps passed, {len(steps.failed)} failed, {len(steps.skipped)} skipped."
    print("\n".join([summary, *(f"  failed: {step}" for step in steps.failed)]))
    return 1 if steps.failed else 0


def remove_cgroups(directory):
    Cgroups(directory.name).remove()


def _lane(parts, wanted, stage, ended):
    for name in parts:
        if name not in wanted:
            continue
        steps = stage.steps.of(name)
        missing = [needed for needed in PARTS[name] if not ended.get(needed)]
        if missing:
            ended[name] = False
            stage.steps.result(name, "the whole part", "skipped", 0, f"skipped: {', '.join(missing)} stopped before its end")
            continue
        try:
            _module(name).run(stage, steps)
            ended[name] = True
        except PartStopped:
            ended[name] = False
        except Exception:  # noqa: B902: a fault of the rehearsal itself is a failure of this part alone
            ended[name] = False
            stage.steps.result(name, "the part itself", "FAILED", 0, traceback.format_exc())


def _closure(parts):
    wanted = set()
    pending = list(parts)
    while pending:
        part = pending.pop()
        if part not in wanted:
            wanted.add(part)
            pending += PARTS[part]
    return wanted


def _module(name):
    return importlib.import_module(f"rehearsals.{name}")
