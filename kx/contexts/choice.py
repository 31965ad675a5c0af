"""The picker's state as plain values: what is typed, what is left of the list, and which line is chosen."""

from __future__ import annotations

from kx.records import dataclass, replace


@dataclass(frozen=True)
class Choice:
    """A list that typing makes shorter. ``index`` counts in ``found``."""

    names: tuple[str, ...]
    typed: str = ""
    index: int = 0

    @property
    def found(self) -> tuple[str, ...]:
        """The names that hold every typed word, in any case and in any order."""
        words = self.typed.casefold().split()
        return tuple(name for name in self.names if all(word in name.casefold() for word in words))

    @property
    def chosen(self) -> str:
        """The name under the cursor; "" when nothing is left."""
        found = self.found
        return found[self.index] if found else ""

    def retyped(self, typed: str) -> Choice:
        """The same list after other words were typed; the cursor stays on its name while that is left."""
        changed = replace(self, typed=typed)
        found = changed.found
        return replace(changed, index=found.index(self.chosen) if self.chosen in found else 0)

    def moved(self, by: int) -> Choice:
        """The cursor some lines further down (or up), no further than the ends."""
        last = len(self.found) - 1
        return replace(self, index=max(0, min(last, self.index + by)))


def window(choice: Choice, height: int) -> range:
    """The lines to show when only ``height`` fit: the cursor is among them."""
    total = len(choice.found)
    first = max(0, min(choice.index - height // 2, total - height))
    return range(first, min(total, first + height))
