"""Which commands a mistyped one may have meant, by the rule kubectl's library cobra uses (SuggestionsFor)."""

from __future__ import annotations

from kx.kubectl.catalog.model import Catalog

_NEAR = 2  # cobra's SuggestionsMinimumDistance
_HIDDEN = frozenset({"alpha", "help", "options"})
_MEANT = {"list": ("get", "wait"), "ps": ("get", "wait"), "rm": ("delete",)}  # SuggestFor of kubectl's commands


def suggest(catalog: Catalog, typed: str, path: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The subcommands of ``path`` that ``typed`` is near to, or the beginning of; in order of the alphabet."""
    command = catalog.command(path)
    names = command.subcommands if command else ()
    return tuple(name for name in names if name not in _HIDDEN and _is_near(typed.lower(), name, top=not path))


def _is_near(typed: str, name: str, *, top: bool) -> bool:
    return (
        (bool(typed) and name.startswith(typed))
        or distance(typed, name) <= _NEAR
        or (top and name in _MEANT.get(typed, ()))
    )


def distance(one: str, other: str) -> int:
    """How many letters must be added, dropped or changed to make ``other`` from ``one`` (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        previous, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (left != right))
    return row[-1]
