"""The prompt: read a line, let it be handled, again. All of prompt_toolkit's set-up is here.

The prompt never waits for a cluster: what it shows comes from files and memory.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.application.current import create_app_session
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.defaults import create_output
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style

from kx import term
from kx.explain.explanation import Explanation
from kx.kubectl.words import split
from kx.shell.builtins import builtin_of
from kx.shell.completer import LineCompleter
from kx.shell.history import PrivateHistory, file
from kx.shell.keys import completion_keys
from kx.shell.lexer import LineLexer
from kx.shell.line import handle
from kx.shell.perform import understand
from kx.shell.prompt import mark, place
from kx.shell.session import Session
from kx.shell.toolbar import HINT, fitted, toolbar

_STYLE = Style.from_dict(
    {
        "place": "ansicyan",
        "mark": "bold",
        "word.builtin": "bold ansimagenta",
        "word.program": "bold",
        "word.command": "bold ansiblue",
        "word.flag": "ansigreen",
        "word.flag-value": "ansiyellow",
        "word.separator": "bold",
        "word.container-command": "italic",
        "word.operator": "bold ansimagenta",
        "word.redirect": "ansimagenta",
        "word.comment": "italic ansibrightblack",
        "word.heredoc": "ansibrightblack",
        "word.wrong": "underline ansired",
        "word.unknown": "underline",
        "bottom-toolbar": "noreverse ansibrightblack",
    }
)


def run_prompt(session: Session, *, stdin: Input | None = None, stdout: Output | None = None) -> int:
    """Read and handle lines until the user leaves; returns the session's exit status.

    ``stdin`` and ``stdout`` are prompt_toolkit's ends of the terminal; None: the real one.
    """
    # `kx > file` still talks to the person: the file is for what commands print.
    with create_app_session(input=stdin, output=stdout or create_output(always_prefer_tty=True)):
        prompt = _prompt_session(session)
        asker = _asker(session)
        edit = ""
        while session.leaving is None:
            _own_line(prompt.app.output)
            try:
                text = prompt.prompt(default=edit)
            except KeyboardInterrupt:
                edit = ""
                continue
            except EOFError:
                return 0
            edit = handle(text, session, asker).edit
        return session.leaving


def _own_line(output: Output) -> None:
    """Let the prompt begin at the left, also behind output that does not end its line, and lose none of that output.

    Enough blanks to fill a line: from the left edge they stay on it; from anywhere else they end on the next one.
    """
    output.write_raw(f"{' ' * output.get_size().columns}\r\x1b[K")
    output.flush()


def _prompt_session(session: Session) -> PromptSession[str]:
    is_program = lru_cache(maxsize=1024)(session.is_program)  # asked at every key
    completer = LineCompleter(session, is_program)
    history = PrivateHistory(file(session.env))
    session.history = history.get_strings
    if history.problem:
        term.complain(f"the lines of this session will not be remembered: {history.problem}")
    return PromptSession(
        message=lambda: _message(session),
        history=history,
        completer=completer,
        lexer=LineLexer(session, is_program),
        bottom_toolbar=_toolbar(session),
        key_bindings=completion_keys(completer),
        multiline=Condition(_unfinished),
        prompt_continuation=lambda width, number, wrapped: "… ".rjust(width),
        complete_while_typing=True,
        complete_style=CompleteStyle.COLUMN,
        reserve_space_for_menu=6,
        enable_suspend=True,
        style=_STYLE,
        color_depth=None if not session.env.get("NO_COLOR") else ColorDepth.DEPTH_1_BIT,
    )


def _message(session: Session) -> StyleAndTextTuples:
    return [("class:place", place(session.where)), ("class:mark", f" {mark()} ")]


def _unfinished() -> bool:
    """Whether Enter begins a new line: a quote, a here-document or a backslash is still open."""
    text = get_app().current_buffer.text
    return bool(text.strip()) and not text.lstrip().startswith("!") and split(text).unfinished


def _toolbar(session: Session) -> Callable[[], str]:
    """The bottom line for what is typed now; the explanation is made once per text."""

    @lru_cache(maxsize=4)
    def explained(text: str) -> Explanation:
        return understand(text, session).explanation

    def show() -> str:
        document = get_app().current_buffer.document
        text = document.text
        width = shutil.get_terminal_size().columns
        own = builtin_of(text)
        if own or not text.strip():
            return fitted(f"─ {own.usage}: {own.summary}" if own else f"─ {HINT}", "", width)
        return term.visible(toolbar(explained(text), document.cursor_position, width))

    return show


def _asker(session: Session) -> Callable[[str], str | None]:
    """Questions are asked through the prompt as well, so that keys typed ahead reach them in order."""
    from prompt_toolkit.formatted_text import ANSI

    plain: PromptSession[Any] = PromptSession(history=InMemoryHistory(), enable_suspend=True)

    def ask(question: str) -> str | None:
        try:
            return str(plain.prompt(ANSI(question)))
        except (KeyboardInterrupt, EOFError):
            return None

    return ask
