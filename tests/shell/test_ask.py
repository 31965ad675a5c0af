from __future__ import annotations

import pytest

from kx.explain.facade import explain_text
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.load import load
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from kx.shell.ask import Question, question

WHERE = Where("practice", "default")


def asked(text: str, *, confirm: bool = True, yes: bool = False) -> Question:
    catalog = load()
    explanation = explain_text(text, WHERE, implied=True, catalog=catalog)
    return question(explanation, parse(split(text), catalog, implied=True), confirm=confirm, yes=yes)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("get pods", "none"),
        ("describe pod web", "none"),
        ("logs web -f", "none"),
        ("explain pods", "none"),
        ("config get-contexts", "none"),
        ("run web --image=nginx", "plain"),
        ("create deployment web --image=nginx", "plain"),
        ("scale deployment web --replicas=2", "plain"),
        ("delete pod web", "plain"),
        ("exec web -it -- bash", "plain"),
        ("get pods && delete pod web", "plain"),
        ("delete pod web --cascade orphan", "stop"),
        ("create deployment web --image=nginx --dry-run=client -o yaml", "none"),
    ],
)
def test_what_changes_something_is_asked_about(text: str, kind: str) -> None:
    assert asked(text).kind == kind


def test_yes_and_the_setting_turn_questions_off() -> None:
    assert asked("delete pod web", yes=True).kind == "none"
    assert asked("delete pod web", confirm=False).kind == "none"
    assert asked("delete pod web --cascade orphan", yes=True).kind == "none"
    assert asked("delete pod web --cascade orphan", confirm=False).kind == "stop"


@pytest.mark.parametrize(
    ("answer", "choice"),
    [("", "run"), ("y", "run"), ("YES", "run"), ("n", "refuse"), (" no ", "refuse"), ("?", "more"), ("x", "unclear")],
)
def test_answers_to_the_plain_question(answer: str, choice: str) -> None:
    assert asked("delete pod web").choice(answer) == choice


@pytest.mark.parametrize(
    ("answer", "choice"),
    [
        ("", "edit"),
        ("e", "edit"),
        ("m", "meant"),
        ("n", "refuse"),
        ("?", "more"),
        ("y", "unclear"),
        ("yes", "unclear"),
        ("delete 2 pods", "run"),
        ("Delete  2 pods", "run"),
        ("delete 3 pods", "unclear"),
    ],
)
def test_answers_to_the_stronger_question(answer: str, choice: str) -> None:
    found = asked("delete pod web --cascade orphan")
    assert found.choice(answer) == choice
    assert found.fix == "delete pod web --cascade=orphan"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("delete pod web --cascade orphan", "delete 2 pods"),
        ("delete pods web --wait false", "delete 2 pods"),
        ("delete pod/a pod/b --wait false", "delete anyway"),
        ("delete svc --all", "delete anyway"),
    ],
)
def test_the_words_to_type_say_what_will_happen(text: str, phrase: str) -> None:
    found = asked(text)
    if found.kind == "stop":
        assert found.phrase == phrase
