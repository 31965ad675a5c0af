"""Understand a line as kubectl would: one invocation per simple command.

Takes words (words.py) and facts (the catalog) and gives every word a role. Runs nothing, asks no cluster, and never
raises: what is wrong with the line becomes a problem, in kubectl's own words where kubectl has some.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kx.kubectl.catalog.model import Catalog, Command
from kx.kubectl.govalues import quote
from kx.kubectl.invocation import FlagUse, Invocation, Line, Problem, Role, Segment, Word
from kx.kubectl.pflag import Argument, Flags, Found, Setting, find_command, flag_set, read_flags
from kx.kubectl.programs import Program, find_program, skip_prefix
from kx.kubectl.quoting import scan_word
from kx.records import replace

# Commands that hand the words after `--` to a container.
CONTAINER_COMMANDS = frozenset(
    {("exec",), ("run",), ("debug",), ("create", "deployment"), ("create", "job"), ("create", "cronjob")}
)
_NEW_LIST = frozenset({"", "&&", "||", ";", "&", "\n", "("})
_EXEC_NEEDS_DASH = (1, 31)
_REWORDED = (1, 31)  # what `create` says of words it does not know


def parse(line: Line, catalog: Catalog, implied: bool = False, plugins: Collection[str] = ()) -> tuple[Invocation, ...]:
    """One invocation per simple command of ``line``.

    ``implied``: the line was typed in the kx shell, where the word kubectl may be left out. ``plugins``: the names of
    plugin executables, without ``kubectl-`` (``explain_tree``).
    """
    invocations = []
    before = ""
    for number, segment in enumerate(line.segments):
        words = [line.words[index] for index in segment.words]
        program = find_program([word.value for word in words])
        first = number == 0
        if program.is_kubectl and program.at is not None:
            invocation = _kubectl(line, segment, program.at, program.at + 1, catalog, plugins)
        elif implied and _is_implied(words, program, catalog, first=first, after=before):
            start = skip_prefix([word.value for word in words])
            invocation = replace(_kubectl(line, segment, None, start, catalog, plugins), implied=True)
        else:
            invocation = _other_program(line, segment, program)
        invocations.append(invocation)
        before = segment.ended_by
    return tuple(invocations)


def _is_implied(words: Sequence[Word], program: Program, catalog: Catalog, *, first: bool, after: str) -> bool:
    """Whether kubectl is meant though it is not named.

    The first command of a line always is; a later one if its word is a kubectl command. Behind a pipe stand the
    shell's programs: ``| sort``, ``| diff - x``.
    """
    if program.at is None:
        return False
    start = skip_prefix([word.value for word in words])
    if catalog.command((words[start].value,)) is not None:  # before wrappers: `exec` is one of the shell's, too
        return first or after in _NEW_LIST
    return first and start == program.at


def _kubectl(
    line: Line, segment: Segment, named: int | None, begin: int, catalog: Catalog, plugins: Collection[str]
) -> Invocation:
    """A segment whose word number ``named`` is kubectl (None: it is left out) and whose arguments ``begin`` there."""
    numbers = segment.words
    roles: dict[int, Role] = dict.fromkeys(numbers[:begin], "shell")
    if named is not None:
        roles[numbers[named]] = "program"
    arguments = [_argument(line, number) for number in numbers[begin:]]
    plugin = _plugin(arguments, catalog, plugins)
    if plugin:
        return _plugin_invocation(line, segment, roles, arguments, plugin)
    found = find_command(catalog, arguments)
    roles.update(dict.fromkeys(found.names, "command"))
    unknown = found.next_word if not found.command.path else None
    if unknown:
        roles[unknown.index] = "unknown"
    rest = [argument for argument in found.rest if argument is not unknown]
    flags = read_flags(flag_set(catalog, found.command), rest)
    problems = _unknown_command(arguments, unknown) if unknown else _late_help(found, arguments) + _flag_problems(flags)
    operands, commanded = _operands(found.command, flags)
    _assign(roles, flags, operands, commanded)
    invocation = Invocation(
        line=line,
        segment=segment,
        program="kubectl",
        command=found.command,
        path=found.command.path,
        flags=tuple(_use(line, setting) for setting in flags.settings),
        operands=operands,
        dash=flags.dash,
        after_dash=flags.after_dash,
        roles=tuple((number, roles[number]) for number in numbers),
    )
    if not unknown:
        problems += _command_problems(invocation, found, catalog, commanded)
    return replace(invocation, problems=problems + _unfinished(line, numbers))


def _argument(line: Line, number: int) -> Argument:
    word = line.words[number]
    return Argument(number, word.value, known=not (word.expands or word.unfinished))


def _flag_problems(flags: Flags) -> tuple[Problem, ...]:
    return tuple(Problem(mistake.kind, mistake.message, mistake.index) for mistake in flags.mistakes)


def _late_help(found: Found, arguments: Sequence[Argument]) -> tuple[Problem, ...]:
    """``kubectl -n x help``: cobra adds ``help`` so late that kubectl, not knowing it yet, looks for a plugin."""
    unknown = found.command.path == ("help",) and _wants_plugin(arguments)
    return (_flag_first(arguments[0]),) if unknown else ()


def _wants_plugin(arguments: Sequence[Argument]) -> bool:
    """Whether kubectl looks for a plugin in vain because a flag stands first; not when the first word is ``help``."""
    plain = next((argument.value for argument in arguments if not argument.value.startswith("-")), "")
    return arguments[0].value.startswith("-") and plain != "help"


def _flag_first(argument: Argument) -> Problem:
    message = f"flags cannot be placed before plugin name: {argument.value}"
    return Problem("flag-before-plugin", message, argument.index)


def _unknown_command(arguments: Sequence[Argument], word: Argument) -> tuple[Problem, ...]:
    """kubectl takes an unknown command for a plugin, and wants a plugin's name to come first."""
    message = f'unknown command {quote(word.value)} for "kubectl"'
    if _wants_plugin(arguments):
        return (_flag_first(arguments[0]), Problem("unknown-command", message, word.index))
    return (Problem("unknown-command", message, word.index),)


def _operands(command: Command, flags: Flags) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What the command takes as operands, and what as the command to run in a container.

    ``--`` only ends the flags, except for the commands that pass on what follows it. ``exec POD CMD`` without it is
    the old form.
    """
    if command.path not in CONTAINER_COMMANDS:
        return flags.operands + flags.after_dash, ()
    if command.path == ("exec",) and flags.dash is None:
        subject = 0 if any(setting.name == "filename" for setting in flags.settings) else 1
        return flags.operands[:subject], flags.operands[subject:]
    if command.path == ("exec",) and flags.dash is not None:
        return flags.operands[:1], flags.after_dash
    return flags.operands, flags.after_dash


def _assign(roles: dict[int, Role], flags: Flags, operands: Sequence[int], commanded: Sequence[int]) -> None:
    roles.update(dict.fromkeys((*flags.operands, *operands), "operand"))
    roles.update(dict.fromkeys(commanded, "container-command"))
    if flags.dash is not None:
        roles[flags.dash] = "separator"
    for setting in flags.settings:
        roles[setting.index] = "flag"
    for setting in flags.settings:
        if setting.value_index not in (None, setting.index):
            roles[setting.value_index] = "flag-value"


def _use(line: Line, setting: Setting) -> FlagUse:
    separate = setting.value_index if setting.value_index != setting.index else None
    span = None
    if setting.value_index is not None:
        holder = line.words[setting.value_index]
        span = (holder.start + _typed_offset(holder, setting.start), holder.end)
    return FlagUse(
        name=setting.name,
        typed=setting.typed,
        word=setting.index,
        value=setting.value,
        value_word=separate,
        value_span=span,
        given=setting.value_index is not None,
        flag=setting.flag,
    )


def _typed_offset(word: Word, offset: int) -> int:
    """Where in the typed text the value's character number ``offset`` begins, its opening quote included."""
    if word.text == word.value or offset == 0:
        return offset
    return next(
        (end for end in range(offset, len(word.text)) if len(scan_word(word.text[:end], 0).value) >= offset),
        len(word.text),
    )


def _command_problems(
    invocation: Invocation, found: Found, catalog: Catalog, commanded: Sequence[int]
) -> tuple[Problem, ...]:
    """What the command itself would say of its words before it does anything."""
    if invocation.value("help") == "true":
        return ()
    command = found.command
    given = {use.name for use in invocation.flags}
    absent = [quote(flag.name) for flag in command.flags if flag.required and flag.name not in given]
    if absent:
        return (Problem("missing-flag", f"required flag(s) {', '.join(absent)} not set"),)
    if not command.path or (command.subcommands and not command.runnable):
        if not invocation.operands or not command.path:
            return (Problem("missing-command", _missing(command)),)
        typed = " ".join(invocation.operand_values())
        return (Problem("unknown-command", f"unknown command {quote(typed)}", invocation.operands[0]),)
    if command.path == ("create",) and invocation.operands:
        typed = " ".join(invocation.operand_values())
        message = f"Unexpected args: [{typed}]" if _version(catalog) >= _REWORDED else f"unknown command {quote(typed)}"
        return (Problem("unknown-command", message, invocation.operands[0]),)
    if command.path == ("exec",) and invocation.dash is None and commanded and _version(catalog) >= _EXEC_NEEDS_DASH:
        message = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead"
        return (Problem("missing-dash", message, commanded[0]),)
    return ()


def _missing(command: Command) -> str:
    return f"{' '.join(('kubectl', *command.path))} needs one of its commands: {', '.join(command.subcommands)}"


def _unfinished(line: Line, numbers: Sequence[int]) -> tuple[Problem, ...]:
    return tuple(
        Problem("unfinished", _what_is_open(line.words[number]), number)
        for number in numbers
        if line.words[number].unfinished
    )


def _what_is_open(word: Word) -> str:
    if word.kind == "heredoc":
        return "the text of a heredoc does not end"
    return "the line goes on after the backslash" if word.text == "\\" else "a quote or a substitution is not closed"


def _plugin(arguments: Sequence[Argument], catalog: Catalog, plugins: Collection[str]) -> tuple[int, ...]:
    """The arguments that name a plugin: the longest run of leading words whose executable exists, if any."""
    if not plugins or not arguments or catalog.command((arguments[0].value,)):
        return ()
    leading = []
    for argument in arguments:
        if argument.value.startswith("-"):
            break
        leading.append(argument)
    for count in range(len(leading), 0, -1):
        if "-".join(argument.value.replace("-", "_") for argument in leading[:count]) in plugins:
            return tuple(argument.index for argument in leading[:count])
    return ()


def _plugin_invocation(
    line: Line, segment: Segment, roles: dict[int, Role], arguments: Sequence[Argument], names: tuple[int, ...]
) -> Invocation:
    """Everything after a plugin's name reaches it as it stands."""
    operands = tuple(argument.index for argument in arguments if argument.index not in names)
    roles.update(dict.fromkeys(names, "command"))
    roles.update((number, "flag" if line.words[number].value.startswith("-") else "operand") for number in operands)
    return Invocation(
        line=line,
        segment=segment,
        program="kubectl",
        path=tuple(line.words[number].value for number in names),
        operands=operands,
        roles=tuple((number, roles[number]) for number in segment.words),
        problems=_unfinished(line, segment.words),
    )


def _other_program(line: Line, segment: Segment, program: Program) -> Invocation:
    numbers = segment.words
    at = len(numbers) if program.at is None else program.at
    roles: dict[int, Role] = dict.fromkeys(numbers[:at], "shell")
    if at < len(numbers):
        roles[numbers[at]] = "program"
    for number in numbers[at + 1 :]:
        value = line.words[number].value
        roles[number] = "flag" if value.startswith("-") and len(value) > 1 else "operand"
    return Invocation(
        line=line,
        segment=segment,
        program=program.name,
        operands=tuple(number for number in numbers[at + 1 :] if roles[number] == "operand"),
        roles=tuple((number, roles[number]) for number in numbers),
        problems=_unfinished(line, numbers),
    )


def _version(catalog: Catalog) -> tuple[int, ...]:
    return tuple(int(part) for part in catalog.version.split("."))
