"""``kx practice``: the practice cluster's switch. Options only; ``kx/practice/lifecycle.py`` does the work."""

from __future__ import annotations

import click

from kx.practice import lifecycle


@click.group()
def command() -> None:
    """A Kubernetes cluster to practise on, inside kx: no Docker, no VM, no network."""


@command.command()
def start() -> None:
    """Start the cluster in the background (nothing happens if it is running)."""
    state, started = lifecycle.start()
    assert state.running is not None
    click.echo(
        f"The practice cluster {'is running' if started else 'was running already'}: {state.running.url}", err=True
    )
    click.echo("Use it with any kubectl:  export KUBECONFIG=$(kx practice kubeconfig)", err=True)
    click.echo("or with the shell:        kx --practice", err=True)


@command.command()
def stop() -> None:
    """Stop the cluster. Everything in it is kept for the next start."""
    stopped = lifecycle.stop()
    click.echo(
        "The practice cluster has stopped; its objects are kept." if stopped else "It was not running.", err=True
    )


@command.command()
def status() -> int:
    """Say whether the cluster is running (exit status 0) or not (1)."""
    state = lifecycle.state()
    if state.running:
        click.echo(f"running: {state.running.url}, process {state.running.pid}")
        click.echo(f"kubeconfig: {state.home.kubeconfig}")
        return 0
    if state.crashed:
        click.echo("not running: it ended without being stopped; `kx practice start` brings everything back")
    else:
        click.echo("not running")
    return 1


@command.command()
def reset() -> None:
    """Delete everything in the cluster. This cannot be undone."""
    running = lifecycle.reset()
    click.echo("The practice cluster is empty again" + (" and running." if running else "."), err=True)


@command.command()
def kubeconfig() -> None:
    """Print the path of the cluster's kubeconfig, starting the cluster if need be."""
    click.echo(lifecycle.ensure_started())
