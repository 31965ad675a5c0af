"""``kx practice manifests``: the training's manifests as files of one's own. Options and talk only."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from kx import term


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over files that say something else.")
def manifests(folder: Path, force: bool) -> None:
    """Write the training's manifests into DIR (left out: the current folder), ready to be applied.

    Files of the same names that say something else are left alone: then nothing is written, unless you add --force.
    """
    from kx.cheat import manifest  # late: no other word of `kx practice` needs it

    written = manifest.write_out(folder, force)
    for path in written:
        term.out(str(path))
    if not written:
        term.say("All of them are there already.")
    term.say("Apply them in this order:")
    for name in manifest.ORDER:
        term.say(f"  kubectl apply -f {shlex.quote(str(folder / name))}")
    later = shlex.quote(str(folder / manifest.REPLACEMENT))
    term.say(f"{manifest.REPLACEMENT} is for later:\n  kubectl replace -f {later}")
