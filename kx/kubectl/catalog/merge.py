"""The facts of several kubectl versions as one document, each fact with the versions it holds for.

The document is plain JSON data. Versions are numbered by their place in ``versions``; a range ``[since, until]``
(both included) is left out when the fact holds for all. Flags are written once and referred to by number.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

from kx.kubectl.catalog.model import Catalog, Command, Flag

Fact = TypeVar("Fact", bound=Hashable)
Span = tuple[int, int]


def merge(catalogs: Sequence[Catalog]) -> dict[str, Any]:
    """One document for ``catalogs``, which are in order of version."""
    whole = (0, len(catalogs) - 1)
    numbers = _number_flags(catalogs)
    paths = sorted({path for catalog in catalogs for path in catalog.commands})
    return {
        "versions": [catalog.version for catalog in catalogs],
        "flags": [_flag_row(flag) for flag in numbers],
        "globals": _flag_references([catalog.globals for catalog in catalogs], numbers, whole),
        "commands": {
            " ".join(path): _command_entry([catalog.command(path) for catalog in catalogs], numbers) for path in paths
        },
    }


def _command_entry(versions: Sequence[Command | None], numbers: Mapping[Flag, int]) -> dict[str, Any]:
    spans = _spans([() if command else None for command in versions])
    if len(spans) != 1:
        raise ValueError(f"a command that comes and goes: {versions}")
    here = spans[0][1]
    entry: dict[str, Any] = {}
    if here != (0, len(versions) - 1):
        entry["range"] = list(here)
    entry["usage"] = _varying([command and command.usage for command in versions], here)
    entry["aliases"] = _varying([command and command.aliases for command in versions], here)
    entry["group"] = _varying([command and not command.runnable for command in versions], here)
    entry["deprecated"] = _varying([command and command.deprecated for command in versions], here)
    entry["flags"] = _flag_references([command.flags if command else () for command in versions], numbers, here)
    return {key: value for key, value in entry.items() if value not in ("", [], False)}


def _varying(values: Sequence[Any], whole: Span) -> Any:
    """The value that holds for all versions of a command, or ``{"varies": [[value, since, until], …]}``."""
    spans = _spans(values)
    if len(spans) == 1 and spans[0][1] == whole:
        return _plain(spans[0][0])
    return {"varies": [[_plain(value), *span] for value, span in spans]}


def _flag_references(versions: Sequence[Sequence[Flag]], numbers: Mapping[Flag, int], whole: Span) -> list[Any]:
    """Numbers of flags; ``[number, since, until]`` where a flag does not hold for all versions of its command."""
    references: list[tuple[str, Span, int]] = []
    for flag in dict.fromkeys(flag for flags in versions for flag in flags):
        for _, span in _spans([() if flag in flags else None for flags in versions]):
            references.append((flag.name, span, numbers[flag]))
    return [number if span == whole else [number, *span] for _, span, number in sorted(references)]


def _spans(values: Sequence[Fact | None]) -> list[tuple[Fact, Span]]:
    """Runs of equal values; None is a gap."""
    runs: list[tuple[Fact, Span]] = []
    for index, value in enumerate(values):
        if value is None:
            continue
        if runs and runs[-1][0] == value and runs[-1][1][1] == index - 1:
            runs[-1] = (value, (runs[-1][1][0], index))
        else:
            runs.append((value, (index, index)))
    return runs


def _number_flags(catalogs: Sequence[Catalog]) -> dict[Flag, int]:
    flags = {flag for catalog in catalogs for command in catalog.commands.values() for flag in command.flags}
    flags.update(flag for catalog in catalogs for flag in catalog.globals)
    ordered = sorted(flags, key=lambda flag: (flag.name, flag.short, flag.type, flag.default, repr(flag)))
    return {flag: number for number, flag in enumerate(ordered)}


def _flag_row(flag: Flag) -> list[Any]:
    """A flag's fields in the order of the dataclass, without the trailing ones that have their usual value."""
    row: list[Any] = [flag.name, flag.short, flag.type, flag.default, flag.no_value]
    row += [int(flag.repeats), int(flag.deprecated), int(flag.is_global), list(flag.values), int(flag.required)]
    usual: list[Any] = [None, "", "string", "", "", 0, 0, 0, [], 0]
    while row[-1] == usual[len(row) - 1]:
        row.pop()
    return row


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
