"""`kx explain` as it is typed: one quoted line, several words, lines on standard input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = """\
apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: c, user: u, namespace: web}}
- {name: two, context: {cluster: c, user: u}}
clusters:
- {name: c, cluster: {server: "https://example.test:6443"}}
users: []
"""
HEAVY = ("prompt_toolkit", "kubernetes", "pydantic", "tabulate", "asyncio", "cryptography", "click", "dataclasses")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def kx(home: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `kx explain` in a process of its own."""
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "KUBECONFIG": str(home / "config"), "COLUMNS": "80"}
    call = [sys.executable, "-m", "kx", "explain", *arguments]
    return subprocess.run(call, env=env, input=stdin, capture_output=True, text=True, timeout=60, check=False)


def told(home: Path, *arguments: str) -> dict[str, object]:
    done = kx(home, "-o", "json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    value: dict[str, object] = json.loads(done.stdout)
    return value


def test_one_quoted_line_and_several_words_are_the_same(home: Path) -> None:
    assert told(home, "kubectl get pods -n x") == told(home, "--", "kubectl", "get", "pods", "-n", "x")
    assert told(home, "kubectl get pods -n x") == told(home, "kubectl", "get", "pods", "-n", "x")


def test_as_markdown(home: Path) -> None:
    shown = kx(home, "-o", "md", "kubectl delete pod a|b '`x`'").stdout
    assert shown.startswith("```sh\nkubectl delete pod a|b '`x`'\n```\n\n**DELETE**: Delete objects.\n")
    assert "| ``'`x`'`` |" in shown
    assert "Undo: impossible" in shown


@pytest.mark.parametrize(
    ("words", "key"), [(("pod",), "pod"), (("Access", "modes"), "access modes"), (("etcd",), "etcd")]
)
def test_a_word_that_is_no_command_is_looked_up(home: Path, words: tuple[str, ...], key: str) -> None:
    told = json.loads(kx(home, "-o", "json", *words).stdout)
    assert told["concept"]["key"] == key and told["words"][0]["text"] == words[0]
    for form in ("text", "md"):
        assert told["concept"]["title"] in kx(home, "-o", form, *words).stdout


@pytest.mark.parametrize("line", ["get", "docker", "kubectl pod", "nothing-like-it", "pod; rm"])
def test_everything_else_is_a_line(home: Path, line: str) -> None:
    assert "concept" not in json.loads(kx(home, "-o", "json", line).stdout)


@pytest.mark.parametrize("arguments", [("-o", "json"), ("-ojson",), ("--output=json",), ("--output", "json")])
def test_options_may_be_written_in_each_usual_way(home: Path, arguments: tuple[str, ...]) -> None:
    assert json.loads(kx(home, *arguments, "--", "kubectl get pods").stdout)["path"] == ["get"]


def test_its_help_names_every_option(home: Path) -> None:
    shown = kx(home, "--help").stdout
    assert all(word in shown for word in ("--output", "--context", "--namespace", "--kubeconfig", "LINE"))


def test_several_words_are_quoted_as_a_shell_needs_them(home: Path) -> None:
    value = told(home, "--", "kubectl", "exec", "p", "--", "sh", "-c", "echo a | wc")
    assert value["line"] == "kubectl exec p -- sh -c 'echo a | wc'"
    assert value["effect"] == "run-code"


def test_where_comes_from_the_kubeconfig_and_options_win(home: Path) -> None:
    where = {"context": "one", "namespace": "web", "server": "https://example.test:6443"}
    assert told(home, "kubectl get pods")["where"] == where
    assert told(home, "--context", "two", "kubectl get pods")["where"] == {
        **where,
        "context": "two",
        "namespace": "default",
    }
    assert told(home, "-n", "x", "kubectl get pods")["where"] == {**where, "namespace": "x"}
    assert told(home, "kubectl get pods --context two")["where"] == {
        **where,
        "context": "two",
        "namespace": "default",
    }
    assert told(home, "kubectl get pods -A")["where"] == {**where, "namespace": "*"}


def test_the_word_kubectl_may_be_left_out(home: Path) -> None:
    assert told(home, "get pods")["path"] == ["get"]
    assert told(home, "docker run my-image")["program"] == "docker"


def test_lines_of_standard_input_become_one_object_each(home: Path) -> None:
    done = kx(home, "-o", "json", "-", stdin="kubectl get pods\n\nkubectl delete pod x\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["effect"] for row in rows] == ["read", "local", "delete"]


def test_a_line_with_problems_is_explained_all_the_same(home: Path) -> None:
    done = kx(home, "kubectl get pods --nonsense")
    assert done.returncode == 0
    assert "unknown flag: --nonsense" in done.stdout


def test_no_kubeconfig_or_a_broken_one_does_not_stop_it(home: Path) -> None:
    (home / "config").write_text("{{{ not yaml", encoding="utf-8")
    assert kx(home, "kubectl get pods").returncode == 0
    (home / "config").unlink()
    assert kx(home, "kubectl get pods").returncode == 0


@pytest.mark.parametrize("arguments", [(), ("",), ("-o", "xml", "kubectl get pods"), ("--preview", "kubectl get pods")])
def test_wrong_usage_of_kx_itself(home: Path, arguments: tuple[str, ...]) -> None:
    done = kx(home, *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error:")


def test_a_context_kx_was_told_must_exist(home: Path) -> None:
    done = kx(home, "--context", "three", "kubectl get pods")
    assert done.returncode == 1 and "three" in done.stderr
    assert kx(home, "kubectl get pods --context three").returncode == 0


def test_nothing_heavy_is_loaded(home: Path) -> None:
    code = (
        "import sys; from kx.commands.dispatch import dispatch; dispatch(['explain', 'kubectl get pods']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "KUBECONFIG": str(home / "config")}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.strip() == "[]"


def test_bytes_that_are_no_text_do_not_stop_the_rest(home: Path) -> None:
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "KUBECONFIG": str(home / "config")}
    for output, count in (("json", 2), ("text", 8)):
        call = [sys.executable, "-m", "kx", "explain", "-o", output, "-"]
        lines = b"kubectl get pods \xff\nkubectl get ns\n"
        done = subprocess.run(call, env=env, input=lines, capture_output=True, timeout=60, check=True)
        assert len(done.stdout.splitlines()) >= count and b"\xff" not in done.stdout


def test_a_line_no_program_could_be_given_is_refused(home: Path) -> None:
    done = kx(home, "-", stdin="kubectl get pods " + "a " * 200_000)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: The line is too long to explain: 400,0")
