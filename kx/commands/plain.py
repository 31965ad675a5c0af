"""Read a command's options without click, for commands that must answer at once; click costs more than they do.

A table of options is the one truth: what is read here, and what click shows as help and says of mistakes. Whatever is
not plainly right is left to click.
"""

from __future__ import annotations

from kx.records import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time none of it is needed, and importing it would cost as much as the reading
    from collections.abc import Callable, Mapping, Sequence

    import click


@dataclass(frozen=True)
class Option:
    """One option that takes a value."""

    name: str  # what the command calls it
    flags: tuple[str, ...]  # as typed: ("-n", "--namespace")
    help: str
    metavar: str = "NAME"
    choices: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True)
class PlainCommand:
    """A command whose options come first and whose words are all that follows."""

    name: str
    words: str  # how its words are called in its usage
    about: str  # its help, first line first
    options: tuple[Option, ...]
    call: Callable[[tuple[str, ...], Mapping[str, str | None]], int]  # with the words and the options' values
    inherited: frozenset[str] = field(default_factory=frozenset)  # options that may also stand before the name

    def run(self, arguments: Sequence[str]) -> int | None:
        """Run it and return its exit status; None when click has to look at ``arguments``."""
        read = self.read(arguments)
        return None if read is None else self.call(*read)

    def read(self, arguments: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str | None]] | None:
        """The words and the values of the options, or None: help is wanted, or something is wrong."""
        by_flag = {flag: option for option in self.options for flag in option.flags}
        values = {option.name: option.default for option in self.options}
        rest = list(arguments)
        while rest and rest[0].startswith("-") and rest[0] not in ("-", "--"):
            typed, equals, value = rest.pop(0).partition("=")
            option = by_flag.get(typed)
            if option is None or (equals and not typed.startswith("--")) or not (equals or rest):
                return None
            value = value if equals else rest.pop(0)
            if option.choices and value not in option.choices:
                return None
            values[option.name] = value
        words = tuple(rest[1:] if rest[:1] == ["--"] else rest)
        return (words, values) if words else None


@dataclass(frozen=True)
class OwnWords:
    """A command that reads all its words itself, help and mistakes included."""

    name: str
    call: Callable[[Sequence[str], Mapping[str, str | None]], int]  # with the words and the options before the name

    def run(self, arguments: Sequence[str]) -> int:
        """Run it and return its exit status."""
        return self.call(arguments, {})


def as_click(command: PlainCommand | OwnWords) -> click.Command:
    """The same command for click: its help, and its words for what is wrong."""
    return _own_words(command) if isinstance(command, OwnWords) else _plain(command)


def _own_words(command: OwnWords) -> click.Command:
    import click  # late, as in ``_plain``

    def callback(ctx: click.Context, /, words: tuple[str, ...]) -> int:
        return command.call(words, {f"--{name}": value for name, value in (ctx.obj or {}).items()})

    made: click.Command = click.command(
        command.name,
        add_help_option=False,
        context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True},
        params=[click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)],
    )(click.pass_context(callback))
    return made


def _plain(command: PlainCommand) -> click.Command:
    import click  # late: only help and mistakes need it

    def callback(ctx: click.Context, /, words: tuple[str, ...], **values: str | None) -> int:
        outer = ctx.obj or {}
        filled = {name: outer.get(name) if name in command.inherited and not value else value
                  for name, value in values.items()}  # fmt: skip
        return command.call(words, filled)

    made: click.Command = click.command(
        command.name,
        help=command.about,
        # What follows the first word is all words, flags too.
        context_settings={"allow_interspersed_args": False},
        params=[
            *(_click_option(option) for option in command.options),
            click.Argument(["words"], metavar=command.words, nargs=-1, required=True, type=click.UNPROCESSED),
        ],
    )(click.pass_context(callback))
    return made


def _click_option(option: Option) -> click.Option:
    import click

    kind = click.Choice(option.choices) if option.choices else None
    return click.Option(
        [*option.flags, option.name], help=option.help, default=option.default, type=kind,
        metavar=None if option.choices else option.metavar,
    )  # fmt: skip
