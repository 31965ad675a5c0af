"""``kx kubectl``: find the kubectl that kx runs, or install one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kx import term


@click.group(name="kubectl")
def command() -> None:
    """The kubectl that kx runs."""


@command.command()
def find() -> None:
    """Print the path of the kubectl that kx runs: KX_KUBECTL, else PATH, else what kx installed."""
    from kx.kubectl.find import find as find_kubectl

    term.out(str(find_kubectl(os.environ).path))


@command.command()
@click.option(
    "--version", "version", default="", metavar="V", help="Such as v1.33.1; the newest stable one if left out."
)
@click.option("--to", "folder", type=click.Path(path_type=Path), metavar="DIR", help="The folder to install into.")
def install(version: str, folder: Path | None) -> None:
    """Fetch the official kubectl, verify its checksum and put it in place.

    KX_KUBECTL_MIRROR names another base address than https://dl.k8s.io/release. A download that was cut goes on.
    """
    from kx.kubectl.find import installed
    from kx.kubectl.install import choose
    from kx.kubectl.install import install as install_kubectl

    release = choose(version, os.environ)
    target = folder or installed(os.environ).parent
    term.say(f"kubectl {release.version} for {release.system}/{release.machine} from {release.base}")
    with click.progressbar(length=1, label="downloading", file=sys.stderr, show_percent=True) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total or done
            bar.update(done - bar.pos)

        path = install_kubectl(release, target.expanduser().absolute(), progress)
    term.say("checksum verified")
    term.out(str(path))
