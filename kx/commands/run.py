"""``kx run``: explain one kubectl command, then run it."""

from __future__ import annotations

from typing import Any

import click

from kx.commands.options import merged


@click.command("run", context_settings={"allow_interspersed_args": False})
@click.option("--explain", "mode", type=click.Choice(["full", "brief", "off"]), help="How much is explained.")
@click.option("-y", "--yes", is_flag=True, help="Run without asking.")
@click.option("--context", metavar="NAME", help="The kubeconfig context to use.")
@click.option("-n", "--namespace", metavar="NAME", help="The namespace to use.")
@click.option("--kubeconfig", metavar="FILE", help="The kubeconfig file to use.")
@click.argument("arguments", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def command(outer: dict[str, Any] | None, /, arguments: tuple[str, ...], **options: Any) -> int:
    """Explain one kubectl command (on standard error), then run it. The exit status is kubectl's.

    ARGUMENTS are kubectl's words; the word kubectl itself may be left out. A command that changes something asks
    first when there is a terminal to ask on.
    """
    from kx.shell.once import run_once  # late: `--help` needs none of it

    return run_once(arguments, **merged(outer, options))
