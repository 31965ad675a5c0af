"""Delete contexts, if wanted with the clusters and users that nobody refers to any more, and take that back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from kx.errors import KxError
from kx.kubeconfig import backup, edit, entrytext, find, read, write
from kx.kubeconfig.backup import Backup, Deleted, Entry
from kx.kubeconfig.deleted import DeletedEntries
from kx.kubeconfig.files import load, owner, rewrite, steadily
from kx.kubeconfig.model import Context, Kubeconfig
from kx.kubeconfig.splice import CannotEditError, Change, Splice, inverse, splice
from kx.records import replace

__all__ = ["DeletedEntries", "delete_contexts", "undo_delete"]

Env = Mapping[str, str]
_COMMANDS = {"contexts": "delete-context", "clusters": "delete-cluster", "users": "delete-user"}


def delete_contexts(env: Env, kubeconfig: str | None, names: Collection[str], prune: bool = False) -> DeletedEntries:
    """See ``change.delete_contexts``."""
    names = tuple(dict.fromkeys(names))
    config = load(env, kubeconfig, names)
    kept = backup.new(env)
    for path, changes in _changes([config.contexts[name] for name in names], env, kubeconfig, prune).items():
        kept = _delete(path, tuple(changes), kept)
    return replace(_entries(kept), was_current=config.current_context in names, backup=kept.file)


def undo_delete(env: Env) -> DeletedEntries:
    """See ``change.undo_delete``."""
    kept = backup.newest(env)
    if kept is None:
        raise KxError("there is no deletion to take back", "kx keeps the last ones that `kx ctx -d` made.")
    whole = _entries(kept)
    while kept.deleted:
        _put_back(kept.deleted[0], kept.file)
        kept = replace(kept, deleted=kept.deleted[1:])
        backup.save(kept)
    kept.file.unlink()
    return whole


def _changes(gone: list[Context], env: Env, kubeconfig: str | None, prune: bool) -> dict[Path, list[Change]]:
    """What is to be deleted, by file."""
    found: dict[tuple[Path, str], list[str]] = {}
    for context in gone:
        found.setdefault((owner(context.source), "contexts"), []).append(context.name)
    if prune:
        configs = steadily(find.files(env, kubeconfig), lambda: read.load_each(env, kubeconfig))
        for place, name in _orphans(gone, configs):
            found.setdefault(place, []).append(name)
    changes: dict[Path, list[Change]] = {}
    for (path, section), names in found.items():
        changes.setdefault(path, []).append(edit.delete(section, names))
    return changes


def _orphans(gone: list[Context], configs: tuple[Kubeconfig, ...]) -> Iterator[tuple[tuple[Path, str], str]]:
    """File, section and name of each cluster and user that only the contexts ``gone`` refer to."""
    places = {(context.source, context.name) for context in gone}
    others = [
        context
        for config in configs
        for context in config.contexts.values()
        if (context.source, context.name) not in places
    ]
    for section, kind in (("clusters", "cluster"), ("users", "user")):
        needed = {getattr(context, kind) for context in others}
        for name in dict.fromkeys(getattr(context, kind) for context in gone):
            holds = [config for config in configs if name in (config.servers if kind == "cluster" else config.users)]
            if holds and name not in needed:
                yield (holds[0].files[0], section), name


def _delete(path: Path, changes: tuple[Change, ...], kept: Backup) -> Backup:
    """Delete from one file; ``kept`` with what that was. It is on the disk before the file is written."""
    made = kept

    def without(text: str) -> str:
        nonlocal made
        after, deleted = _taken(text, path, changes)
        made = replace(kept, deleted=(*kept.deleted, deleted))
        backup.save(made)
        return after

    commands = [(_COMMANDS[change.section], "--", name) for change in changes for name in change.names]
    try:
        rewrite(path, without, *commands)
    except BaseException:
        if kept.deleted:
            backup.save(kept)
        else:
            kept.file.unlink(missing_ok=True)
        raise
    return made


def _taken(text: str, path: Path, changes: tuple[Change, ...]) -> tuple[str, Deleted]:
    """``text`` after the changes, and what takes them back."""
    steps: list[tuple[Splice, ...]] = []
    entries: list[Entry] = []
    for change in changes:
        pieces = edit.find(text, change)
        spellings = entrytext.spellings(text, change)
        entries += (Entry(change.section, name, *both) for name, both in zip(change.names, spellings, strict=True))
        steps.append(inverse(text, pieces))
        text = splice(text, *pieces)
    return text, Deleted(str(path.absolute()), backup.digest(text), tuple(steps), tuple(entries))


def _put_back(deleted: Deleted, kept: Path) -> None:
    try:
        write.rewrite(Path(deleted.path), lambda text: _restored(text, deleted))
    except CannotEditError as error:
        raise KxError(f"cannot put it back into {deleted.path}: {error}", f"It is kept in {kept}") from error


def _restored(text: str, deleted: Deleted) -> str:
    if backup.digest(text) != deleted.after:
        inserts = (edit.insert(entry.section, entry.name, entry.lines, entry.brackets) for entry in deleted.entries)
        return edit.apply(text, *inserts)
    for step in reversed(deleted.steps):
        text = splice(text, *step)
    return text


def _entries(kept: Backup) -> DeletedEntries:
    names: dict[str, list[str]] = {"contexts": [], "clusters": [], "users": []}
    for deleted in kept.deleted:
        for entry in deleted.entries:
            names[entry.section].append(entry.name)
    files = tuple(Path(deleted.path) for deleted in kept.deleted)
    return DeletedEntries(tuple(names["contexts"]), tuple(names["clusters"]), tuple(names["users"]), files)
