"""A refresh of 20 installed snaps."""

from .measuring import Load, refresh_body, refresh_script, row


def run(stage):
    proxy, nginx = stage.loaded_proxy(), stage.nginx()
    script = refresh_script(stage.directory / "refresh.lua", refresh_body(proxy.url, stage.load_snaps))
    ours = Load(f"{proxy.url}/v2/snaps/refresh", 32, 6, script).without_errors()
    theirs = Load(f"{nginx}/small", 32, 6).without_errors()
    row("refresh of 20 snaps against nginx's static 1 KB file", ours.rate, theirs.rate, "req/s", "higher")
