"""The shell's own words. One table feeds dispatch, help and completion.

A built-in is taken only when it is the whole line; everything else is a command.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import kx
from kx import paths, term
from kx.errors import EXIT_USAGE, KxError, UsageError
from kx.kubectl import run
from kx.kubectl.catalog.load import load
from kx.kubectl.words import split
from kx.shell import where_commands
from kx.shell.config import MODES
from kx.shell.session import Session

_WIDEST = 100
_ROOT = Path(kx.__file__).parent.parent
Suggestions = Iterable[tuple[str, str]]  # a word, and one line about it


def _always(words: tuple[str, ...]) -> bool:
    return True


def _nothing(session: Session) -> Suggestions:
    return ()


@dataclass(frozen=True)
class Builtin:
    """One of the shell's own words."""

    name: str
    usage: str
    summary: str
    act: Callable[[Session, tuple[str, ...]], int]  # the words after the name -> exit status
    takes: Callable[[tuple[str, ...]], bool] = _always  # whether these words are for the built-in at all
    completes: Callable[[Session], Suggestions] = _nothing  # its first word


def dispatch(text: str, session: Session) -> int | None:
    """Run ``text`` if it is a built-in and return its status; None if it is not."""
    found = builtin_of(text)
    if found is None:
        return None
    return found.act(session, (text.strip()[1:],) if found.name == "!" else own_words(text)[1:])


def builtin_of(text: str) -> Builtin | None:
    """The built-in that ``text`` calls, if it calls one."""
    if text.lstrip().startswith("!"):
        return BUILTINS["!"]
    words = own_words(text)
    found = BUILTINS.get(words[0]) if words else None
    return found if found and found.takes(words[1:]) else None


def own_words(text: str) -> tuple[str, ...]:
    """The words of a line that is one simple command and needs no shell; () for any other."""
    line = split(text)
    if line.unfinished or len(line.segments) != 1 or line.needs_shell and not _HOME.fullmatch(text):
        return ()
    return tuple(line.words[index].value for index in line.segments[0].words)


# The one line that names a folder as only a shell would, and that no child's shell can do for this one.
_HOME = re.compile(r"\s*cd\s+~(/[\w./-]*)?\s*")


def _explain(session: Session, words: tuple[str, ...]) -> int:
    if words:
        session.mode = MODES[words[0]]
    term.say(f"Explanations: {_MODE_WORDS[session.mode]}.")
    return 0


_MODE_WORDS = {
    "auto": "full at first, brief once a kind of line is familiar",
    "full": "full",
    "brief": "brief",
    "off": "off; what changes something is still asked about",
}


def _help(session: Session, words: tuple[str, ...]) -> int:
    if words and words[0] not in BUILTINS:
        return _concept(" ".join(words))
    chosen = [BUILTINS[words[0]]] if words else list(BUILTINS.values())
    width = max(len(builtin.usage) for builtin in chosen)
    if not words:
        term.out("Type a kubectl command, with or without the word kubectl.\nkx explains it, then runs it.\n")
    for builtin in chosen:
        term.out(f"  {builtin.usage:<{width}}  {builtin.summary}")
    if not words:
        term.out("\nTab completes, Up and Down bring earlier lines back.\nCtrl-C clears the line, Ctrl-D leaves.")
        term.out("`help COMMAND` and `COMMAND --help` show kubectl's own help.")
        term.out("`help pod`, `help pv` or `help self-healing` tells what a word means.")
    return 0


def _concept(words: str) -> int:
    from kx.explain import concepts  # late: the glossary is read only when somebody asks

    found = concepts.nearest(words)
    if found is None:
        raise KxError(f"There is no help on {term.visible(words)}.", "help lists what the shell itself knows.")
    term.out(concepts.text(found, min(term.width(), _WIDEST), term.wants_colour(sys.stdout)))
    return 0


def _exit(session: Session, words: tuple[str, ...]) -> int:
    if len(words) > 1 or (words and not words[0].isdecimal()):
        raise UsageError(f"exit takes one number at most, not {' '.join(words)}")
    session.leaving = int(words[0]) % 256 if words else 0
    return session.leaving


def _cd(session: Session, words: tuple[str, ...]) -> int:
    if len(words) > 1:
        raise UsageError(f"cd takes one folder at most, not {' '.join(words)}")
    folder = words[0] if words else "~"
    home = str(paths.home(session.env))
    try:
        os.chdir(home + folder[1:] if folder == "~" or folder.startswith("~/") else folder)
    except OSError as error:
        raise KxError(f"cannot go to {folder}: {error.strerror}") from error
    return 0


def _history(session: Session, words: tuple[str, ...]) -> int:
    if len(words) > 1 or (words and not words[0].isdecimal()):
        raise UsageError(f"history takes one number at most, not {' '.join(words)}")
    lines = list(session.history())
    shown = lines[-int(words[0]) :] if words and int(words[0]) else lines
    for number, line in enumerate(shown, start=len(lines) - len(shown) + 1):
        term.out(f"{number:5}  {term.visible(line, keep=chr(10))}")
    return 0


def _clear(session: Session, words: tuple[str, ...]) -> int:
    if sys.stdout.isatty():
        sys.stdout.write("\x1b[H\x1b[2J\x1b[3J")
        sys.stdout.flush()
    return 0


def _shell(session: Session, words: tuple[str, ...]) -> int:
    text = words[0] if words else ""
    if not text.strip():
        term.complain("a command is missing after !", "For example: !ls")
        return EXIT_USAGE
    env = session.shell_env()
    status = run.run(run.shell_argv(text, env), env)
    session.require_overlay().settle()
    return status


def _kx(session: Session, words: tuple[str, ...]) -> int:
    if words[0] in ("ctx", "ns"):
        return BUILTINS[words[0]].act(session, words[1:])
    # The kx that runs here, wherever it lies: it need not be on PATH, and the folder's own files stay out of it.
    code = f"import sys; sys.path[0] = {str(_ROOT)!r}; from kx.__main__ import main; main()"
    status = run.run([sys.executable, "-c", code, *words], session.shell_env())
    session.require_overlay().settle()
    return status


def _is_mode(words: tuple[str, ...]) -> bool:
    # `explain pods` is kubectl's; only the modes, and nothing at all, are the shell's.
    return not words or (len(words) == 1 and words[0] in MODES)


def _is_not_kubectls(words: tuple[str, ...]) -> bool:
    # `help get` is kubectl's; its other words are for the list below, and for the glossary.
    if not words or (len(words) == 1 and words[0] in BUILTINS):
        return True
    return not words[0].startswith("-") and load().command((words[0],)) is None


def _modes(session: Session) -> Suggestions:
    return [(word, _MODE_WORDS[mode]) for word, mode in MODES.items() if word != "auto"]


BUILTINS: dict[str, Builtin] = {
    builtin.name: builtin
    for builtin in (
        Builtin(
            "ctx",
            "ctx [NAME]",
            "Choose this session's context; more: `ctx -h`.",
            where_commands.ctx,
            completes=where_commands.contexts,
        ),
        Builtin(
            "ns",
            "ns [NAME]",
            "Choose this session's namespace; more: `ns -h`.",
            where_commands.ns,
            completes=where_commands.namespaces,
        ),
        Builtin(
            "explain",
            "explain full|brief|off|on",
            "How much is explained; on: less as you learn.",
            _explain,
            _is_mode,
            _modes,
        ),
        Builtin("cd", "cd [FOLDER]", "Go to a folder, where files are then looked for.", _cd),
        Builtin("history", "history [N]", "The lines typed before.", _history),
        Builtin("clear", "clear", "Clear the screen.", _clear),
        Builtin("help", "help [WORD]", "This list, or what a word of Kubernetes means.", _help, _is_not_kubectls),
        Builtin("kx", "kx COMMAND", "Another command of kx, such as `kx practice`.", _kx, bool),
        Builtin("exit", "exit [STATUS]", "Leave the shell.", _exit),
        Builtin("!", "!COMMAND", "Run a command of your own shell.", _shell),
    )
}
