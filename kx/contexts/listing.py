"""``kx ctx`` where there is nobody to choose, and ``kx ctx 'prod-*'``: print the names, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kx.contexts import operations as op
from kx.contexts import talk
from kx.contexts.desk import Desk
from kx.contexts.naturally import in_order
from kx.contexts.refused import NoKubeconfigError
from kx.kubeconfig import find
from kx.kubeconfig.model import Kubeconfig


def list_contexts(desk: Desk, wanted: op.List) -> int:
    """Every context in natural order, the current one in colour. Without a kubeconfig there is nothing to list."""
    try:
        config = desk.load()
    except NoKubeconfigError as error:
        talk.warning(desk, "kubeconfig file not found")
        talk.hint(desk, error.hint)
        return 0
    print_names(desk, matching(config.contexts, wanted.pattern), config.current_context, notes(desk, config))
    return 0


def matching(names: Iterable[str], pattern: str) -> list[str]:
    """``names`` that match a glob (all, without one), in natural order."""
    if not pattern:
        return in_order(names)
    from fnmatch import fnmatchcase  # late: most lists are whole

    return in_order(name for name in names if fnmatchcase(name, pattern))


def print_names(desk: Desk, names: Iterable[str], current: str, notes: Mapping[str, str] | None = None) -> None:
    """One name a line; a person without colours is told the current one in words."""
    colour = talk.wants_colour(desk.out, desk.env)
    told = "" if colour or not desk.out.isatty() else "  (current)"
    for name in names:
        shown = talk.paint(name, "active" if name == current else "plain", colour)
        note = notes.get(name, "") if notes else ""
        print(shown + (told if name == current else "") + (talk.paint(f"  {note}", "dim", colour) if note else ""),
              file=desk.out)  # fmt: skip
    desk.out.flush()


def notes(desk: Desk, config: Kubeconfig) -> dict[str, str]:
    """For a person: which file counts, where several have a context of the same name."""
    if not desk.out.isatty() or len(config.files) < 2:
        return {}
    from kx.kubeconfig import read

    seen: dict[str, list[str]] = {}
    for path in find.files(desk.env, desk.kubeconfig):
        if path.exists():
            for name in read.load_file(path).contexts:
                seen.setdefault(name, []).append(str(path))
    return {name: f"(of {files[0]}; also in {', '.join(files[1:])})" for name, files in seen.items() if len(files) > 1}
