"""``kx explain``: say what a line means. Options only; nothing is run and no cluster is asked."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from kx import term
from kx.commands.plain import Option, PlainCommand
from kx.errors import KxError, UsageError
from kx.explain.explanation import Explanation
from kx.explain.facade import Parse, explain_text
from kx.explain.lines import unknown_place
from kx.kubeconfig.read import current
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.load import load
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.catalog.resources import ResourceType, Types
from kx.kubectl.manifests import reader

if TYPE_CHECKING:
    from kx.explain.concepts import Concept
    from kx.kubectl.invocation import Plugin
    from kx.kubectl.kuberc import Preferences

_WIDEST = 100
_LONGEST = 131_072  # characters; Linux hands no longer word to a program
_OPTIONS = (
    Option("output", ("-o", "--output"), "How to print it.", choices=("text", "json", "md"), default="text"),
    Option("context", ("--context",), "The kubeconfig context to explain for."),
    Option("namespace", ("-n", "--namespace"), "The namespace to explain for."),
    Option("kubeconfig", ("--kubeconfig",), "The kubeconfig file to explain for.", metavar="FILE"),
)
_ABOUT = """Explain a command line; never runs anything.

LINE may be one quoted string or several words; - explains each line of standard input (with -o json: one object per
line). A word of Kubernetes that is no command, such as "pod" or "access modes", is explained from the glossary.
"""


def explain(words: tuple[str, ...], options: Mapping[str, str | None]) -> int:
    """Explain what ``words`` name."""
    output = options["output"] or "text"
    given = {name: options[name] for name in ("context", "namespace", "kubeconfig")}
    where = _where(given)

    def elsewhere(context: str, kubeconfig: str) -> Where:
        named = {"context": context, "kubeconfig": kubeconfig}
        return _where({**given, **{name: value for name, value in named.items() if value}}, typed=True)

    # Of many lines, each may write the files that the next one names: then none is opened.
    files = None if words == ("-",) else reader()
    for line in _lines(words):
        if len(line) > _LONGEST:
            raise UsageError(f"The line is too long to explain: {len(line):,} characters.", f"At most {_LONGEST:,}.")
        told = partial(
            explain_text,
            line,
            where,
            implied=_is_implied(line),
            elsewhere=elsewhere,
            types=_types,
            learn=_learn,
            manifests=files,
            preferences=_preferences,
        )
        explanation = told()
        if explanation.program == "kubectl" and not explanation.path and (plugins := _plugins(line)):
            explanation = told(plugins=plugins)
        _print(explanation, _concept(line), output, batch=words == ("-",))
    return 0


PLAIN = PlainCommand(
    name="explain",
    words="[--] LINE...",
    about=_ABOUT,
    options=_OPTIONS,
    call=explain,
    inherited=frozenset({"context", "namespace", "kubeconfig"}),
)


def _lines(words: tuple[str, ...]) -> Iterator[str]:
    """The lines to explain: standard input for ``-``; several words are quoted as a shell would need them."""
    if words == ("-",):
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="surrogateescape")  # bytes that are no text must not stop the rest
        for line in sys.stdin:
            yield line.rstrip("\r\n")
        return
    line = words[0] if len(words) == 1 else _joined(words)
    if not line.strip():
        raise UsageError("There is no line to explain.", "Example: kx explain -- kubectl get pods")
    yield line


def _is_implied(line: str) -> bool:
    """Whether the word kubectl is left out: the line begins with one of its commands."""
    first = line.split(maxsplit=1)[:1]
    return bool(first) and load().command((first[0],)) is not None


def _concept(line: str) -> Concept | None:
    """The entry of the glossary that a line asks for which is no command: ``kx explain pod``."""
    if line.split(maxsplit=1)[:1] in (["kubectl"], ["k"]) or _is_implied(line):
        return None
    from kx.explain import concepts  # late: most lines are commands

    return concepts.of_line(line, load())


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


def _types(where: Where) -> Types:
    """The types a line may name where it goes."""

    def more() -> tuple[ResourceType, ...]:
        from kx.kubectl.discovery import cached_types  # late: few lines name a type that is not built in

        return cached_types(os.environ, where.server)

    return Types(more)


def _learn(catalog: Catalog, parse: Parse) -> Catalog:
    """More facts, from the kubectl at hand, where it is newer than those in here."""
    from kx.kubectl.find import find  # late: few lines hold anything that the facts do not
    from kx.kubectl.newer import learned

    try:
        return learned(catalog, parse, find(os.environ).path, os.environ, ask=True)
    except KxError:
        return catalog  # there is no kubectl to ask


def _preferences(flag: str) -> Preferences | None:
    """What the user's kuberc file makes of lines; ``flag`` is the --kuberc of the line."""
    home = os.environ.get("HOME") or os.path.expanduser("~")
    if not (flag or os.environ.get("KUBERC") or os.path.exists(os.path.join(home, ".kube", "kuberc"))):
        return None
    from kx.kubectl.find import find  # late: few have such a file
    from kx.kubectl.kuberc import preferences

    try:
        return preferences(os.environ, find(os.environ).path, flag, ask=True)
    except KxError:
        return None  # there is no kubectl that would read it


def _plugins(line: str) -> dict[str, Plugin]:
    """The plugins that the words of the line may call, with what they say of themselves."""
    import shutil  # late: few lines hold anything that kubectl does not know

    from kx.kubectl.invocation import Plugin
    from kx.kubectl.plugins import described
    from kx.kubectl.words import split
    from kx.shell.plan import plugins_of

    def file(program: str) -> str:
        return shutil.which(program) or ""

    names = plugins_of(split(line), load(), lambda program: bool(file(program)))
    return {name: described(Plugin(file(f"kubectl-{name}")), os.environ, ask=True) for name in names}


def _joined(words: tuple[str, ...]) -> str:
    import shlex  # late: a line in one word needs none of it

    return shlex.join(words)


def _print(explanation: Explanation, concept: Concept | None, output: str, *, batch: bool) -> None:
    term.out(_PRINTERS[output](explanation, concept, batch))
    if batch and output != "json":
        term.out()


# Each form is imported only where it is wanted.
def _text(explanation: Explanation, concept: Concept | None, batch: bool) -> str:
    width, colour = min(term.width(), _WIDEST), term.wants_colour(sys.stdout)
    if concept is not None:
        from kx.explain import concepts

        return concepts.text(concept, width, colour)
    from kx.explain import render

    return render.full(explanation, width, colour)


def _json(explanation: Explanation, concept: Concept | None, batch: bool) -> str:
    """Always the object of a line; a word of the glossary has its entry besides."""
    from kx.explain import as_json

    indent = None if batch else 2
    if concept is None:
        return as_json.dumps(explanation, indent)
    from kx.explain import concepts

    return as_json.dumps(explanation, indent, concept=concepts.as_dict(concept))


def _markdown(explanation: Explanation, concept: Concept | None, batch: bool) -> str:
    if concept is not None:
        from kx.explain import concepts

        return concepts.markdown(concept)
    from kx.explain import markdown

    return markdown.document(explanation)


_PRINTERS = {"text": _text, "json": _json, "md": _markdown}
