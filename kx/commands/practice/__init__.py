"""``kx practice``: the practice cluster's switch. Options only; ``kx/practice/lifecycle.py`` does the work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from kx.commands.practice.manifests import manifests
from kx.commands.practice.nodes import COMMANDS as NODE_COMMANDS
from kx.commands.practice.requests import requests
from kx.commands.practice.snapshots import restore, snapshot, snapshots
from kx.practice import lifecycle
from kx.practice.options import MOST_SLICE


@click.group()
def command() -> None:
    """A Kubernetes cluster to practise on, inside kx: no Docker, no VM, no network."""


def _port(context: click.Context, option: click.Parameter, text: str | None) -> str | int | None:
    """A port of this machine, 0 for any free one, or ``off``."""
    if text is None or text == "off":
        return text
    number: int = click.IntRange(0, 65535)(text, option, context)
    return number


@command.command()
@click.option("--slice-size", type=click.IntRange(1, MOST_SLICE), metavar="N", help="Endpoints in one EndpointSlice.")
@click.option(
    "--load-balancer/--no-load-balancer",
    default=None,
    help="Whether a Service of type LoadBalancer gets an address, or stays <pending>.",
)
@click.option(
    "--node-ports/--no-node-ports", default=None, help="Whether node ports can be reached at 127.0.0.1 on this machine."
)
@click.option(
    "--ingress-port",
    metavar="PORT|off",
    callback=_port,
    help="The port of 127.0.0.1 that leads to the Ingresses; 0 takes a free one.",
)
@click.option("--speed", type=float, metavar="X", help="Pull images and set up pods X times as fast; 0: at once.")
def start(**named: Any) -> None:
    """Start the cluster in the background (nothing happens if it is running).

    Options are kept for the next start until they are named anew. Without any: 100 endpoints in a slice, load
    balancers, no node ports and no Ingress port on this machine, speed 1. A cluster that runs has to be stopped before
    it can be started with other options.
    """
    given = {name: value for name, value in named.items() if value is not None}
    if given.get("ingress_port") == "off":
        given["ingress_port"] = None
    state, started = lifecycle.start(change=lambda options: replace(options, **given))
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
        if state.running.ingress:
            address = f"http://127.0.0.1:{state.running.ingress}/"
            click.echo(f"ingress: {address} (with a host: curl -H 'Host: NAME' {address})")
        if words := lifecycle.options(state.home).words:
            click.echo(f"options: {words}")
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
@click.option("--user", metavar="NAME", help="The kubeconfig of somebody else, who may do what roles allow.")
@click.option("--group", "groups", metavar="NAME", multiple=True, help="A group that the user is in.")
def kubeconfig(user: str | None, groups: tuple[str, ...]) -> None:
    """Print the path of the cluster's kubeconfig, starting the cluster if need be.

    With --user, the path of another one, for a person who at first may do nothing: give rights with
    `kubectl create rolebinding`.
    """
    if groups and user is None:
        raise click.UsageError("--group needs --user")
    click.echo(lifecycle.ensure_started() if user is None else lifecycle.kubeconfig_for(user, groups))


for each in (manifests, requests, *NODE_COMMANDS, snapshot, snapshots, restore):
    command.add_command(each)
