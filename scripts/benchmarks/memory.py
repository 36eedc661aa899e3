"""The server's memory, idle and with 20 slow clients."""

import subprocess
import threading

from .measuring import resident, row


def run(stage):
    proxy = stage.loaded_proxy()
    url, pid = proxy.link("medium"), proxy.process.pid
    peak, done = 0, threading.Event()

    def watch():
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, resident(pid))

    watcher = threading.Thread(target=watch)
    before = resident(pid)
    watcher.start()
    slow = [subprocess.Popen(["curl", "-s", "-m", "6", "--limit-rate", "5M", "-o", "/dev/null", url]) for _ in range(20)]
    for process in slow:
        process.wait()
    done.set()
    watcher.join()
    print(f"memory of serve: fresh {proxy.idle:.0f} MiB, before {before:.0f}, peak with 20 slow clients {peak:.0f}")
    # nginx holds no snaps in memory, so its own figure says little; 100 MiB is a round yardstick for two builds of ours.
    row("memory of serve with 20 slow clients, against 100 MiB", peak, 100, "MiB", "lower")
