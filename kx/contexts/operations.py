"""What a line of ``kx ctx`` or ``kx ns`` asks for, as plain values. They know neither files nor streams."""

from __future__ import annotations

from kx.records import dataclass


@dataclass(frozen=True)
class List:
    """Print every name, or those that match a glob."""

    pattern: str = ""


@dataclass(frozen=True)
class Pick:
    """Let a person choose, then do ``then`` (a name of ``PICKS``) with the choice."""

    then: str = "switch"


@dataclass(frozen=True)
class Switch:
    """Make a context (or namespace) the current one; ``-`` is the one before."""

    target: str
    force: bool = False  # of a namespace: do not ask whether it exists
    literal: bool = False  # typed after --: a name, whatever it looks like


@dataclass(frozen=True)
class Current:
    """Print the current context (or namespace)."""


@dataclass(frozen=True)
class Unset:
    """Choose no context, or the namespace ``default``."""


@dataclass(frozen=True)
class Rename:
    """Give a context another name; ``.`` is the current one."""

    new: str
    old: str


@dataclass(frozen=True)
class Delete:
    """Remove context entries; ``prune`` takes clusters and users along that nobody else needs."""

    names: tuple[str, ...]
    prune: bool = False


@dataclass(frozen=True)
class Undo:
    """Put back what the last deletion removed."""


@dataclass(frozen=True)
class Shell:
    """Start a shell that sees one context only, and may be unable to change anything there."""

    target: str
    readonly: bool = False


@dataclass(frozen=True)
class Session:
    """Print what makes one terminal use a context of its own, for ``eval``."""

    target: str


@dataclass(frozen=True)
class History:
    """Print where one has been."""


@dataclass(frozen=True)
class Help:
    """Print the usage."""


@dataclass(frozen=True)
class Version:
    """Print kx's version."""


@dataclass(frozen=True)
class Refuse:
    """The words make no sense; ``why`` is what kubectx says about them."""

    why: str


Operation = (
    List | Pick | Switch | Current | Unset | Rename | Delete | Undo | Shell | Session | History | Help | Version
    | Refuse
)  # fmt: skip
