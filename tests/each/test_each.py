"""``kx each`` against the practice cluster, by several names, and a cluster that is not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
import yaml

import kx
from kx.each.arguments import Wanted, parse
from kx.each.chosen import chosen
from kx.errors import KxError, UsageError
from kx.kubeconfig.model import Context, Kubeconfig
from tests.kubectls import find_kubectls
from tests.practice_server import practice_server

ROOT = str(Path(kx.__file__).parent.parent)
needs_kubectl = pytest.mark.skipif(not find_kubectls(), reason="no kubectl found: there is nothing to run")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("prod-* -- get pods", Wanted(patterns=("prod-*",), words=("get", "pods"))),
        ("a b -n web -y -- kubectl delete pod x -n y",
         Wanted(patterns=("a", "b"), words=("delete", "pod", "x", "-n", "y"), namespace="web", yes=True)),
        ("* -o json --jobs=3 -- k get ns -- x",
         Wanted(patterns=("*",), words=("get", "ns", "--", "x"), output="json", jobs=3)),
        ("-h", Wanted(help=True)),
    ],
)  # fmt: skip
def test_words(line: str, wanted: Wanted) -> None:
    assert parse(line.split()) == wanted


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "which contexts?"),
        ("-- get pods", "which contexts?"),
        ("a", "what is to be done"),
        ("a --", "what is to be done"),
        ("a -x -- get", "has no option -x"),
        ("a -n", "-n needs a value"),
        ("a -o yaml -- get", "it is one of text, json"),
        ("a -j 0 -- get", "a number from 1 to 64"),
        ("a -j many -- get", "a number from 1 to 64"),
    ],
)
def test_words_that_make_no_sense(line: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse(line.split())


CONFIG = Kubeconfig(contexts={name: Context(name) for name in ("prod-10", "prod-9", "dev", "a[b]")})


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["prod-*"], ("prod-9", "prod-10")),
        (["dev", "prod-?", "*-9"], ("dev", "prod-9")),
        (["*"], ("a[b]", "dev", "prod-9", "prod-10")),
        (["a[b]"], ("a[b]",)),
        (["d"], ("dev",)),
    ],
)
def test_contexts(patterns: list[str], names: tuple[str, ...]) -> None:
    assert chosen(CONFIG, patterns, {"d": "dev"}) == names


@pytest.mark.parametrize("pattern", ["de", "stage-*", ""])
def test_no_context_is_guessed(pattern: str) -> None:
    with pytest.raises(KxError):
        chosen(CONFIG, [pattern], {})


class Desk:
    """A kubeconfig with five contexts, one of them dead."""

    def __init__(self, folder: Path, kubeconfig: Path) -> None:
        text = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
        context = text["contexts"][0]["context"]
        text["clusters"].append({"name": "dead", "cluster": {"server": "https://127.0.0.1:1"}})
        text["contexts"] = [
            {"name": name, "context": {**context, **more}}
            for name, more in {
                "prod-10": {}, "prod-2": {"namespace": "kube-system"}, "dev-1": {}, "dev-2": {},
                "gone": {"cluster": "dead"},
            }.items()
        ]  # fmt: skip
        file = folder / "config"
        file.write_text(yaml.safe_dump(text), encoding="utf-8")
        self.env = {"HOME": str(folder), "PATH": os.defpath, "KUBECONFIG": str(file), "PYTHONPATH": ROOT,
                    "TERM": "xterm", "KX_KUBECTL": str(find_kubectls()[-1].path)}  # fmt: skip

    def each(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.argv(*words), env=self.env, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)  # fmt: skip

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "kx", "each", *words]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with practice_server(tmp_path_factory.mktemp("cluster")) as server:
        yield Desk(tmp_path_factory.mktemp("each"), server.kubeconfig)


@needs_kubectl
def test_outputs_come_in_order_under_their_names(desk: Desk) -> None:
    done = desk.each("prod-*", "dev-1", "--", "get", "ns", "default", "-o", "name")
    assert done.stdout == "# dev-1\nnamespace/default\n# prod-2\nnamespace/default\n# prod-10\nnamespace/default\n"
    assert (done.returncode, done.stderr) == (0, "")


@needs_kubectl
def test_one_failure_is_summed_up_and_counts(desk: Desk) -> None:
    done = desk.each("*", "--", "get", "ns", "default", "-o", "name")
    assert done.returncode == 1
    assert done.stdout.count("namespace/default") == 4
    assert done.stderr.splitlines()[0] == "# gone failed with status 1"
    assert done.stderr.splitlines()[-1] == "Failed in 1 of 5 contexts: gone"
    assert "memcache.go" not in done.stderr


@needs_kubectl
@pytest.mark.parametrize("words", [["--", "get", "ns", "-o", "json"], ["-o", "json", "--", "get", "ns", "-ojson"]])
def test_json_is_merged(desk: Desk, words: list[str]) -> None:
    done = desk.each("prod-2", "gone", *words)
    assert done.returncode == 1
    merged = json.loads(done.stdout)
    assert merged["version"] == 1
    assert [(entry["context"], entry["status"]) for entry in merged["contexts"]] == [("gone", 1), ("prod-2", 0)]
    assert merged["contexts"][1]["output"]["kind"] == "List"
    assert "refused" in merged["contexts"][0]["error"]


@needs_kubectl
def test_what_is_no_json_is_text_in_it(desk: Desk) -> None:
    done = desk.each("dev-1", "-o", "json", "--", "get", "ns", "default", "-o", "name")
    assert json.loads(done.stdout)["contexts"][0]["output"] == "namespace/default\n"


@needs_kubectl
def test_namespaces_are_each_context_s_own_or_the_one_that_was_named(desk: Desk) -> None:
    made = desk.each("prod-2", "-y", "--", "create", "configmap", "here")
    assert made.stdout == "# prod-2\nconfigmap/here created\n"
    assert "configmap/here" in desk.each("dev-1", "-n", "kube-system", "--", "get", "cm", "-o", "name").stdout
    assert "configmap/here" not in desk.each("dev-1", "--", "get", "cm", "-o", "name").stdout


@needs_kubectl
def test_nothing_changes_where_nobody_can_be_asked(desk: Desk) -> None:
    done = desk.each("dev-*", "--", "create", "ns", "never")
    assert (done.returncode, done.stdout) == (1, "")
    assert "kubectl create ns never changes something in 2 contexts, and there is nobody to ask" in done.stderr
    assert desk.each("dev-1", "--", "get", "ns", "never").returncode == 1


@needs_kubectl
@pytest.mark.parametrize(
    "words",
    [
        ["logs", "-f", "p"],
        ["get", "pods", "-w"],
        ["get", "pods", "--watch=true"],
        ["exec", "-it", "p", "--", "sh"],
        ["edit", "pod", "p"],
        ["port-forward", "p", "80"],
        ["proxy"],
        ["run", "x", "--image=y", "-i"],
        ["get", "pods", "--context=x"],
    ],
)
def test_what_needs_a_person_or_never_ends_is_refused(desk: Desk, words: list[str]) -> None:
    done = desk.each("dev-1", "-y", "--", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "needs somebody at the keyboard" in done.stderr or "belongs before --" in done.stderr


@needs_kubectl
def test_nothing_is_there_to_read(desk: Desk) -> None:
    done = desk.each("dev-1", "-y", "--", "apply", "-f", "-")
    assert done.returncode == 1
    assert "no objects passed to apply" in done.stderr


@needs_kubectl
@pytest.mark.parametrize(("answer", "status", "there"), [("n", 1, False), ("", 1, False), ("y", 0, True)])
def test_a_person_is_asked_once_with_the_whole_list(desk: Desk, answer: str, status: int, there: bool) -> None:
    name = f"asked-{answer or 'nothing'}"
    argv = desk.argv("dev-1", "prod-2", "--", "create", "configmap", name)
    terminal = pexpect.spawn(argv[0], argv[1:], env=desk.env, encoding="utf-8", timeout=60, dimensions=(24, 80))
    terminal.expect_exact("Run it in these 2 contexts? [y/N] ")
    shown = terminal.before.replace("\r", "")
    assert "CREATE" in shown and "dev-1/default\n" in shown and "prod-2/kube-system  (protected)\n" in shown
    terminal.sendline(answer)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == status
    assert (desk.each("dev-1", "--", "get", "configmap", name).returncode == 0) is there


@needs_kubectl
def test_progress_is_shown_on_a_terminal_and_taken_away(desk: Desk) -> None:
    argv = desk.argv("dev-*", "--", "get", "ns", "default", "-o", "name")
    terminal = pexpect.spawn(argv[0], argv[1:], env=desk.env, encoding="utf-8", timeout=60, dimensions=(24, 80))
    terminal.expect(pexpect.EOF)
    assert "0 of 2 done; waiting for dev-1, dev-2" in terminal.before
    assert terminal.before.rstrip().endswith("namespace/default")
    terminal.close()


def _children(program: Path) -> list[str]:
    done = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if str(program) in line and "kx each" not in line]


@needs_kubectl
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_being_stopped_stops_all_children(desk: Desk, tmp_path: Path, number: signal.Signals, status: int) -> None:
    slow = tmp_path / "slow-kubectl"
    slow.write_text(f'#!/bin/sh\ntouch "{tmp_path}/started-$$"\nsleep 60\n', encoding="utf-8")
    slow.chmod(0o755)
    process = subprocess.Popen(
        desk.argv("dev-*", "prod-2", "-j", "2", "--", "get", "pods"),
        env={**desk.env, "KX_KUBECTL": str(slow)},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        end = time.monotonic() + 30
        while len(list(tmp_path.glob("started-*"))) < 2 and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(30) == status
    assert _children(slow) == []
    assert len(list(tmp_path.glob("started-*"))) == 2  # the third never began
