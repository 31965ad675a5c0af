"""Keys typed at the prompt, through prompt_toolkit's own ends of a terminal."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from kx.shell import history
from kx.shell.loop import run_prompt
from kx.shell.session import Session
from tests.shell.conftest import Desk

CTRL_C, CTRL_D, CTRL_U, ENTER = "\x03", "\x04", "\x15", "\r"

Type = Callable[..., int]


@pytest.fixture
def typed(session: Session) -> Type:
    def type_keys(*keys: str) -> int:
        with create_pipe_input() as pipe:
            pipe.send_text("".join(keys))
            return run_prompt(session, stdin=pipe, stdout=DummyOutput())

    return type_keys


def test_reading_commands_run_at_once(typed: Type, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    # The kubectl of these tests copies its input to its output, which here is the test's own: empty.
    assert typed("get pods", ENTER, CTRL_D) == 0
    assert desk.calls == [["get", "pods"]]
    assert "READ" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("keys", "calls"),
    [
        ([ENTER], [["delete", "pod", "web"]]),
        (["y", ENTER], [["delete", "pod", "web"]]),
        (["n", ENTER], []),
        (["what", ENTER, "n", ENTER], []),
        (["?", ENTER, "y", ENTER], [["delete", "pod", "web"]]),
        ([CTRL_C], []),
        ([CTRL_D], []),
    ],
)
def test_changing_commands_ask_first(typed: Type, desk: Desk, keys: list[str], calls: list[list[str]]) -> None:
    assert typed("delete pod web", ENTER, *keys, CTRL_D) == 0
    assert desk.calls == calls


def test_yes_and_the_setting_stop_the_questions(typed: Type, desk: Desk, session: Session) -> None:
    session.yes = True
    typed("delete pod web", ENTER, CTRL_D)
    assert desk.calls == [["delete", "pod", "web"]]


@pytest.mark.parametrize(
    ("keys", "calls"),
    [
        ([ENTER, CTRL_C], []),
        (["y", ENTER, "n", ENTER], []),
        (["e", ENTER, CTRL_U, "get pods", ENTER], [["get", "pods"]]),
        (["m", ENTER, ENTER], [["delete", "pod", "web", "--cascade=orphan"]]),
        (["delete 2 pods", ENTER], [["delete", "pod", "web", "--cascade", "orphan"]]),
    ],
)
def test_a_trap_asks_the_stronger_question(typed: Type, desk: Desk, keys: list[str], calls: list[list[str]]) -> None:
    typed("delete pod web --cascade orphan", ENTER, *keys, CTRL_D)
    assert desk.calls == calls


def test_editing_brings_the_line_back(typed: Type, desk: Desk) -> None:
    typed("delete pod web --cascade orphan", ENTER, "e", ENTER, " --wait=false", ENTER, "delete 2 pods", ENTER, CTRL_D)
    assert desk.calls == [["delete", "pod", "web", "--cascade", "orphan", "--wait=false"]]


def test_ctrl_c_clears_the_line(typed: Type, desk: Desk) -> None:
    typed("delete everything", CTRL_C, "get pods", ENTER, CTRL_D)
    assert desk.calls == [["get", "pods"]]


@pytest.mark.parametrize(("line", "status"), [("exit", 0), ("exit 7", 7), ("exit 256", 0)])
def test_exit_gives_its_status(typed: Type, line: str, status: int) -> None:
    assert typed(line, ENTER) == status


def test_a_switch_holds_for_the_session_only(typed: Type, desk: Desk, session: Session) -> None:
    typed("ctx prod", ENTER, "ns other", ENTER, "exit", ENTER)
    assert (session.where.context, session.where.namespace) == ("prod", "other")
    with open(desk.env["KUBECONFIG"], encoding="utf-8") as file:
        assert "current-context: practice" in file.read()


def test_a_global_switch_is_for_every_terminal_and_this_one(typed: Type, desk: Desk, session: Session) -> None:
    typed("ctx --global prod", ENTER, "exit", ENTER)
    assert session.where.context == "prod"
    with open(desk.env["KUBECONFIG"], encoding="utf-8") as file:
        assert "current-context: prod" in file.read()


def test_back_and_forth_in_a_session(typed: Type, session: Session, capfd: pytest.CaptureFixture[str]) -> None:
    typed("ctx prod/other", ENTER, "ctx -", ENTER, CTRL_D)
    assert (session.where.context, session.where.namespace) == ("practice", "default")
    typed("ctx -", ENTER, CTRL_D)
    assert (session.where.context, session.where.namespace) == ("prod", "other")
    typed("ns -u", ENTER, "ns -", ENTER, "ctx -u", ENTER, CTRL_D)
    assert session.where.context == "practice"
    assert "This session follows the kubeconfig again." in capfd.readouterr().err


def test_explanations_fade_after_three_of_a_shape(typed: Type, capfd: pytest.CaptureFixture[str]) -> None:
    seen = []
    for name in ("a", "b", "c", "d"):
        typed(f"describe pod {name}", ENTER, CTRL_D)
        seen.append(capfd.readouterr().err)
    assert ["asks" in text for text in seen] == [True, True, True, False]
    assert "READ practice/default" in seen[3]


@pytest.mark.parametrize(
    ("mode", "full", "brief"), [("full", True, False), ("brief", False, True), ("off", False, False)]
)
def test_explain_sets_how_much_is_said(
    typed: Type, capfd: pytest.CaptureFixture[str], mode: str, full: bool, brief: bool
) -> None:
    typed(f"explain {mode}", ENTER, "get pods", ENTER, CTRL_D)
    seen = capfd.readouterr().err
    assert ("asks" in seen, "READ practice/default" in seen) == (full, brief)


def test_explain_with_a_type_is_kubectls(typed: Type, desk: Desk) -> None:
    typed("explain pods", ENTER, CTRL_D)
    assert desk.calls == [["explain", "pods"]]


def test_a_here_document_is_one_line(typed: Type, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    typed("apply -f - <<EOF", ENTER, "kind: Pod", ENTER, "EOF", ENTER, ENTER, CTRL_D)
    assert desk.calls == [["apply", "-f", "-"]]
    assert "kind: Pod\n" in capfd.readouterr().out


def test_the_history_is_private_and_knows_no_secret(typed: Type, desk: Desk, session: Session) -> None:
    secret = "create secret generic s --from-literal=password=hunter2"
    typed("get pods", ENTER, secret, ENTER, "n", ENTER, "history", ENTER, CTRL_D)
    file = history.file(desk.env)
    text = file.read_text(encoding="utf-8")
    assert "+get pods" in text
    assert "hunter2" not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not any("hunter2" in line for line in session.history())


def test_answers_to_questions_are_not_remembered(typed: Type, session: Session) -> None:
    typed("delete pod web", ENTER, "n", ENTER, CTRL_D)
    assert list(session.history()) == ["delete pod web"]


def test_help_lists_every_built_in(typed: Type, capfd: pytest.CaptureFixture[str]) -> None:
    from kx.shell.builtins import BUILTINS

    typed("help", ENTER, CTRL_D)
    out = capfd.readouterr().out
    assert all(builtin.usage in out and builtin.summary in out for builtin in BUILTINS.values())
    assert max(len(line) for line in out.splitlines()) <= 80


def test_help_tells_what_a_word_means(typed: Type, capfd: pytest.CaptureFixture[str]) -> None:
    typed("help persistent volume", ENTER, "help podd", ENTER, "help xyzzyxyzzy", ENTER, CTRL_D)
    out, err = capfd.readouterr()
    assert "PersistentVolume\n  A piece of storage" in out
    assert 'Nothing is called "podd"; the nearest is:' in out
    assert "There is no help on xyzzyxyzzy." in err


def test_help_with_a_command_is_kubectls(typed: Type, desk: Desk) -> None:
    typed("help label", ENTER, CTRL_D)
    assert desk.calls == [["help", "label"]]


def test_listings(typed: Type, capfd: pytest.CaptureFixture[str]) -> None:
    typed("ctx", ENTER, "ns", ENTER, CTRL_D)
    assert capfd.readouterr().out.split() == ["practice", "prod", "default", "kube-system"]


def test_the_other_commands_of_kx_are_at_hand(
    typed: Type,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "kx"  # as a checkout of kx has one: it must not stand for kx itself
    folder.mkdir()
    (folder / "__init__.py").write_text("raise SystemExit(9)")
    typed("kx practice manifests mine", ENTER, "kx ctx prod", ENTER, CTRL_D)
    assert capfd.readouterr().out.splitlines()[0] == "mine/secret.yaml"
    assert (tmp_path / "mine" / "manifest.yaml").is_file()
    assert session.where.context == "prod"


def test_mistakes_are_said_and_the_shell_goes_on(typed: Type, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    typed("ctx nope", ENTER, "exit now", ENTER, "!", ENTER, "get pods", ENTER, CTRL_D)
    err = capfd.readouterr().err
    assert 'no context exists with the name: "nope"' in err
    assert "exit takes one number" in err
    assert "a command is missing" in err
    assert desk.calls == [["get", "pods"]]
