"""kx's command line for click: the group over the table of commands, its options, and what is wrong with a line."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from kx import __version__
from kx.cli import COMMANDS
from kx.commands.plain import as_click
from kx.errors import EXIT_INTERRUPTED, UsageError


class Table(click.Group):
    """A click group over ``COMMANDS`` that lists them without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = import_module(entry.module)
        command: click.Command = as_click(module.PLAIN) if entry.plain else module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


@click.group(cls=Table, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="kx", message="%(prog)s %(version)s")
@click.option("--practice", is_flag=True, help="Use the practice cluster, started on demand.")
@click.option("--keep-going", is_flag=True, help="In a script: go on after a command that fails.")
@click.option("-y", "--yes", is_flag=True, help="Run without asking.")
@click.option("--context", metavar="NAME", help="The kubeconfig context to use.")
@click.option("-n", "--namespace", metavar="NAME", help="The namespace to use.")
@click.option("--kubeconfig", metavar="FILE", help="The kubeconfig file to use.")
@click.pass_context
def root(ctx: click.Context, /, **options: Any) -> None:
    """The kubectl shell that explains itself.

    Alone, kx opens the shell. With lines on standard input, it runs them as a script.
    """
    ctx.obj = options
    if ctx.invoked_subcommand is None:
        from kx.commands.shell import open_shell

        ctx.exit(open_shell(**options))


def dispatch(arguments: list[str]) -> int:
    """Run one kx command line with click and return its exit status.

    A command may return an int as its exit status. Usage mistakes become ``UsageError`` (status 2).
    """
    try:
        result = root.main(arguments, prog_name="kx", standalone_mode=False)
    except click.exceptions.Abort:
        return EXIT_INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        path = error.ctx.command_path if error.ctx else "kx"
        raise UsageError(f"A command is missing after {path}.", f"See: {path} --help") from error
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "kx"
        raise UsageError(error.format_message(), f"See: {path} --help") from error
    return result if isinstance(result, int) else 0
