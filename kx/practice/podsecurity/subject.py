"""A pod that is held against the Pod Security Standards, and how its parts are named in what is said against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kx.practice.status import Obj


@dataclass(frozen=True)
class Subject:
    """A pod or the template of one, as the checks of a policy version see it."""

    spec: Obj
    annotations: Obj
    minor: int  # of the policy version: 25 for v1.25

    def containers(self) -> Iterator[Obj]:
        """All of them: those that start first, then the others, then those for debugging."""
        for part in ("initContainers", "containers", "ephemeralContainers"):
            yield from self.spec.get(part) or ()

    def named(self, chosen: Callable[[Obj], bool]) -> list[str]:
        """The names of the containers that are chosen."""
        return [str(one["name"]) for one in self.containers() if chosen(one)]

    def is_windows(self) -> bool:
        """Whether what only Linux knows is not asked of it (since v1.25)."""
        return self.minor >= 25 and (self.spec.get("os") or {}).get("name") == "windows"

    def has_own_users(self) -> bool:
        """Whether root in it is nobody on the node (since v1.35)."""
        return self.minor >= 35 and self.spec.get("hostUsers") is False


def secured(part: Obj, *path: str) -> Any:
    """What the securityContext of a pod's spec or of a container says."""
    found: Any = part.get("securityContext")
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def quoted(items: Iterable[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)


def one_or_more(word: str, items: Iterable[str]) -> str:
    """``container "a"`` or ``containers "a", "b"``."""
    items = list(items)
    return f"{plural(word, items)} {quoted(items)}"


def plural(word: str, items: Iterable[str], many: str = "") -> str:
    return word if len(list(items)) == 1 else many or f"{word}s"


def setters(pod: bool, containers: list[str]) -> str:
    """Who set something: the pod, containers, or both."""
    return " and ".join([*(["pod"] if pod else []), *([one_or_more("container", containers)] if containers else [])])
