"""One call from typed text to explanation: the shell, `kx run`, `kx explain` and `kx demo` all use this.

It loads facts and texts (cached) and knows neither terminals nor clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from kx.explain.explanation import Explanation
from kx.explain.known import KnownFacts
from kx.explain.lines import Elsewhere, TypesAt, explain
from kx.kubeconfig.where import Where
from kx.kubectl.catalog import load
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.invocation import Invocation, Plugin
from kx.kubectl.manifests import Reader
from kx.kubectl.parse import parse
from kx.kubectl.words import split

if TYPE_CHECKING:
    from kx.kubectl.kuberc import Preferences  # few have such a file

Parse = Callable[[Catalog], tuple[Invocation, ...]]
_UNKNOWN = frozenset({"unknown-command", "unknown-flag"})


def is_strange(invocations: Sequence[Invocation]) -> bool:
    """Whether a command or flag is none that the facts know."""
    return any(problem.kind in _UNKNOWN for invocation in invocations for problem in invocation.problems)


def explain_text(
    text: str,
    where: Where,
    *,
    implied: bool = False,
    known: KnownFacts | None = None,
    catalog: Catalog | None = None,
    plugins: Mapping[str, Plugin] | None = None,
    elsewhere: Elsewhere | None = None,
    types: TypesAt | None = None,
    learn: Callable[[Catalog, Parse], Catalog] | None = None,
    manifests: Reader | None = None,
    preferences: Callable[[str], Preferences | None] | None = None,
) -> Explanation:
    """Explain one line as typed. ``implied``: a line of the kx shell, where the word kubectl may be left out.

    ``known``: what the caller already knows of the cluster. ``catalog``: facts of one kubectl version
    (default: the newest known). ``plugins``: kubectl plugins at hand, by name. ``elsewhere(context, kubeconfig)``
    tells where a line goes that names another context or kubeconfig; ``types(where)`` which resource types
    there are (default: the built-in ones). ``learn(facts, parse)`` gives more facts for a line with a command or flag
    that these do not know, which ``parse`` reads. ``manifests`` reads the files that a line names
    (``manifests.reader``); without it no file is opened. ``preferences(file)`` gives the user's kuberc file, or the
    one that the line names. Never raises for any text.
    """
    facts = catalog or load.load()
    line, plugins = split(text), plugins or {}
    invocations = parse(line, facts, implied, plugins)
    if learn is not None and is_strange(invocations):
        facts = learn(facts, lambda more: parse(line, more, implied, plugins))
        invocations = parse(line, facts, implied, plugins)
    rest = (facts, where, known or KnownFacts(), elsewhere, types, manifests, plugins)
    mine = preferences(_kuberc_flag(invocations)) if preferences is not None else None
    if mine is None:
        return explain(line, invocations, *rest)
    from kx.explain import kuberclines  # late: few have such a file

    changes = kuberclines.edits(invocations, facts, mine)
    full = split(kuberclines.written_out(text, changes))
    told = explain(full, parse(full, facts, implied, plugins), *rest)
    return kuberclines.told_of(told, text, changes, mine)


def _kuberc_flag(invocations: Sequence[Invocation]) -> str:
    return next((value for one in invocations for value in one.values("kuberc")), "")
