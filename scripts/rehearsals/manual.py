"""Commands of the manual, taken from its code blocks, so that the rehearsal follows the manual."""

import pathlib
import re

DOCUMENTATION = pathlib.Path(__file__).resolve().parent.parent.parent / "docs"


def commands(page, heading, block=None):
    """The command lines below a heading, or of one block there, without sudo: hosts of the rehearsal are run by root."""
    wanted = blocks(page, heading) if block is None else [blocks(page, heading)[block]]
    lines = "\n".join(line for block in wanted for line in block).replace("\\\n", " ").splitlines()
    return [re.sub(r"\bsudo ", "", line.removeprefix("$ ")) for line in lines]


def command(page, heading, start):
    """The one command line below a heading that begins so."""
    found = [line for line in commands(page, heading) if line.startswith(start)]
    if len(found) != 1:
        raise ValueError(f"docs/{page} has {len(found)} lines '{start} ...' below '{heading}', the rehearsal needs one")
    return found[0]


def blocks(page, heading):
    """The indented blocks between a heading and the next one."""
    within, found, block = False, [], []
    for line in (DOCUMENTATION / page).read_text(encoding="utf-8").splitlines() + [""]:
        if line.startswith("#"):
            within = line.lstrip("#").strip() == heading
        if within and line.startswith("    "):
            block.append(line[4:].rstrip())
        elif block and line.strip():
            found.append(block)
            block = []
    if block:
        found.append(block)
    if not found:
        raise ValueError(f"docs/{page} has no commands below '{heading}'; change the rehearsal with the manual")
    return found
