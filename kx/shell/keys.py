"""Keys of the completion menu: Tab takes the only word or walks through several, Enter takes the chosen one.

Tab looks the words up itself, at once: prompt_toolkit drops a Tab that comes while it still looks up the letter before.
"""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.application import get_app
from prompt_toolkit.buffer import Buffer, CompletionState
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, get_common_complete_suffix
from prompt_toolkit.filters import Condition, has_completions, has_selection, is_done
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

# A word that ends so goes on: a flag's value, a folder's file.
_OPEN_ENDS = ("=", "/")


@Condition
def _chosen() -> bool:
    state = get_app().current_buffer.complete_state
    return state is not None and state.current_completion is not None


def completion_keys(completer: Completer) -> KeyBindings:
    """The bindings of Tab and Enter for a prompt that completes with ``completer``."""
    keys = KeyBindings()

    @keys.add("tab", filter=~has_selection)
    def _complete(event: KeyPressEvent) -> None:
        """Complete the word, or open the menu, or go on in it."""
        buffer = event.current_buffer
        state = buffer.complete_state
        if state is not None and len(state.completions) > 1:
            buffer.complete_next()
            return
        found = _best(buffer, completer.get_completions(buffer.document, CompleteEvent(completion_requested=True)))
        if len(found) == 1:
            _take(buffer, found[0])
        elif found:
            _open(buffer, found)

    @keys.add("enter", filter=has_completions & _chosen & ~is_done)
    def _accept(event: KeyPressEvent) -> None:
        """Take the chosen word; the line is not run yet."""
        _close(event.current_buffer)

    return keys


def _best(buffer: Buffer, offered: Iterable[Completion]) -> list[Completion]:
    """The words that begin as typed; only where there is none, those that merely contain it."""
    found = list(offered)
    before = buffer.document.text_before_cursor

    def begins(completion: Completion) -> bool:
        return completion.text.lower().startswith(before[len(before) + completion.start_position :].lower())

    return [completion for completion in found if begins(completion)] or found


def _take(buffer: Buffer, completion: Completion) -> None:
    buffer.apply_completion(completion)
    _close(buffer)


def _close(buffer: Buffer) -> None:
    """End completing; a word that is whole is followed by a space."""
    buffer.complete_state = None
    if not buffer.document.text_before_cursor.endswith(_OPEN_ENDS):
        buffer.insert_text(" ")


def _open(buffer: Buffer, found: list[Completion]) -> None:
    """Type what all the words share; where that is nothing, open the menu on the first."""
    shared = get_common_complete_suffix(buffer.document, found)
    if shared:
        buffer.insert_text(shared)
        return
    buffer.complete_state = CompletionState(original_document=buffer.document, completions=found)
    buffer.complete_next()
