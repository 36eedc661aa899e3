"""2,000 devices that refresh, ask for info and download, for some minutes."""

import json
import time

from .measuring import Load, refresh_body, resident

# Seconds until buffers and the allocator's arenas have their size.
SETTLING = 120


def run(stage):
    proxy = stage.online_proxy()
    names = stage.load_snaps
    body = json.dumps(refresh_body(stage.upstream().url, names[:5], fields=["download", "revision", "version"]))
    paths = [proxy.link(name).replace(proxy.url, "") for name in names[:10]]
    script = stage.directory / "soak.lua"
    script.write_text(f"""
local body, files, count = {json.dumps(body)}, {{{", ".join(map(json.dumps, paths))}}}, 0
local headers = {{["Content-Type"] = "application/json", ["Snap-Device-Architecture"] = "amd64",
  ["Snap-Device-Series"] = "16"}}
request = function()
  count = count + 1
  if count % 4 == 0 then return wrk.format("POST", "/v2/snaps/refresh", headers, body) end
  if count % 4 == 1 then
    return wrk.format("GET", "/v2/snaps/info/load-" .. (count % 20 + 1) .. "?architecture=amd64&fields=download", headers)
  end
  return wrk.format("GET", files[count % #files + 1], headers)
end
""")
    Load(proxy.url, 200, 5, script)
    memory = []
    start = time.monotonic()
    while (passed := time.monotonic() - start) < stage.options.soak:
        load = Load(proxy.url, 2000, min(30, max(5, int(stage.options.soak - passed))), script)
        memory.append(resident(proxy.process.pid))
        print(f"  {time.monotonic() - start:5.0f} s: {load.rate:.0f} requests/s of 2000 connections, "
              f"{memory[-1]:.0f} MiB, {share(load)}", flush=True)
    settled = memory[min(len(memory) - 1, SETTLING // 30):]
    print(f"soak of {stage.options.soak} s: memory from {memory[0]:.0f} to {memory[-1]:.0f} MiB, "
          f"{settled[0]:.0f} to {max(settled):.0f} MiB after {SETTLING // 60} minutes "
          f"({max(settled) / settled[0] - 1:+.1%})")


def share(load):
    """What did not succeed, and how much of all that is."""
    if not load.errors:
        return "no error"
    return "; ".join(load.errors) + (f" = {load.failures / load.requests:.2%}" if load.requests else "")
