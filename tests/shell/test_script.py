from __future__ import annotations

from pathlib import Path

import pytest

from kx.shell.open import opened
from kx.shell.script import commands, run_script
from kx.shell.session import Session
from tests.shell.conftest import Desk


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("get pods\nget svc\n", ["get pods", "get svc"]),
        ("\n# a comment\n  \nget pods # all\n", ["get pods # all"]),
        ("get pods \\\n  -o wide\nget svc", ["get pods \\\n  -o wide", "get svc"]),
        ("apply -f - <<EOF\na: b\n\n# c\nEOF\nget svc\n", ["apply -f - <<EOF\na: b\n\n# c\nEOF", "get svc"]),
        ("get pods |\n  grep x\n", ["get pods |\n  grep x"]),
        ("echo 'a\nb'\n", ["echo 'a\nb'"]),
        ("!ls\n", ["!ls"]),
        ("\ufeffget pods\r\n# c\r\napply -f - <<EOF\r\na: b\r\nEOF\r\n", ["get pods", "apply -f - <<EOF\na: b\nEOF"]),
        ("echo 'never closed\n", ["echo 'never closed"]),
    ],
)
def test_lines_that_belong_together(text: str, expected: list[str]) -> None:
    assert list(commands(lines(text))) == expected


def test_each_line_is_shown_explained_and_run(session: Session, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_script(lines("get pods\nkubectl delete pod web\n"), session) == 0
    seen = capfd.readouterr()
    assert seen.out == "ran get pods\nran delete pod web\n"
    assert "practice/default ❯ get pods" in seen.err
    assert "READ" in seen.err
    assert "DELETE" in seen.err
    assert "Run it?" not in seen.err
    assert desk.calls == [["get", "pods"], ["delete", "pod", "web"]]


def test_it_stops_at_the_first_failure_with_its_status(session: Session, desk: Desk) -> None:
    assert run_script(lines("get fail\nget pods\n"), session) == 3
    assert desk.calls == [["get", "fail"]]


def test_keep_going_runs_the_rest_and_still_fails(session: Session, desk: Desk) -> None:
    assert run_script(lines("get fail\nget pods\n"), session, keep_going=True) == 3
    assert desk.calls == [["get", "fail"], ["get", "pods"]]


def test_commands_do_not_read_the_script(session: Session, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_script(lines("apply -f -\napply -f - <<EOF\nkind: Pod\nEOF\n"), session) == 0
    assert capfd.readouterr().out == "ran apply -f -\nkind: Pod\nran apply -f -\n"


def test_built_ins_work_and_exit_ends_it(session: Session, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_script(lines("explain off\nctx prod\nget pods\n!echo mine\nexit 4\nget svc\n"), session) == 4
    seen = capfd.readouterr()
    assert seen.out == "ran get pods\nmine\n"
    assert "prod/web ❯ get pods" in seen.err
    assert "READ" not in seen.err
    assert desk.calls == [["get", "pods"]]


def test_a_trap_worth_stopping_for_is_not_run_unless_told_to(
    session: Session, desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "delete pod web --cascade orphan\n"
    assert run_script(lines(text), session) == 1
    assert desk.calls == []
    assert "STOP" in capfd.readouterr().err
    session.yes = True
    assert run_script(lines(text), session) == 0
    assert desk.calls == [["delete", "pod", "web", "--cascade", "orphan"]]


def test_a_mistake_in_a_built_in_is_said_and_counts(session: Session, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_script(lines("ctx nowhere\n"), session) == 1
    assert 'no context exists with the name: "nowhere"' in capfd.readouterr().err
    assert run_script(lines("ctx one two\n"), session) == 1
    assert run_script(lines("ctx -d prod\n"), session) == 2
    assert "changes the kubeconfig itself" in capfd.readouterr().err


def test_pipes_go_to_the_shell_as_typed(session: Session, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_script(lines("get pods | tr a-z A-Z\nget pods | grep nothing\n"), session) == 1
    assert capfd.readouterr().out == "RAN GET PODS\n"
    assert desk.calls == [["get", "pods"], ["get", "pods"]]


def test_a_nul_character_is_refused(session: Session, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_script(["get\0pods\n"], session) == 2
    assert "holds a NUL character" in capfd.readouterr().err
    assert desk.calls == []


def test_cd_holds_for_the_lines_that_follow(
    session: Session, capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    (tmp_path / "a b").mkdir()
    assert run_script(["cd\n", "cd 'a b'\n", "pwd\n", "cd ~/none\n"], session) == 1
    said = capfd.readouterr()
    assert said.out == f"{tmp_path}/a b\n"
    assert "cannot go to ~/none: No such file or directory" in said.err


def test_a_pipe_from_a_kubectl_that_is_not_there_is_not_begun(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    with opened({**desk.env, "KX_KUBECTL": "/nowhere"}) as session:
        assert run_script(["get pods | cat; echo begun\n"], session) == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert "KX_KUBECTL names /nowhere" in said.err
