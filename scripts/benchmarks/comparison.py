"""Two builds measured in turns, so that what else the machine does meets both alike."""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

# A ratio that is lower than this share of the other build's is worth a look.
TOLERANCE = 0.95


def compare(script, ours, baseline, runs, arguments):
    """Runs the parts `runs` times with each build, in turns; prints the medians and answers whether none is worse."""
    builds = {"baseline": baseline, "ours": ours}
    rows = {name: {} for name in builds}
    with tempfile.TemporaryDirectory(prefix="bench-results-") as directory:
        for number in range(1, runs + 1):
            # The order changes, so that neither build always runs on a warm machine.
            for name in sorted(builds, reverse=number % 2 == 0):
                results = pathlib.Path(directory) / "results.json"
                print(f"run {number} of {runs}: {name}", flush=True)
                subprocess.run(
                    [sys.executable, script, "--programs", builds[name], "--results", results, *arguments],
                    check=True, stdout=subprocess.DEVNULL)
                for key, ratio in json.loads(results.read_text()).items():
                    rows[name].setdefault(key, []).append(ratio)
    return _print(rows, runs)


def _print(rows, runs):
    print(f"\n{f'ratios to public tools, medians of {runs} runs':<66} {'ours':>10} {'baseline':>10} {'change':>8}")
    is_fine = True
    for key, ours in rows["ours"].items():
        if key not in rows["baseline"]:
            continue
        mine, theirs = statistics.median(ours), statistics.median(rows["baseline"][key])
        change = mine / theirs
        is_worse = change < TOLERANCE
        is_fine = is_fine and not is_worse
        spread = f"({min(ours):.2f} to {max(ours):.2f})"
        print(f"{key:<66} {mine:>10.2f} {theirs:>10.2f} {change:>8.2f}{'  worse' if is_worse else ''}  {spread}")
    return is_fine
