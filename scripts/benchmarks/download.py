"""200 MiB, served to 1 and 4 clients."""

from .measuring import row, timed


def run(stage):
    url, nginx = stage.loaded_proxy().link("medium"), stage.nginx()
    timed(["curl", "-s", "-o", stage.directory / "www/medium", url])
    for clients in (1, 4):
        theirs = stage.download_rate(f"{nginx}/medium", clients)
        ours = stage.download_rate(url, clients)
        row(f"download of 200 MiB, {clients} client(s), against nginx sendfile", ours, theirs, "MB/s", "higher")
