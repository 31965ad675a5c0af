"""Edits of the user's own kubeconfig inside a session, by the real kubectl; and what a session finds when it opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from kx.errors import KxError
from kx.kubeconfig import read
from kx.shell.open import opened
from kx.shell.perform import execute, understand
from kx.shell.talk import more
from tests.kubectls import Kubectl, find_kubectls
from tests.shell.conftest import Desk

each_kubectl = pytest.mark.parametrize("kubectl", find_kubectls(), ids=lambda kubectl: kubectl.version)


@each_kubectl
def test_a_session_follows_edits_of_its_own_context(kubectl: Kubectl, desk: Desk) -> None:
    env = {**desk.env, "KX_KUBECTL": str(kubectl.path)}
    with opened(env) as session:

        def run(text: str) -> None:
            assert execute(understand(text, session), session) == 0

        def here() -> tuple[str, str]:
            return session.where.context, session.where.namespace

        run("config set-context practice --namespace=edited")
        assert here() == ("practice", "edited")
        run("config set-cluster new --server=https://new")
        assert read.current(env, context="practice").namespace == "edited"
        assert read.load(env).servers["new"] == "https://new"
        run("config use-context prod")
        assert here() == ("prod", "web")
        run("config set-context --current --namespace=mine")
        assert here() == ("prod", "mine")
        run("config set-context prod --cluster=new")
        assert session.where.server == "https://new"
    after = read.load(env)
    assert (after.current_context, after.contexts["prod"].namespace) == ("practice", "web")


@each_kubectl
def test_a_context_deleted_under_the_session_is_let_go(kubectl: Kubectl, desk: Desk) -> None:
    env = {**desk.env, "KX_KUBECTL": str(kubectl.path)}
    with opened(env, context="prod") as session:
        assert session.where.context == "prod"
        assert execute(understand("config delete-context prod", session), session) == 0
        assert session.where.context == "practice"
        assert "prod" not in session.config.contexts


@each_kubectl
@pytest.mark.parametrize("named", [False, True], ids=["the session's file", "a file named in the line"])
def test_the_lock_of_a_killed_kx_does_not_stop_kubectl(kubectl: Kubectl, named: bool, desk: Desk) -> None:
    left = Path(desk.env["KUBECONFIG"] + ".lock")
    more = f" --kubeconfig={desk.env['KUBECONFIG']}" if named else ""
    with opened({**desk.env, "KX_KUBECTL": str(kubectl.path)}) as session:
        left.write_text("kx\n", encoding="utf-8")  # what a kx leaves that is killed while it writes
        assert execute(understand(f"config set-context prod --namespace=x{more}", session), session) == 0
        left.touch()  # somebody else's is not ours to remove
        assert execute(understand(f"config set-context prod --namespace=y{more}", session), session) == 1
    assert read.load(desk.env).contexts["prod"].namespace == "x"


def test_a_switch_elsewhere_does_not_move_a_session(desk: Desk) -> None:
    with opened(desk.env) as session:
        file = Path(desk.env["KUBECONFIG"])
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("current-context: practice", "current-context: prod"), encoding="utf-8")
        assert read.current(desk.env).context == "prod"
        assert session.where.context == "practice"


def test_where_a_session_opens(desk: Desk) -> None:
    with opened(desk.env, context="prod", namespace="mine") as session:
        assert (session.where.context, session.where.namespace) == ("prod", "mine")
    with opened(desk.env, namespace="mine") as session:
        assert (session.where.context, session.where.namespace) == ("practice", "mine")
    with pytest.raises(KxError, match='"nope" does not exist'), opened(desk.env, context="nope"):
        pass
    empty = {**desk.env, "KUBECONFIG": "/nowhere"}
    with pytest.raises(KxError, match="no context"), opened(empty, namespace="mine"):
        pass
    with opened(empty) as session:
        assert session.where.context == ""


def test_more_names_the_server_and_kubectls_own_help(desk: Desk) -> None:
    with opened(desk.env) as session:
        text = more(understand("delete pod web", session).explanation)
    assert "https://127.0.0.1:1" in text
    assert "kubectl delete --help" in text
