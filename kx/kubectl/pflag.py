"""Read arguments as kubectl's libraries do: cobra finds the command, pflag reads the flags.

Works on plain strings and their places in the argument list; knows nothing of shells and spans. Each rule follows
github.com/spf13/cobra (command.go: Find, stripFlags, argsMinusFirstX) and github.com/spf13/pflag (flag.go). Where
pflag stops at the first mistake, this goes on, so that half-typed text still gets roles: the first mistake is the one
kubectl would report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kx.kubectl.catalog.model import Catalog, Command, Flag
from kx.kubectl.govalues import encode, quote, refusal
from kx.records import dataclass, field


@dataclass(frozen=True)
class Argument:
    """One argument and its number."""

    index: int
    value: str
    known: bool = True  # False: the shell will change it, so its value cannot be checked


@dataclass(frozen=True)
class Mistake:
    """What pflag refuses: ``kind`` is one of invocation.Problem's."""

    kind: str
    message: str
    index: int


@dataclass(frozen=True)
class Setting:
    """A flag set once. ``start`` is where its value begins inside the argument ``value_index``, if it was given."""

    name: str
    typed: str
    index: int
    value: str | None
    flag: Flag | None
    value_index: int | None = None
    start: int = 0


@dataclass(frozen=True)
class Flags:
    """The outcome: settings and operands in order, and where ``--`` stood."""

    settings: tuple[Setting, ...] = ()
    operands: tuple[int, ...] = ()
    dash: int | None = None
    after_dash: tuple[int, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


class FlagSet:
    """The flags one command knows: its own and, where it does not hide them by name, the global ones."""

    def __init__(self, own: Iterable[Flag], inherited: Iterable[Flag]) -> None:
        self._names = {flag.name: flag for flag in own}
        for flag in inherited:
            self._names.setdefault(flag.name, flag)
        self._shorts = {flag.short: flag for flag in self._names.values() if flag.short}

    def long(self, name: str) -> Flag | None:
        """The flag called ``name``; kubectl reads an underscore as a dash."""
        return self._names.get(name.replace("_", "-"))

    def short(self, letter: str) -> Flag | None:
        """The flag with shorthand ``letter``."""
        return self._shorts.get(letter)

    def takes_next(self, argument: str) -> bool:
        """Whether cobra, looking for a command, takes the word after ``argument`` for its value.

        A flag it does not know yet is thought to need one: a command's own flag before the command, and ``--help``,
        which cobra adds only later.
        """
        if "=" in argument or len(argument) < 2 or argument[0] != "-":
            return False
        if argument.startswith("--"):
            flag = self.long(argument[2:])
        elif len(argument) == 2:
            flag = self.short(argument[1])
        else:
            return False
        return flag is None or flag.name == "help" or not flag.optional_value


def flag_set(catalog: Catalog, command: Command) -> FlagSet:
    """The flags that ``command`` understands."""
    return FlagSet(command.flags, catalog.globals)


@dataclass(frozen=True)
class Found:
    """The command cobra found; ``names`` are the arguments that named it, ``rest`` what is left for pflag."""

    command: Command
    names: tuple[int, ...]
    rest: tuple[Argument, ...]
    next_word: Argument | None  # the first word that is no flag and no flag's value


def find_command(catalog: Catalog, arguments: Sequence[Argument]) -> Found:
    """Follow the command words, skipping flags and what cobra takes for their values."""
    command = catalog.commands[()]
    names: list[int] = []
    rest = tuple(arguments)
    while True:
        word = _first_word(flag_set(catalog, command), rest)
        child = _child(catalog, command, word.value) if word else None
        if child is None or word is None:
            return Found(command, tuple(names), rest, word)
        command = child
        names.append(word.index)
        rest = tuple(argument for argument in rest if argument.index != word.index)


def _first_word(flags: FlagSet, arguments: Sequence[Argument]) -> Argument | None:
    position = 0
    while position < len(arguments):
        value = arguments[position].value
        if value == "--":
            return None
        if flags.takes_next(value):
            position += 1
        elif value and not value.startswith("-"):
            return arguments[position]
        position += 1
    return None


def _child(catalog: Catalog, command: Command, name: str) -> Command | None:
    direct = catalog.command((*command.path, name))
    if direct is not None:
        return direct
    children = (catalog.command((*command.path, child)) for child in command.subcommands)
    return next((child for child in children if child and name in child.aliases), None)


@dataclass
class _Reading:
    """pflag's loop over the arguments of one command."""

    flags: FlagSet
    arguments: Sequence[Argument]
    position: int = 0
    settings: list[Setting] = field(default_factory=list)
    operands: list[int] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def read(self) -> Flags:
        dash: int | None = None
        after: tuple[int, ...] = ()
        while self.position < len(self.arguments):
            argument = self.arguments[self.position]
            self.position += 1
            if len(argument.value) < 2 or argument.value[0] != "-":
                self.operands.append(argument.index)
            elif argument.value == "--":
                dash = argument.index
                after = tuple(rest.index for rest in self.arguments[self.position :])
                break
            elif argument.value.startswith("--"):
                self.long(argument)
            else:
                self.cluster(argument)
        return Flags(tuple(self.settings), tuple(self.operands), dash, after, tuple(self.mistakes))

    def long(self, argument: Argument) -> None:
        name, equals, value = argument.value[2:].partition("=")
        typed = f"--{name}"
        if not name or name[0] == "-":
            self.refuse("unknown-flag", f"bad flag syntax: {argument.value}", argument)
            self.settings.append(Setting(name, typed, argument.index, None, None))
            return
        flag = self.flags.long(name)
        if flag is None:
            self.refuse("unknown-flag", f"unknown flag: --{name}", argument)
            holder = argument.index if equals else None
            given = value if equals else None
            self.settings.append(Setting(name, typed, argument.index, given, None, holder, len(typed) + 1))
        elif equals:
            self.set(flag, typed, argument, argument, value, len(typed) + 1)
        elif flag.optional_value:
            self.set_default(flag, typed, argument)
        else:
            self.set_next(flag, typed, argument, f"flag needs an argument: {argument.value}")

    def cluster(self, argument: Argument) -> None:
        """``-it``, ``-owide``, ``-n=x``: letters until one takes the rest as its value."""
        letters = argument.value[1:]
        offset = 1
        refused = False
        while letters:
            letter, more = letters[0], letters[1:]
            typed = f"-{letter}"
            flag = self.flags.short(letter)
            if flag is None:
                if not refused:  # pflag stops at the first
                    self.refuse("unknown-flag", _unknown_shorthand(letters), argument)
                refused = True
                self.settings.append(Setting(letter, typed, argument.index, None, None))
            elif len(more) > 1 and more[0] == "=":
                self.set(flag, typed, argument, argument, more[1:], offset + 2)
                return
            elif flag.optional_value:
                self.set_default(flag, typed, argument)
            elif more:
                self.set(flag, typed, argument, argument, more, offset + 1)
                return
            else:
                self.set_next(flag, typed, argument, f"flag needs an argument: {quote(letter, chr(39))} in -{letters}")
                return
            letters = more
            offset += 1

    def set_next(self, flag: Flag, typed: str, argument: Argument, message: str) -> None:
        if self.position == len(self.arguments):
            self.refuse("missing-value", message, argument)
            self.settings.append(Setting(flag.name, typed, argument.index, None, flag))
            return
        following = self.arguments[self.position]
        self.position += 1
        self.set(flag, typed, argument, following, following.value, 0)

    def set_default(self, flag: Flag, typed: str, argument: Argument) -> None:
        self.settings.append(Setting(flag.name, typed, argument.index, flag.no_value, flag))

    def set(self, flag: Flag, typed: str, argument: Argument, holder: Argument, value: str, start: int) -> None:
        self.settings.append(Setting(flag.name, typed, argument.index, value, flag, holder.index, start))
        reason = refusal(flag.name, flag.type, value) if holder.known else ""
        if reason:
            shown = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
            message = f'invalid argument {quote(value)} for "{shown}" flag: {reason}'
            self.refuse("bad-value", message, holder)

    def refuse(self, kind: str, message: str, argument: Argument) -> None:
        self.mistakes.append(Mistake(kind, message, argument.index))


def read_flags(flags: FlagSet, arguments: Sequence[Argument]) -> Flags:
    """Flags, operands and mistakes of the arguments left after the command words."""
    return _Reading(flags, arguments).read()


def _unknown_shorthand(letters: str) -> str:
    """Go looks at the first byte, not at the first letter."""
    first = encode(letters)[0]
    return f"unknown shorthand flag: {quote(chr(first), chr(39))} in -{letters}"
