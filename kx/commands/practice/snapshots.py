"""``kx practice snapshot`` and ``restore``: the whole cluster kept under a name, and had back. Options only."""

from __future__ import annotations

import click

from kx.practice import lifecycle


@click.command()
@click.argument("name")
@click.option("--force", is_flag=True, help="Replace a snapshot of that name.")
def snapshot(name: str, force: bool) -> None:
    """Keep the cluster as it is now under NAME."""
    lifecycle.snapshot(name, force)
    click.echo(f"Kept as {name}. Have it back: kx practice restore {name}", err=True)


@click.command()
@click.argument("name")
def restore(name: str) -> None:
    """Have the cluster back as it was when NAME was kept. What is in it now is lost."""
    running = lifecycle.restore(name)
    click.echo(f"The practice cluster is as it was in {name}" + (" and running." if running else "."), err=True)


@click.command()
def snapshots() -> None:
    """List the names under which the cluster was kept."""
    for name in lifecycle.snapshots():
        click.echo(name)
