"""``kx`` and ``kx shell``: the interactive shell, or a script where standard input is no terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

import click

from kx.commands.options import merged


@click.command("shell")
@click.option("--practice", is_flag=True, help="Use the practice cluster, started on demand.")
@click.option("--keep-going", is_flag=True, help="In a script: go on after a command that fails.")
@click.option("-y", "--yes", is_flag=True, help="Run without asking.")
@click.option("--context", metavar="NAME", help="The kubeconfig context to use.")
@click.option("-n", "--namespace", metavar="NAME", help="The namespace to use.")
@click.option("--kubeconfig", metavar="FILE", help="The kubeconfig file to use.")
@click.pass_obj
def command(outer: dict[str, Any] | None, /, **options: Any) -> int:
    """Open the shell. With lines on standard input, run them as a script."""
    return open_shell(**merged(outer, options))


def open_shell(
    *,
    practice: bool = False,
    keep_going: bool = False,
    yes: bool = False,
    context: str | None = None,
    namespace: str | None = None,
    kubeconfig: str | None = None,
    env: Mapping[str, str] = os.environ,
) -> int:
    """Run the shell until it ends; its exit status.

    On a terminal: the prompt. Else the lines of standard input, as a script.
    """
    # Late imports: `kx --help` needs none of this, and a script no prompt.
    from kx.shell import incoming
    from kx.shell.open import opened
    from kx.shell.script import run_script
    from kx.shell.welcome import offer_practice

    interactive = sys.stdin.isatty() and sys.stderr.isatty()
    if practice or interactive and not context and offer_practice(env, kubeconfig):
        kubeconfig = _practice_kubeconfig(env)
    with opened(env, kubeconfig=kubeconfig, context=context, namespace=namespace, yes=yes) as session:
        if not interactive:
            return run_script(incoming.lines(sys.stdin), session, keep_going)
        from kx.shell.loop import run_prompt

        return run_prompt(session)


def _practice_kubeconfig(env: Mapping[str, str]) -> str:
    from kx.practice.lifecycle import ensure_started  # late: only who practises pays for it

    return str(ensure_started(env))
