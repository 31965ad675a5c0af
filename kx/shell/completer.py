"""``suggest`` in prompt_toolkit's terms. Synchronous: everything offered is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from kx.errors import KxError
from kx.shell.session import Session
from kx.shell.suggest import suggest
from kx.term import visible


class LineCompleter(Completer):
    """Completes a line of the shell."""

    def __init__(self, session: Session, is_program: Callable[[str], bool]) -> None:
        self._session = session
        self._is_program = is_program

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """The words that fit at the cursor, each with its one-line text."""
        if not complete_event.completion_requested and not document.text_before_cursor.strip():
            return
        try:
            found = suggest(document.text, document.cursor_position, self._session, self._is_program)
        except KxError:
            return  # an unreadable kubeconfig was complained about at the start
        for suggestion in found:
            yield Completion(
                suggestion.text,
                start_position=-suggestion.replaces,
                display=visible(suggestion.text),
                display_meta=visible(suggestion.note),
            )
