"""``kx practice add-node`` and its like: what happens to the machines of the practice cluster. Options only."""

from __future__ import annotations

import click

from kx.practice import lifecycle


def _tell(act: str, name: str) -> str:
    """Have it done; the node's name."""
    return str(lifecycle.asking().ask("POST", "/kx/machine", do=act, name=name)["name"])


@click.command("add-node")
@click.argument("name", required=False, default="")
def add_node(name: str) -> None:
    """Add a node; without NAME it is called node-N."""
    click.echo(f"node/{_tell('add', name)} added")


@click.command("remove-node")
@click.argument("name")
def remove_node(name: str) -> None:
    """Take a node away for good. Its pods are deleted within a minute; controllers make new ones elsewhere."""
    click.echo(f"node/{_tell('remove', name)} removed")


@click.command("stop-node")
@click.argument("name")
def stop_node(name: str) -> None:
    """Cut the power of a node, to see the cluster heal itself.

    Everything on it ends at once. After 50 seconds without a heartbeat the node is NotReady; five minutes later its
    pods are told to go, and controllers make new ones on other nodes.
    """
    click.echo(f"node/{_tell('stop', name)} stopped")
    click.echo("It will be NotReady in 50 seconds:  kubectl get nodes --watch", err=True)


@click.command("start-node")
@click.argument("name")
def start_node(name: str) -> None:
    """Switch a stopped node on again."""
    click.echo(f"node/{_tell('start', name)} started")


@click.command()
@click.argument("name")
def cordon(name: str) -> None:
    """Let no new pods onto a node (as kubectl cordon does)."""
    click.echo(f"node/{_tell('cordon', name)} cordoned")


@click.command()
@click.argument("name")
def uncordon(name: str) -> None:
    """Let new pods onto a node again."""
    click.echo(f"node/{_tell('uncordon', name)} uncordoned")


COMMANDS = (add_node, remove_node, stop_node, start_node, cordon, uncordon)
