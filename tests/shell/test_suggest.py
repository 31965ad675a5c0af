from __future__ import annotations

from pathlib import Path

import pytest

from kx.contexts import known_namespaces
from kx.shell.session import Session
from kx.shell.suggest import Suggestion, suggest

PROGRAMS = {"ls", "docker"}


def offered(text: str, session: Session, cursor: int | None = None) -> dict[str, Suggestion]:
    found = suggest(text, len(text) if cursor is None else cursor, session, PROGRAMS.__contains__)
    return {suggestion.text: suggestion for suggestion in found}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("de", "describe"),
        ("kubectl del", "delete"),
        ("k get dep", "deployments"),
        ("rollout un", "undo"),
        ("get po", "pods"),
        ("get pods,ser", "services"),
        ("get pods && get dep", "deployments"),
        ("scale deployment web --rep", "--replicas="),
        ("get pods -o ya", "yaml"),
        ("get pods -oj", "json"),
        ("get pods --output=na", "name"),
        ("apply -f x --dry-run=c", "client"),
        ("delete pod x --cascade=o", "orphan"),
        ("get pods --all-n", "--all-namespaces"),
        ("get pods --context pro", "prod"),
        ("config use-context pra", "practice"),
        ("ctx pro", "prod"),
        ("explain f", "full"),
        ("ct", "ctx"),
        ("hist", "history"),
    ],
)
def test_the_best_offer_comes_first(text: str, first: str, session: Session) -> None:
    assert next(iter(offered(text, session))) == first


def test_every_offer_says_what_it_is(session: Session) -> None:
    for text in ("", "rollout ", "get ", "scale deployment web --", "get pods -o "):
        found = offered(text, session)
        assert len(found) > 3, text
        assert all(suggestion.note for suggestion in found.values()), text


def test_what_is_replaced_is_what_was_typed(session: Session) -> None:
    assert offered("get dep", session)["deployments"].replaces == 3
    assert offered("get pods,ser", session)["services"].replaces == 3
    assert offered("get pods -oya", session)["yaml"].replaces == 2
    assert offered("get pod", session, cursor=3)["get"].replaces == 3


def test_a_flag_with_a_value_is_left_open(session: Session) -> None:
    assert not offered("scale deployment web --rep", session)["--replicas="].closed
    assert offered("logs web --fol", session)["--follow"].closed


def test_a_flag_is_offered_once(session: Session) -> None:
    assert "--replicas=" not in offered("scale deployment web --replicas=2 --", session)
    assert "--filename=" in offered("apply --filename=a --", session)


def test_namespaces_that_were_seen(session: Session) -> None:
    assert list(offered("ns ", session)) == ["default"]
    known_namespaces.keep(session.env, "practice", ("default", "kube-system"))
    assert list(offered("ns ku", session)) == ["kube-system"]
    assert "kube-system" in offered("get pods -n ku", session)


def test_files(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.yaml").touch()
    (tmp_path / "manifests").mkdir()
    monkeypatch.chdir(tmp_path)
    found = offered("apply -f ", session)
    assert found["secret.yaml"].closed
    assert not found["manifests/"].closed
    assert "secret.yaml" in offered("apply -f se", session)


@pytest.mark.parametrize("text", ["!ls ", "get pods | gr", "docker ru", "ls -", "get pods # de", "exec web -- l"])
def test_nothing_is_offered_where_kx_knows_nothing(text: str, session: Session) -> None:
    assert offered(text, session) == {}
