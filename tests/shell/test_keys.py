from __future__ import annotations

from collections.abc import Iterable

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from kx.shell.keys import completion_keys

WORDS = ("scale", "autoscale", "set", "rollout", "rollup", "--replicas=", "manifests/")


class Words(Completer):
    """Offers what begins as typed or contains it."""

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        typed = document.get_word_before_cursor(WORD=True)
        for word in WORDS:
            if typed in word:
                yield Completion(word, start_position=-len(typed))


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("sca\t", "scale "),
        ("autos\t", "autoscale "),
        ("rol\t", "roll"),
        ("roll\t\t\r", "rollup "),
        ("--rep\t2", "--replicas=2"),
        ("man\t", "manifests/"),
        ("nothing\t", "nothing"),
        ("sca\tset\t", "scale set "),
    ],
)
def test_tab_takes_the_only_word_and_enter_the_chosen_one(keys: str, line: str) -> None:
    completer = Words()
    with create_pipe_input() as pipe:
        pipe.send_text(keys + "\r")
        prompt: PromptSession[str] = PromptSession(
            completer=completer,
            complete_while_typing=False,
            key_bindings=completion_keys(completer),
            input=pipe,
            output=DummyOutput(),
        )
        assert prompt.prompt() == line
