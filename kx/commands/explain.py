"""``kx explain``: say what a line means. Options only; nothing is run and no cluster is asked."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping

import click

from kx import term
from kx.errors import KxError, UsageError
from kx.explain import as_json, render
from kx.explain.explanation import Explanation
from kx.explain.facade import explain_text
from kx.explain.lines import unknown_place
from kx.kubeconfig.read import current
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.load import load

_WIDEST = 100
_LONGEST = 131_072  # characters; Linux hands no longer word to a program

# What follows the first word of LINE is all of LINE, flags too.
_SETTINGS = {"allow_interspersed_args": False}


@click.command("explain", context_settings=_SETTINGS)
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--context", metavar="NAME", help="The kubeconfig context to explain for.")
@click.option("-n", "--namespace", metavar="NAME", help="The namespace to explain for.")
@click.option("--kubeconfig", metavar="FILE", help="The kubeconfig file to explain for.")
@click.argument("words", metavar="[--] LINE...", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def command(ctx: click.Context, /, words: tuple[str, ...], output: str, **place: str | None) -> int:
    """Explain a command line; never runs anything.

    LINE may be one quoted string or several words; - explains each line of standard input (with -o json: one
    object per line).
    """
    given = {name: value or (ctx.obj or {}).get(name) for name, value in place.items()}
    where = _where(given)

    def elsewhere(context: str, kubeconfig: str) -> Where:
        named = {"context": context, "kubeconfig": kubeconfig}
        return _where({**given, **{name: value for name, value in named.items() if value}}, typed=True)

    for line in _lines(words):
        if len(line) > _LONGEST:
            raise UsageError(f"The line is too long to explain: {len(line):,} characters.", f"At most {_LONGEST:,}.")
        explanation = explain_text(line, where, implied=_is_implied(line), elsewhere=elsewhere)
        _print(explanation, output, batch=words == ("-",))
    return 0


def _lines(words: tuple[str, ...]) -> Iterator[str]:
    """The lines to explain: standard input for ``-``; several words are quoted as a shell would need them."""
    if words == ("-",):
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="surrogateescape")  # bytes that are no text must not stop the rest
        for line in sys.stdin:
            yield line.rstrip("\r\n")
        return
    line = words[0] if len(words) == 1 else shlex.join(words)
    if not line.strip():
        raise UsageError("There is no line to explain.", "Example: kx explain -- kubectl get pods")
    yield line


def _is_implied(line: str) -> bool:
    """Whether the word kubectl is left out: the line begins with one of its commands."""
    first = line.split(maxsplit=1)[:1]
    return bool(first) and load().command((first[0],)) is not None


def _where(given: Mapping[str, str | None], *, typed: bool = False) -> Where:
    """Where the line would go.

    A kubeconfig that cannot be read, or lacks the context the line names, is no error: the line can be explained all
    the same. What kx itself was told must exist.
    """
    try:
        return current(os.environ, **given)
    except KxError:
        if not typed and (given["context"] or given["kubeconfig"]):
            raise
        return unknown_place(given["context"] or "", given["namespace"] or "")


def _print(explanation: Explanation, output: str, *, batch: bool) -> None:
    if output == "json":
        term.out(as_json.dumps(explanation, None if batch else 2))
        return
    width = min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)
    term.out(render.full(explanation, width, term.wants_colour(sys.stdout)))
    if batch:
        term.out()
