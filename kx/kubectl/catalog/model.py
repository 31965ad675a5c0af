"""The shape of facts: what a kubectl binary says of its commands and flags. No help sentence is ever stored."""

from __future__ import annotations

from kx.records import dataclass, field


@dataclass(frozen=True)
class Flag:
    """One flag of one command (or a global one)."""

    name: str  # long name without dashes
    short: str = ""  # one letter, or ""
    type: str = "string"  # as pflag prints it: bool, string, int, int32, duration, stringArray, strings, …
    default: str = ""  # as kubectl prints it, unquoted
    no_value: str = ""  # what the flag becomes when used without a value ("true" for booleans); "": a value is needed
    repeats: bool = False  # repeats accumulate (stringArray, strings); else the last one wins
    deprecated: bool = False
    is_global: bool = False
    values: tuple[str, ...] = ()  # the values kubectl's help lists for it; not always all that it takes
    required: bool = False  # kubectl refuses the command without it
    told: str = ""  # what the user's own kubectl says of it, where the facts know nothing; never in the facts

    @property
    def optional_value(self) -> bool:
        """Whether the flag takes a value only with ``=`` and never the next word."""
        return self.no_value != ""


@dataclass(frozen=True)
class Command:
    """One command: ``path`` is () for kubectl itself, ("rollout", "undo") for a nested one."""

    path: tuple[str, ...]
    usage: str = ""  # the shape kubectl prints after Usage, without flags and options words
    flags: tuple[Flag, ...] = ()  # its own flags, sorted by name; global flags are on the catalog
    subcommands: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    runnable: bool = True
    deprecated: bool = False
    told: str = ""  # as for a flag


@dataclass(frozen=True)
class Catalog:
    """All facts of one kubectl version."""

    version: str  # "1.33"
    commands: dict[tuple[str, ...], Command] = field(default_factory=dict)
    globals: tuple[Flag, ...] = ()

    def command(self, path: tuple[str, ...]) -> Command | None:
        """The command at ``path``, or None."""
        return self.commands.get(path)

    def flag(self, command: Command, name: str) -> Flag | None:
        """The flag with long name ``name`` of ``command``, global ones included."""
        return next((flag for flag in (*command.flags, *self.globals) if flag.name == name), None)

    def short_flag(self, command: Command, letter: str) -> Flag | None:
        """The flag with shorthand ``letter`` of ``command``; a command's own shorthand hides a global one."""
        return next((flag for flag in (*command.flags, *self.globals) if flag.short == letter), None)
