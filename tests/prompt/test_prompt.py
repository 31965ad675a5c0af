"""``kx prompt``: what it prints, how it stays right, and how it looks in real shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

import kx
from kx.errors import UsageError
from kx.kubeconfig import change
from kx.prompt import fast
from kx.prompt.shells import integration
from tests.kubeconfig.builders import config, entry, write

ROOT = str(Path(kx.__file__).parent.parent)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    file = write(tmp_path / "config", config(entry("dev", namespace="api"), entry("prod"), current="dev"))
    return {"HOME": str(tmp_path), "KUBECONFIG": str(file), "TERM": "xterm", "PATH": os.defpath}


def test_the_place(env: dict[str, str]) -> None:
    for _ in range(2):  # found out, then known
        assert fast.line(env) == "dev/api"
    change.use_context(env, None, "prod")
    for _ in range(2):
        assert fast.line(env) == "prod/default !"


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "\x01\x1b[36m\x02[dev/api]\x01\x1b[0m\x02 "),
        ("zsh", "%{\x1b[36m%}[dev/api]%{\x1b[0m%} "),
        ("fish", "\x1b[36m[dev/api]\x1b[0m "),
    ],
)
def test_each_shell_is_told_what_takes_no_room(env: dict[str, str], shell: str, line: str) -> None:
    assert fast.line(env, shell) == line
    assert fast.line({**env, "NO_COLOR": "1"}, shell) == "[dev/api] "
    assert fast.line({**env, "TERM": "dumb"}, shell) == "[dev/api] "


def test_which_contexts_are_protected_is_a_setting(env: dict[str, str], tmp_path: Path) -> None:
    settings = write(tmp_path / ".config" / "kx" / "config.toml", 'protected = "^dev$"\n')
    assert fast.line({**env, "NO_COLOR": "1"}, "bash") == "[!dev/api!] "
    settings.write_text('protected = ""\n', encoding="utf-8")
    assert fast.line({**env, "NO_COLOR": "1"}, "bash") == "[dev/api] "
    settings.write_text('protected = "["\n', encoding="utf-8")
    assert fast.line(env) == ""


@pytest.mark.parametrize("text", ["", "a: [", "current-context: gone\n", "\0"])
def test_a_prompt_complains_about_nothing(env: dict[str, str], text: str) -> None:
    Path(env["KUBECONFIG"]).write_text(text, encoding="utf-8")
    assert fast.line(env) == ("gone/default" if "gone" in text else "")
    Path(env["KUBECONFIG"]).unlink()
    assert fast.line(env, "bash") == ""


def test_names_stay_harmless(env: dict[str, str]) -> None:
    text = config(entry('"%F{red}$(id)\\e[2J"'), current='"%F{red}$(id)\\e[2J"')
    Path(env["KUBECONFIG"]).write_text(text, encoding="utf-8")
    assert fast.line({**env, "NO_COLOR": "1"}, "zsh") == "[%%F{red}$(id)\\x1b[2J/default] "


def test_each_list_of_files_has_its_own_answer(env: dict[str, str], tmp_path: Path) -> None:
    other = write(tmp_path / "other", config(entry("other"), current="other"))
    deep = write(tmp_path / ("d" * 200) / ("e" * 200) / "config", config(entry("deep"), current="deep"))
    for _ in range(2):
        assert fast.line({**env, "KUBECONFIG": str(other)}) == "other/default"
        assert fast.line({**env, "KUBECONFIG": f"{env['KUBECONFIG']}:{other}"}) == "dev/api"
        assert fast.line({**env, "KUBECONFIG": f"{deep}:{other}"}) == "deep/default"
        assert fast.line({**env, "KUBECONFIG": f"{other}:{deep}"}) == "other/default"


def test_a_cache_that_cannot_be_written_is_done_without(env: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path / "file", "")
    assert fast.line({**env, "XDG_CACHE_HOME": str(tmp_path / "file")}) == "dev/api"


def test_as_a_script_it_loads_nothing_once_the_answer_is_known(env: dict[str, str]) -> None:
    def script(*options: str) -> str:
        argv = [sys.executable, "-I", "-S", *options, fast.__file__, "bash"]
        done = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
        return done.stdout + done.stderr

    assert "[dev/api]" in script()
    loaded = script("-X", "importtime")
    assert "[dev/api]" in loaded
    assert "kx" not in [line.rpartition("|")[2].strip().partition(".")[0] for line in loaded.splitlines()]


def test_a_kubeconfig_in_an_unusual_shape_is_read_too(env: dict[str, str]) -> None:
    Path(env["KUBECONFIG"]).write_text("{current-context: a, contexts: [{name: a, context: {namespace: b}}]}")
    argv = [sys.executable, "-I", "-S", fast.__file__, "bash"]
    done = subprocess.run(argv, env={**env, "NO_COLOR": "1"}, capture_output=True, text=True, check=True)
    assert done.stdout == "[a/b] "


def kx_prompt(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "kx", "prompt", *words]
    return subprocess.run(argv, env={**env, "PYTHONPATH": ROOT}, capture_output=True, text=True, check=False)


def test_the_command(env: dict[str, str]) -> None:
    assert kx_prompt(env).stdout == "dev/api\n"
    assert kx_prompt(env, "-h").stdout.startswith("Print the current context")
    assert kx_prompt(env, "init", "bash").stdout == integration("bash")
    for words in (["init"], ["init", "tcsh"], ["x"]):
        done = kx_prompt(env, *words)
        assert (done.returncode, done.stdout) == (UsageError("").status, "")
        assert "kx prompt init bash|zsh|fish" in done.stderr


# How each starts with a prompt that shows the last status, and then takes the integration; what Enter sends there.
START = {
    "bash": (["--norc", "--noprofile", "-i"], "PS1='$? $ '; . {lines}", "\n"),
    "zsh": (["-f", "-i"], "PROMPT='%? $ '; . {lines}", "\n"),
    "fish": (["--no-config", "-i", "-C", 'function fish_prompt; echo -n "$status \\$ "; end; . {lines}'], "", "\r"),
}


@pytest.mark.parametrize(
    "shell",
    [
        pytest.param(name, marks=pytest.mark.skipif(not shutil.which(name), reason=f"{name} is not installed"))
        for name in START
    ],
)
def test_in_a_real_shell(env: dict[str, str], tmp_path: Path, shell: str) -> None:
    options, first, enter = START[shell]
    lines = write(tmp_path / "lines", integration(shell) * 2)  # twice: it must not stand there twice
    child = pexpect.spawn(
        str(shutil.which(shell)), [option.format(lines=lines) for option in options],
        env={**env, "NO_COLOR": "1"}, encoding="utf-8", timeout=60, dimensions=(24, 80),
    )  # fmt: skip
    if first:
        child.send(first.format(lines=lines) + enter)
    child.expect_exact("[dev/api] 0 $ ")
    child.send(f"sh -c 'exit 3'{enter}")
    child.expect_exact("[dev/api] 3 $ ")
    change.use_context(env, None, "prod")
    child.send(f"echo swi''tched{enter}")
    child.expect_exact("switched")
    child.expect_exact("[!prod/default!] 0 $ ")
    child.send(f"exit{enter}")
    child.expect(pexpect.EOF)
    child.close()
