from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kx.errors import KxError
from kx.kubeconfig import overlay, read
from tests.kubeconfig.builders import config, entry, write


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    base = write(
        tmp_path / "base",
        config(entry("dev", namespace="shop"), entry("prod"), current="dev", servers={"prod": "https://prod"}),
    )
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    return {"KUBECONFIG": str(base), "XDG_RUNTIME_DIR": str(runtime), "XDG_STATE_HOME": str(tmp_path / "state")}


def folders(env: dict[str, str]) -> list[str]:
    return sorted(path.name for path in Path(env["XDG_RUNTIME_DIR"], "kx", "sessions").iterdir())


def test_a_switch_is_seen_by_this_session_only(env: dict[str, str]) -> None:
    before = Path(env["KUBECONFIG"]).read_bytes()
    with overlay.session(env) as session:
        assert session.where().context == "dev"
        where = session.switch("prod")
        assert (where.context, where.namespace, where.server) == ("prod", "default", "https://prod")
        assert session.set_namespace("web").namespace == "web"
        assert read.current({"KUBECONFIG": session.kubeconfig}).namespace == "web"
        assert read.current(env).context == "dev"
        assert session.switch("dev").namespace == "shop"
    assert Path(env["KUBECONFIG"]).read_bytes() == before


def test_the_file_is_private_holds_no_credentials_and_goes_away(env: dict[str, str]) -> None:
    with overlay.session(env) as session:
        session.switch("prod", namespace="web")
        assert stat.S_IMODE(session.file.stat().st_mode) == 0o600
        assert stat.S_IMODE(session.file.parent.stat().st_mode) == 0o700
        own = read.load_file(session.file)
        assert (list(own.contexts), dict(own.servers), own.users) == (["prod"], {}, frozenset())
    assert folders(env) == []


@pytest.mark.parametrize("name", ["y", "null", "1e3", 'qu"ote', "../up", "a: b", "#x", "\u2028", "snow☃", "𝄞"])
def test_any_name_survives(env: dict[str, str], tmp_path: Path, name: str) -> None:
    import json

    context = {"name": name, "context": {"cluster": name, "user": name}}
    env["KUBECONFIG"] = str(write(tmp_path / "json", json.dumps({"contexts": [context]}, ensure_ascii=False)))
    with overlay.session(env) as session:
        assert session.switch(name).context == name


def test_unknown_contexts_and_missing_ones_are_refused(env: dict[str, str], tmp_path: Path) -> None:
    with overlay.session(env) as session, pytest.raises(KxError, match='"nope" does not exist'):
        session.switch("nope")
    env["KUBECONFIG"] = str(tmp_path / "none")
    with overlay.session(env) as session, pytest.raises(KxError, match="no context is chosen"):
        session.set_namespace("x")


def test_leftovers_of_dead_sessions_go_and_living_ones_stay(env: dict[str, str]) -> None:
    code = (
        "import os, sys\nfrom kx.kubeconfig import overlay\n"
        "with overlay.session(os.environ) as s:\n s.switch('prod'); print('up', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, **env}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        with overlay.session(env):
            assert len(folders(env)) == 2
        assert len(folders(env)) == 1
        other.kill()
        other.wait()
    with overlay.session(env):
        assert len(folders(env)) == 1


def test_a_cluster_that_a_program_added_is_kept(env: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with overlay.session(env) as session:
        session.switch("prod")
        write(session.file, config(entry("new"), current="new", servers={"new": "https://new"}))
    kept = list(Path(env["XDG_STATE_HOME"], "kx", "kept").iterdir())
    assert len(kept) == 1
    assert read.load_file(kept[0]).servers == {"new": "https://new"}
    assert str(kept[0]) in capsys.readouterr().err


def test_what_was_added_outlives_a_switch(env: dict[str, str]) -> None:
    with overlay.session(env) as session:
        session.switch("prod")
        added = config(entry("new", namespace="web"), current="new", servers={"new": "https://new"})
        write(session.file, added)
        assert session.switch("dev").context == "dev"
        where = session.switch("new")
        assert (where.context, where.namespace, where.server) == ("new", "web", "https://new")
    kept = list(Path(env["XDG_STATE_HOME"], "kx", "kept").iterdir())
    assert [path.read_text(encoding="utf-8") for path in kept] == [added]


def test_a_context_chosen_by_a_command_moves_into_the_overlay(env: dict[str, str]) -> None:
    with overlay.session(env) as session:
        session.settle()
        session.switch("dev")
        text = session.file.read_text(encoding="utf-8")
        session.file.write_text(text.replace('current-context: "dev"', "current-context: prod"), encoding="utf-8")
        session.settle()
        assert list(read.load_file(session.file).contexts) == ["prod"]


def test_without_a_runtime_folder_the_state_folder_serves(env: dict[str, str]) -> None:
    del env["XDG_RUNTIME_DIR"]
    with overlay.session(env) as session:
        assert str(session.file).startswith(env["XDG_STATE_HOME"])


def test_a_list_is_taken_apart_and_a_path_it_cannot_carry_is_refused(env: dict[str, str], tmp_path: Path) -> None:
    with overlay.session(env, kubeconfig=f"{tmp_path}/a:{tmp_path}/b") as session:
        assert [path.name for path in session.base] == ["a", "b"]
    env = env | {"HOME": "/home/with:colon", "KUBECONFIG": ""}
    with pytest.raises(KxError, match="cannot carry"), overlay.session(env):
        pass


SHELL = """
import os, sys
from kx.kubeconfig import overlay
for name in sys.argv[1:]:
    own = overlay.terminal(os.environ)
    own.switch(name)
    os.environ["KUBECONFIG"] = own.kubeconfig
print(own.kubeconfig)
"""


def in_terminal(env: dict[str, str], *names: str) -> str:
    """Call kx's overlay for these contexts in a terminal of its own, which ends then; its KUBECONFIG."""
    argv = [sys.executable, "-c", SHELL, *names]
    return subprocess.run(
        argv, env={**os.environ, **env}, capture_output=True, text=True, check=True, start_new_session=True
    ).stdout.strip()


def test_a_terminal_has_one_overlay_however_often_it_switches(env: dict[str, str]) -> None:
    first = overlay.terminal(env)
    first.switch("prod")
    inside = {**env, "KUBECONFIG": first.kubeconfig}
    again = overlay.terminal(inside)
    assert again == first
    again.switch("dev")
    assert read.current(inside).context == "dev"
    assert read.current(env).context == "dev"
    assert len(folders(env)) == 1


def test_an_overlay_lives_as_long_as_its_terminal(env: dict[str, str]) -> None:
    mine = overlay.terminal(env)
    mine.switch("prod")
    listed = in_terminal(env, "prod", "dev").split(os.pathsep)
    assert listed[1:] == [env["KUBECONFIG"]]
    assert len(folders(env)) == 2
    with overlay.session(env):
        assert not Path(listed[0]).exists()
        assert mine.where().context == "prod"


def test_a_terminal_of_another_container_is_left_alone(env: dict[str, str]) -> None:
    listed = in_terminal(env, "prod").split(os.pathsep)
    folder = Path(listed[0]).parent
    parts = folder.name.split("-")
    foreign = folder.rename(folder.with_name("-".join([parts[0], "1", *parts[2:]])))
    with overlay.session(env):
        assert foreign.exists()


def test_a_list_of_nothing_is_no_overlay(env: dict[str, str]) -> None:
    env["KUBECONFIG"] = "::"
    assert overlay.terminal(env).base == ()
    with pytest.raises(KxError, match='"dev" does not exist'):
        overlay.terminal(env).switch("dev")
