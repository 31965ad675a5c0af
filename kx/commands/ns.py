"""``kx ns``: list the namespaces, or make another one the current context's, as kubectl does it."""

from __future__ import annotations

import os
from typing import Any

import click

from kx.commands.options import merged


@click.command("ns")
@click.argument("name", required=False)
@click.option("-c", "--current", is_flag=True, help="Print the current namespace.")
@click.option("--context", metavar="NAME", help="The context whose namespaces are listed.")
@click.option("--kubeconfig", metavar="FILE", help="The kubeconfig file to use.")
@click.pass_obj
def command(outer: dict[str, Any] | None, /, name: str | None, current: bool, **options: Any) -> int:
    """List the namespaces, or switch to NAME.

    Unlike `ns` inside the kx shell, this changes the kubeconfig and so reaches every terminal.
    """
    from kx.shell import switch  # late: `--help` needs none of it

    chosen = merged(outer, options)
    if current:
        return switch.show_namespace(os.environ, chosen["kubeconfig"], chosen["context"])
    if name is None:
        return switch.list_namespaces(os.environ, chosen["kubeconfig"], chosen["context"])
    return switch.use_namespace(os.environ, chosen["kubeconfig"], chosen["context"], name)
