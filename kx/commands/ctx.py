"""``kx ctx``: list the contexts, or make another one current for every terminal, as kubectl does it."""

from __future__ import annotations

import os
from typing import Any

import click

from kx.commands.options import merged


@click.command("ctx")
@click.argument("name", required=False)
@click.option("-c", "--current", is_flag=True, help="Print the current context.")
@click.option("--kubeconfig", metavar="FILE", help="The kubeconfig file to use.")
@click.pass_obj
def command(outer: dict[str, Any] | None, /, name: str | None, current: bool, **options: Any) -> int:
    """List the contexts, or switch to NAME.

    Unlike `ctx` inside the kx shell, this changes the kubeconfig and so reaches every terminal.
    """
    from kx.shell import switch  # late: `--help` needs none of it

    kubeconfig = merged(outer, options)["kubeconfig"]
    if current:
        return switch.show_context(os.environ, kubeconfig)
    if name is None:
        return switch.list_contexts(os.environ, kubeconfig)
    return switch.use_context(os.environ, kubeconfig, name)
