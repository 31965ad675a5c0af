"""From the invocations of a line to its explanation. Pure: everything it may depend on is passed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kx.explain import effects, programs, shellnotes, traps
from kx.explain.explanation import Effect, Explanation, Note, Request, Trap, Undo
from kx.explain.known import KnownFacts
from kx.explain.notes import notes
from kx.explain.phrases import fill
from kx.explain.requests import requests
from kx.explain.subject import Subject
from kx.explain.targets import read
from kx.explain.traps import pasted
from kx.explain.undo import undo
from kx.kubeconfig.where import Where
from kx.kubectl.catalog import texts
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.catalog.resources import BUILT_IN, Types
from kx.kubectl.invocation import Invocation, Line, Plugin
from kx.kubectl.manifests import Reader
from kx.records import replace

Elsewhere = Callable[[str, str], Where]
TypesAt = Callable[[Where], Types]

# Problems that kubectl does not word: it prints its help, or the shell waits for the rest of the line.
_OURS = frozenset({"missing-command", "unfinished"})
_NONE = Undo("none-needed", "", "nothing is changed")
_NOT_KUBECTL = Undo("impossible", "", "kx knows a way back only for kubectl commands")


def explain(
    line: Line,
    invocations: Sequence[Invocation],
    catalog: Catalog,
    where: Where,
    known: KnownFacts,
    elsewhere: Elsewhere | None = None,
    types_at: TypesAt | None = None,
    manifests: Reader | None = None,
    plugins: Mapping[str, Plugin] | None = None,
) -> Explanation:
    """Everything kx says about a line. Program and path are those of its first kubectl command, if it has one; the
    summary is that of the command with the strongest effect.
    """
    parts = [
        _part(invocation, catalog, where, known, elsewhere, types_at, manifests, plugins or {})
        for invocation in invocations
    ]
    main = next((part for part in parts if part.program == "kubectl"), parts[0] if parts else None)
    found: dict[int, Note] = {}
    for invocation, part in zip(invocations, parts, strict=True):
        found.update(zip(_noted(invocation), part.words, strict=True))
    every = tuple(
        found.get(index) or shellnotes.note(line, index, after_pod=_runs_in_pod(found, index))
        for index in range(len(line.words))
    )
    if main is None:
        summary = "Nothing is run." if every else ""
        return Explanation(line.text, "", (), summary, "local", where, every, _all_traps(line, invocations, parts))
    weightiest = _weightiest(parts, main)
    return replace(
        main,
        line=line.text,
        summary=weightiest.summary,
        brief=weightiest.brief,
        words=every,
        effect=effects.strongest(part.effect for part in parts),
        traps=_all_traps(line, invocations, parts),
        requests=tuple(request for part in parts for request in part.requests),
        undo=_undo_of([part.undo for part in parts]),
        problems=tuple(problem for part in parts for problem in part.problems),
        unfinished=tuple(missing for part in parts for missing in part.unfinished),
        clusterwide=all(part.clusterwide for part in parts if part.program == "kubectl"),
    )


def _runs_in_pod(found: Mapping[int, Note], index: int) -> bool:
    """Whether the word before this one belongs to a command that a pod runs."""
    before = found.get(index - 1)
    return before is not None and before.role == "container-command"


def _all_traps(line: Line, invocations: Sequence[Invocation], parts: Sequence[Explanation]) -> tuple[Trap, ...]:
    """Those of the line as a whole, and those of each command; the worst first."""
    effect = effects.strongest(part.effect for part in parts if part.program == "kubectl")
    own = pasted.traps(line, invocations, effect)
    return traps.worst_first([*own, *(trap for part in parts for trap in part.traps)])


def _weightiest(parts: Sequence[Explanation], main: Explanation) -> Explanation:
    """The kubectl command with the strongest effect, the first of several; ``main`` where there is no kubectl."""
    kubectl = [part for part in parts if part.program == "kubectl"]
    strongest = effects.strongest(part.effect for part in kubectl)
    return next((part for part in kubectl if part.effect == strongest), main)


def _noted(invocation: Invocation) -> tuple[int, ...]:
    return tuple(index for index, role in invocation.roles if role != "shell")


def _part(
    invocation: Invocation,
    catalog: Catalog,
    where: Where,
    known: KnownFacts,
    elsewhere: Elsewhere | None,
    types_at: TypesAt | None,
    manifests: Reader | None,
    plugins: Mapping[str, Plugin],
) -> Explanation:
    if invocation.program != "kubectl":
        return _other(invocation, where)
    place = _where(invocation, where, elsewhere)
    types = _types(invocation, place, types_at)
    subject = Subject(invocation, read(invocation, types), catalog, place, known, types, plugins=plugins)
    if manifests is not None and subject.files and not subject.refused:
        subject = replace(subject, manifests=manifests(invocation))
    found = notes(subject)
    caught = traps.traps(subject)
    refused = subject.refused or any(trap.id in traps.REFUSALS for trap in caught)
    effect = effects.effect(subject)
    sent: tuple[Request, ...] = () if refused else requests(subject)
    return Explanation(
        line=invocation.line.text,
        program="kubectl",
        path=invocation.path,
        summary=_summary(subject),
        effect=effect,
        where=_shown(subject),
        words=tuple(found[index] for index in _noted(invocation)),
        traps=caught,
        requests=sent,
        undo=_NONE if refused else undo(subject, effect),
        brief=_brief(subject),
        problems=_problems(subject, caught),
        unfinished=_unfinished(invocation),
        clusterwide=_clusterwide(subject),
    )


def _clusterwide(subject: Subject) -> bool:
    if subject.path == ("debug",):
        return False  # debugging a node makes a pod, which has a namespace
    kinds = [target.type for target in subject.targets]
    return bool(kinds) and not subject.files and all(kind is not None and not kind.namespaced for kind in kinds)


def _where(invocation: Invocation, where: Where, elsewhere: Elsewhere | None) -> Where:
    """Where the line goes: its own --context and --kubeconfig win over the session's."""
    context = invocation.value("context") or ""
    kubeconfig = invocation.value("kubeconfig") or _assigned(invocation, "KUBECONFIG")
    if (not context or context == where.context) and (not kubeconfig or kubeconfig == where.kubeconfig):
        return where
    if elsewhere is not None:
        return elsewhere(context, kubeconfig)
    return replace(unknown_place(context), kubeconfig=kubeconfig)


def _types(invocation: Invocation, place: Where, types_at: TypesAt | None) -> Types:
    """The types its words may mean; no more than the built-in ones where the server's address is not known here."""
    if types_at is None or any(invocation.value(name) for name in ("cluster", "cache-dir")):
        return BUILT_IN
    server = invocation.value("server")
    return types_at(replace(place, server=server) if server else place)


def _assigned(invocation: Invocation, name: str) -> str:
    """What the line sets a variable to for this command alone, if the text tells it."""
    words = [invocation.line.words[index] for index, role in invocation.roles if role == "shell"]
    found = [word for word in words if word.value.startswith(f"{name}=")]
    return found[-1].value.partition("=")[2] if found else ""


def unknown_place(context: str = "", namespace: str = "") -> Where:
    """A place of which little is known; a namespace that is not known stands as a placeholder in paths."""
    return Where(context=context, namespace=namespace or ("{namespace}" if context else ""))


def _shown(subject: Subject) -> Where:
    namespace = "" if subject.namespace == "{namespace}" else subject.namespace or "*"
    if subject.path[:1] == ("config",):
        return replace(subject.where, namespace=namespace)
    # --cluster names an entry of the kubeconfig, whose address is not known here.
    server = subject.value("server") or ("" if subject.given("cluster") else subject.where.server)
    return replace(subject.where, namespace=namespace, server=server)


def _summary(subject: Subject) -> str:
    if any(problem.kind == "unknown-command" for problem in subject.invocation.problems):
        return "kubectl knows no such command."
    if subject.invocation.command is None:
        said = subject.plugin.about if subject.plugin else ""
        known = f'it says: "{said}"' if said else "kx does not know what it does."
        return f"Run the plugin {' '.join(subject.path)}; {known}"
    if subject.helps:
        return "Show the help of a command instead of running it."
    told = texts.summary(subject.path) or _in_its_own_words(subject)
    changes = effects.of_command(subject.path) not in ("read", "local")
    if changes and subject.dry_run in ("client", "server"):
        return f"Only pretend: {told[:1].lower()}{told[1:]}"
    if changes and effects.lists(subject):
        return "Print what is set now; nothing is changed."
    return told


def _in_its_own_words(subject: Subject) -> str:
    command = subject.invocation.command
    said = command.told if command else ""
    return f'kubectl says: "{said}"' if said else "A kubectl command kx has no text for."


def _brief(subject: Subject) -> str:
    own = texts.command(subject.path)
    plain = own is None or not own.brief or subject.helps or subject.invocation.problems
    filled = None if own is None or plain else fill(own.brief, subject)
    if filled is None:
        summary = _summary(subject)
        filled = summary[:1].lower() + summary[1:].rstrip(".")
    return f"only pretend: {filled}" if subject.dry_run in ("client", "server") else filled


def _problems(subject: Subject, caught: Sequence[Trap]) -> tuple[str, ...]:
    refusals = tuple(trap.message.removeprefix(traps.SAID) for trap in caught if trap.id in traps.REFUSALS)
    said = tuple(problem.message for problem in subject.invocation.problems if problem.kind not in _OURS)
    return said + refusals


def _unfinished(invocation: Invocation) -> tuple[str, ...]:
    return tuple(problem.message for problem in invocation.problems if problem.kind in _OURS)


def _other(invocation: Invocation, where: Where) -> Explanation:
    told = programs.tell(invocation)
    return Explanation(
        line=invocation.line.text,
        program=invocation.program,
        path=told.path,
        summary=told.summary,
        effect=told.effect,
        where=where,
        words=tuple(told.notes[index] for index in _noted(invocation)),
        undo=_NONE if told.effect in _HARMLESS else _NOT_KUBECTL,
        unfinished=_unfinished(invocation),
        brief=told.summary[:1].lower() + told.summary[1:].rstrip("."),
    )


_HARMLESS: tuple[Effect, ...] = ("read", "local")


def _undo_of(ways: Sequence[Undo]) -> Undo:
    """The way back for the whole line: one command's own, or a warning that there are several."""
    needed = [way for way in ways if way.grade != "none-needed"]
    if not needed:
        return ways[0] if ways else _NONE
    if len(needed) == 1:
        return needed[0]
    if any(way.grade == "impossible" for way in needed):
        return Undo("impossible", "", "the line has several commands, and not all of them can be taken back")
    commands = " && ".join(way.command for way in reversed(needed) if way.command)
    return Undo("partial", commands, "the line has several commands; this takes them back in reverse order")
