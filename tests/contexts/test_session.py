"""``eval "$(kx ctx --session NAME)"``: a plain terminal with a context of its own, in real shells."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kx
from tests.contexts.callers import Caller
from tests.kubectls import find_kubectls

ROOT = str(Path(kx.__file__).parent.parent)
SHELLS = [
    pytest.param(shell, marks=pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed"))
    for shell in ("bash", "zsh", "fish", "dash")
]


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    (tmp_path / "runtime").mkdir(mode=0o700)
    return Caller(tmp_path, {"XDG_RUNTIME_DIR": str(tmp_path / "runtime"), "PYTHONPATH": ROOT})


def typed(caller: Caller, shell: str, *lines: str) -> str:
    """What a shell in a session of its own prints; ``kx`` is this kx."""
    kx_is = f"{sys.executable} -m kx $argv" if shell == "fish" else f'{sys.executable} -m kx "$@"'
    function = f"function kx; {kx_is}; end" if shell == "fish" else f"kx() {{ {kx_is}; }}"
    done = subprocess.run(
        [str(shutil.which(shell)), "-c", "\n".join((function, *lines))],
        env=caller.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        timeout=60,
        check=False,
    )
    return done.stdout


def evaluated(shell: str, line: str) -> str:
    return f"{line} | source" if shell == "fish" else f'eval "$({line})"'


@pytest.mark.parametrize("shell", SHELLS)
def test_only_this_terminal_switches(caller: Caller, shell: str) -> None:
    before = caller.file.read_bytes()
    said = typed(
        caller,
        shell,
        evaluated(shell, "kx ctx --session prod-us"),
        "kx ctx -c; kx ns -c",
        "kx ns other -f; kx ctx prod-eu; kx ctx -; kx ns -c",
        "kx ctx -u; kx ctx -c",
    )
    assert said.splitlines() == [
        '✔ Switched to context "prod-us" in this session.',
        "prod-us",
        "web",
        '✔ Active namespace is "other" in this session',
        '✔ Switched to context "prod-eu" in this session.',
        '✔ Switched to context "prod-us" in this session.',
        '✔ Active namespace is "other" in this session.',
        "other",
        "✔ This session follows the kubeconfig again.",
        "dev",
    ]
    assert caller.file.read_bytes() == before


def test_global_reaches_every_terminal(caller: Caller) -> None:
    said = typed(
        caller, "sh", evaluated("sh", "kx ctx --session prod-us"), "kx ctx --global prod-eu", "kx ctx -c",
        "kx ctx --global -",
    )  # fmt: skip
    assert said.splitlines()[1:] == [
        '✔ Switched to context "prod-eu".', "prod-eu", '✔ Switched to context "dev".',
    ]  # fmt: skip
    assert caller.script("ctx -c").out == "dev\n"


def test_what_edits_the_files_edits_the_user_s_own_and_leaves_the_session_where_it_is(caller: Caller) -> None:
    said = typed(
        caller, "sh", evaluated("sh", "kx ctx --session prod-us"), "kx ctx new=prod-eu", "kx ctx -c",
        "kx ctx --global -d prod-us", "kx ctx -c; kx ctx",
    )  # fmt: skip
    assert said.splitlines()[1:] == [
        "✔ Context prod-eu renamed to new.", "prod-us", "✔ Deleted context prod-us.", "dev",
        "arn:aws:eks:eu/blue", "dev", "new",
    ]  # fmt: skip
    assert caller.script("ctx").out.splitlines() == ["arn:aws:eks:eu/blue", "dev", "new"]


def test_a_name_that_is_none_changes_nothing(caller: Caller) -> None:
    said = typed(caller, "sh", evaluated("sh", "kx ctx --session nope"), 'echo "$KUBECONFIG"')
    assert said.splitlines() == ['error: no context exists with the name: "nope"', str(caller.file)]


@pytest.mark.skipif(not find_kubectls(), reason="no kubectl found")
def test_kubectl_goes_along(caller: Caller) -> None:
    kubectl = find_kubectls()[-1].path
    said = typed(caller, "sh", evaluated("sh", "kx ctx --session prod-us"), f"{kubectl} config current-context")
    assert said.splitlines()[-1] == "prod-us"
