"""Commands and flags newer than the facts: asked of the binary, remembered, and never asked of a known one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kx.explain.explanation import Explanation
from kx.explain.facade import Parse, explain_text
from kx.kubeconfig.where import Where
from kx.kubectl.catalog import helpwords
from kx.kubectl.catalog.load import load
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.newer import learned
from tests.kubectl import future
from tests.kubectls import find_kubectls

needs_kubectl = pytest.mark.skipif(not find_kubectls(), reason="a newer kubectl is made of one at hand: there is none")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return future.make(tmp_path / "bin", find_kubectls()[-1].path)


def told(line: str, kubectl: Path, env: dict[str, str], *, ask: bool = True) -> Explanation:
    def learn(catalog: Catalog, parse: Parse) -> Catalog:
        return learned(catalog, parse, kubectl, env, ask=ask)

    return explain_text(line, Where(namespace="web"), catalog=load(), learn=learn)


def note(explanation: Explanation, word: str) -> tuple[str, str]:
    return next((note.note, note.source) for note in explanation.words if note.text == word)


@needs_kubectl
def test_a_new_flag(newer: Path, env: dict[str, str]) -> None:
    explanation = told("kubectl get pods --dwell 9s -w", newer, env)
    assert explanation.problems == ()
    says = 'kubectl says: "How long to stay"; takes a time, such as 30s or 5m; 5s if left out'
    assert note(explanation, "--dwell") == (says, "kubectl")
    assert [word.role for word in explanation.words][-3:] == ["flag", "flag-value", "flag"]
    assert [request.verb for request in explanation.requests] == ["list", "watch"]


@needs_kubectl
def test_a_new_flag_with_a_wrong_value_is_refused(newer: Path, env: dict[str, str]) -> None:
    explanation = told("kubectl get pods --dwell soon", newer, env)
    assert [problem.partition(" flag")[0] for problem in explanation.problems] == [
        'invalid argument "soon" for "--dwell"'
    ]


@needs_kubectl
def test_a_new_flag_that_help_does_not_show(newer: Path, env: dict[str, str]) -> None:
    explanation = told("kubectl get pods --hush web", newer, env)
    assert explanation.problems == ()
    assert note(explanation, "--hush") == ("a switch", "kubectl")
    assert explanation.requests[0].path == "/api/v1/namespaces/web/pods/web"


@needs_kubectl
def test_a_new_command_in_a_new_command(newer: Path, env: dict[str, str]) -> None:
    explanation = told("kubectl notify once --to me x", newer, env)
    assert (explanation.path, explanation.problems) == (("notify", "once"), ())
    assert explanation.summary == 'kubectl says: "Tell them once"'
    assert note(explanation, "notify") == ('kubectl says: "Tell somebody [31mabout a thing"', "kubectl")
    assert note(explanation, "x") == ("an argument of the command", "kx")
    assert note(explanation, "--to")[0].startswith('kubectl says: "Whom to tell"')
    assert (explanation.effect, explanation.undo.grade) == ("run-code", "impossible")
    assert explanation.undo.reason == "kx does not know a way back from this"


@needs_kubectl
@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("kubectl get pods --dwel 9s", "unknown flag: --dwel"),
        ("kubectl notifi", 'unknown command "notifi" for "kubectl"'),
        ("kubectl notify --quiet", "unknown flag: --quiet"),
    ],
)
def test_what_the_binary_does_not_know_either_is_refused(
    newer: Path, env: dict[str, str], line: str, problem: str
) -> None:
    assert told(line, newer, env).problems == (problem,)


@needs_kubectl
def test_it_is_asked_once_and_only_where_the_facts_end(newer: Path, env: dict[str, str]) -> None:
    told("kubectl get pods -w", newer, env)
    assert future.asked(newer) == []
    first = told("kubectl get pods --dwell 9s", newer, env)
    asked = future.asked(newer)
    assert asked
    assert told("kubectl get pods --dwell 9s", newer, env) == first
    assert told("kubectl get pods --dwell 9s", newer, env, ask=False) == first
    assert future.asked(newer) == asked


@needs_kubectl
def test_it_is_not_asked_while_typing(newer: Path, env: dict[str, str]) -> None:
    assert told("kubectl get pods --dwell 9s", newer, env, ask=False).problems == ("unknown flag: --dwell",)
    assert future.asked(newer) == []


@needs_kubectl
def test_a_plugin_is_not_started(newer: Path, env: dict[str, str], tmp_path: Path) -> None:
    plugin = newer.with_name("kubectl-stranger")
    plugin.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    plugin.chmod(0o755)
    told("kubectl stranger --x", newer, {**env, "PATH": f"{newer.parent}:{env['PATH']}"})
    assert "--help" in future.asked(newer)
    assert not (tmp_path / "started").exists()


@needs_kubectl
def test_a_version_the_facts_know_is_not_asked(tmp_path: Path, env: dict[str, str]) -> None:
    same = future.make(tmp_path / "bin", find_kubectls()[-1].path, version=f"v{load().version}.9")
    assert told("kubectl get pods --dwell 9s", same, env).problems == ("unknown flag: --dwell",)
    assert future.asked(same) == ["version --client -o json"]


@needs_kubectl
@pytest.mark.parametrize("kept", ["", "[]", "5", '{"flag get dwell": 5}', '{"flag get dwell": {"name": 7}}'])
def test_a_spoilt_cache_is_no_trouble(newer: Path, env: dict[str, str], kept: str, tmp_path: Path) -> None:
    told("kubectl get pods --dwell 9s", newer, env)
    (file,) = (tmp_path / ".cache" / "kx" / "kubectl-help").glob("*.json")
    file.write_text(kept)
    told("kubectl get pods --dwell 9s", newer, env)


@pytest.mark.parametrize(
    "script", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\nyes\n", "no program at all", "#!/bin/sh\nsleep 30\n"]
)
def test_a_kubectl_that_does_not_answer(tmp_path: Path, env: dict[str, str], script: str) -> None:
    file = tmp_path / "kubectl"
    file.write_text(script)
    file.chmod(0o755)
    versions = tmp_path / ".cache" / "kx" / "kubectl-versions.json"
    versions.parent.mkdir(parents=True)
    status = file.stat()
    versions.write_text(f'{{"{file}:{status.st_size}:{status.st_mtime_ns}": "1.99"}}')
    assert told("kubectl get pods --dwell 9s", file, env).problems == ("unknown flag: --dwell",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Tell somebody. More.", "Tell somebody"),
        ("One of: (json, yaml, e.g. x). If so.", "One of: (json, yaml, e.g. x)"),
        ("no full stop", "no full stop"),
        ("  two\n lines.", "two lines"),
        ("\x1b]0;title\x07 \u202ered", "]0;title red"),
        ("word " * 100, "word " * 39 + "word…"),
        ("", ""),
    ],
)
def test_first_sentence(text: str, sentence: str) -> None:
    assert helpwords.first_sentence(text) == sentence


@pytest.mark.skipif(not find_kubectls(), reason="reads the help of a real kubectl: there is none")
def test_every_flag_of_a_real_help_page_has_words() -> None:
    page = find_kubectls()[-1]
    shown = helpwords.flags(page.run("get", "--help")[0])
    assert {flag.name for flag in load(page.version).commands[("get",)].flags} - {"help"} <= set(shown)
    assert helpwords.commands(page.run("--help")[0])["edit"] == "Edit a resource on the server"
