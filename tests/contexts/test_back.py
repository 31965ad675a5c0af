"""``-`` and ``--history``: back to the context and the namespace one was in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kx.contexts import known_namespaces, state
from kx.contexts.state import Place
from kx.kubeconfig import change, read
from tests.contexts.callers import Caller


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller(tmp_path)


def test_back_brings_the_namespace_back(caller: Caller) -> None:
    caller.script("ctx prod-us")
    change.set_namespace(caller.env, None, "dev", "elsewhere")  # by somebody else
    said = caller.script("ctx -")
    assert said.err == '✔ Switched to context "dev".\n✔ Active namespace is "api".\n'
    assert read.current(caller.env).namespace == "api"
    assert caller.script("ctx -").err == '✔ Switched to context "prod-us".\n'


def test_what_kubectx_did_in_between_counts(caller: Caller, tmp_path: Path) -> None:
    caller.script("ctx prod-us")
    (tmp_path / ".kube" / "kubectx").write_text("prod-eu", encoding="utf-8")
    assert caller.script("ctx -").err == '✔ Switched to context "prod-eu".\n'


def test_history_tells_where_one_was(caller: Caller) -> None:
    for line in ("ctx prod-us", "ns other -f", "ctx -", "ctx dev"):
        caller.script(line)
    lines = caller.script("ctx --history").out.splitlines()
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d  \S+", line) for line in lines)
    assert [line.split()[2] for line in lines] == ["prod-us/web", "prod-us/other", "dev/api"]


def test_names_are_kept_whatever_they_hold(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path)}
    odd = Place("tab\tnew\nline\\ \x1b \U0001f600", "web")
    assert state.remember(env, odd, Place("b")) == ""
    assert state.previous(env) == odd
    state.remember(env, Place("b"), odd)
    assert [visit.place for visit in state.history(env)] == [Place("b", ""), odd]


@pytest.mark.parametrize("name", ["../../up", "a/../../up", "/etc/x", "x" * 300, "a//b", ".", "nul\0"])
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path / "home")}
    assert state.remember_namespace(env, name, "before", "now") == ""
    assert state.previous_namespace(env, name) == "before"
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == 2  # beside it, the history
    assert all(path.is_relative_to(tmp_path / "home") for path in written)
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)


def test_a_switch_that_cannot_be_noted_is_made_all_the_same(caller: Caller, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    caller.env["XDG_CACHE_HOME"] = str(tmp_path / "file" / "cache")
    said = caller.script("ctx prod-us")
    assert said.status == 0
    assert said.err.startswith('✔ Switched to context "prod-us".\nwarning: cannot note where you were: ')


def test_namespaces_are_known_without_asking(caller: Caller) -> None:
    config = read.load(caller.env)
    assert known_namespaces.known(caller.env, config, "prod-us") == ["default", "web"]
    caller.script("ctx prod-us")
    caller.script("ns seen -f")
    known_namespaces.keep(caller.env, "prod-us", ["listed", "default"])
    config = read.load(caller.env)
    assert known_namespaces.known(caller.env, config, "prod-us") == ["default", "listed", "seen", "web"]
    assert known_namespaces.known(caller.env, config, "nowhere") == ["default"]
