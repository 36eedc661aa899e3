"""A brand's store of thousands of snaps against one of 50."""

import statistics
import time

from .fleet import Fleet
from .measuring import Load, await_url, refresh_body, refresh_script, resident, row

FEW = 50


def run(stage):
    few, many = (Measured(stage, snaps) for snaps in (FEW, stage.options.snaps))
    # In turns, so that whatever else the machine does happens to both.
    for _ in range(5):
        for store in (few, many):
            store.refresh()
    for store in (few, many):
        store.push_fresh()
    print(f"{f'store of {many.snaps} snaps, 10 channels, 3 architectures':<58} {many.snaps:>10} {few.snaps:>10}")
    for name, unit, better in Measured.ROWS:
        ours, theirs = many.values[name], few.values[name]
        row(f"  {name}", ours, theirs, unit, better)


class Measured:
    """One store, from the push to what its server is like."""

    ROWS = [
        ("push, snaps each second", "snaps/s", "higher"),
        ("push again without a change, snaps each second", "snaps/s", "higher"),
        ("peak memory of the push", "MiB", "lower"),
        ("start of the server until its first answer", "s", "lower"),
        ("memory of the server, each snap beyond an empty one's", "KiB", "lower"),
        ("refresh of 20 snaps, 8 at once, median", "ms", "lower"),
        ("refresh of 20 snaps, 8 at once, 99 of 100", "ms", "lower"),
        ("refreshes each second", "req/s", "higher"),
        ("end of a push until its revision is offered", "s", "lower"),
        ("memory of the server after that", "MiB", "lower"),
    ]

    def __init__(self, stage, snaps):
        self.snaps = snaps
        self.values = {}
        fleet = Fleet(stage, f"fleet-{snaps}", snaps, key_bits=2048)
        self.fresh = fleet.fresh_tarball()
        fleet.simulator.end()
        self.proxy = proxy = fleet.proxy
        empty = resident_when_empty(proxy)
        first, memory = proxy.run("push-store", fleet.tarball)
        again, _ = proxy.run("push-store", fleet.tarball)
        start = proxy.serve()
        print(f"  {snaps} snaps: push {first:.1f} s, again {again:.1f} s; the server has {proxy.idle:.0f} MiB, empty {empty:.0f}",
              flush=True)
        body = refresh_body(proxy.url, fleet.names[:20], session := fleet.session())
        self.script = refresh_script(stage.directory / f"fleet-{snaps}.lua", body, session)
        self.loads = []
        self.tell(snaps / first, snaps / again, memory, start, (proxy.idle - empty) * 1024 / snaps)

    def tell(self, *values):
        """The values of the next rows."""
        rows = self.ROWS[len(self.values):]
        self.values.update({name: value for (name, _, _), value in zip(rows, values)})

    def refresh(self):
        self.loads.append(Load(f"{self.proxy.url}/v2/snaps/refresh", 8, 3, self.script).without_errors())

    def push_fresh(self):
        self.tell(
            statistics.median(load.percentile(50) * 1000 for load in self.loads),
            statistics.median(load.percentile(99) * 1000 for load in self.loads),
            statistics.median(load.rate for load in self.loads))
        self.proxy.run("push-snap", self.fresh)
        pushed = time.monotonic()
        await_url(f"{self.proxy.url}/v2/snaps/info/fresh?architecture=amd64", 120, missing_is_fine=True)
        self.tell(time.monotonic() - pushed, resident(self.proxy.process.pid))
        self.proxy.end()


def resident_when_empty(proxy):
    proxy.serve()
    proxy.end()
    return proxy.idle
