"""`kx explain -o json`: the contract, for every line of the deck and for any text at all."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.explain import as_json, render
from kx.explain.explanation import Effect, Grade, Severity, Source
from kx.kubectl.invocation import Role
from tests.explain.tools import DECK, PRACTICE, explained, golden

KEYS = [
    "version",
    "line",
    "program",
    "path",
    "summary",
    "effect",
    "where",
    "words",
    "traps",
    "requests",
    "undo",
    "preview",
]
PIECES = st.sampled_from(
    [
        *("kubectl", "k", "get", "delete", "run", "exec", "logs", "create", "deployment", "scale", "pods", "po/x"),
        *("-n", "-it", "--all", "--dry-run", "client", "--cascade", "orphan", "-o", "json", "-o=jsonpath", "-A"),
        *("--", "|", ">", "&&", ";", "'", '"', "$X", "#", "\\", "\n", "<<E", "(", "x=y", "a-", "--image=nginx", "-l"),
        *(
            "config",
            "use-context",
            "label",
            "rollout",
            "undo",
            "cp",
            "p:/a",
            "8080:80",
            "-f",
            "--replicas",
            "ü",
            "\x1b",
        ),
    ]
)


def checked(line: str, implied: bool = False) -> dict[str, Any]:
    """The JSON of a line, after a look at everything the contract promises."""
    explanation = explained(line, implied=implied)
    told: dict[str, Any] = json.loads(as_json.dumps(explanation))
    assert list(told) == KEYS
    assert told["version"] == 1 and told["line"] == line and told["preview"] is None
    assert told["effect"] in get_args(Effect)
    assert set(told["where"]) == {"context", "namespace", "server"}
    assert told["undo"]["grade"] in get_args(Grade)
    covered = [0] * len(line)
    for word in told["words"]:
        assert list(word) == ["start", "end", "text", "role", "title", "note", "source", "parts"]
        assert word["role"] in get_args(Role) and word["source"] in get_args(Source)
        assert word["text"] == line[word["start"] : word["end"]] and word["title"] and word["note"], word
        for place in range(word["start"], word["end"]):
            covered[place] += 1
        place = word["start"]
        for part in word["parts"]:
            assert list(part) == ["start", "end", "text", "note"] and part["note"], part
            assert place <= part["start"] < part["end"] <= word["end"], "in order, inside the word, not overlapping"
            assert part["text"] == line[part["start"] : part["end"]]
            place = part["end"]
    assert all(covered[place] == 1 for place, char in enumerate(line) if not char.isspace())
    assert max(covered, default=0) <= 1
    for trap in told["traps"]:
        assert trap["severity"] in get_args(Severity) and trap["message"]
        assert 0 <= trap["start"] <= trap["end"] <= len(line)
    for request in told["requests"]:
        assert list(request) == ["verb", "method", "path", "certainty", "why"]
    return told


@pytest.mark.parametrize("line", [*DECK, *(row["line"] for row in golden("requests"))])
def test_the_contract_holds_for_known_lines(line: str) -> None:
    told = checked(line)
    assert told["summary"] and told["program"]
    assert not any(word["role"] == "unknown" for word in told["words"])


@given(st.text(max_size=60), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_text_is_explained(line: str, implied: bool) -> None:
    checked(line, implied)


@given(st.lists(PIECES, max_size=10).map(" ".join), st.booleans(), st.integers(20, 120))
@settings(max_examples=600, deadline=None)
def test_any_mixture_of_kubectl_words_is_explained(line: str, implied: bool, width: int) -> None:
    checked(line, implied)
    explanation = explained(line, implied=implied)
    assert "\x1b" not in render.full(explanation, width, False)
    assert "\x1b" not in render.brief(explanation, width, False)


def test_an_empty_line() -> None:
    told = checked("")
    assert (told["program"], told["path"], told["effect"], told["words"]) == ("", [], "local", [])


def test_where_follows_the_flags_of_the_line() -> None:
    assert checked("kubectl get pods -n x")["where"]["namespace"] == "x"
    assert checked("kubectl get pods -A")["where"]["namespace"] == "*"
    assert checked("kubectl get pods -s https://x:1")["where"]["server"] == "https://x:1"
    assert checked("kubectl get pods --context other")["where"] == {"context": "other", "namespace": "", "server": ""}


def test_a_line_of_several_commands() -> None:
    told = checked("echo hi && kubectl get pods | grep web; kubectl delete pod web")
    assert told["program"] == "kubectl" and told["path"] == ["get"]
    assert told["effect"] == "delete", "the strongest of the line"
    assert [request["verb"] for request in told["requests"]][:2] == ["list", "delete"]


def test_what_kubectl_refuses_has_a_word_of_role_unknown() -> None:
    told = checked("kubectl get pods --nonsense")
    assert [(word["text"], word["role"], word["source"]) for word in told["words"]][-1] == (
        "--nonsense",
        "unknown",
        "kubectl",
    )
    assert checked("kubectl frobnicate")["words"][-1]["role"] == "unknown"


def test_a_secret_is_only_where_it_was_typed() -> None:
    line = "kubectl create secret generic s --from-literal=password=hunter2 -n web"
    told = checked(line)
    rest = json.dumps({key: value for key, value in told.items() if key not in ("line", "words")})
    notes = json.dumps([[word["title"], word["note"]] for word in told["words"]])
    assert "hunter2" not in rest + notes
    assert "hunter2" not in explained(line, PRACTICE).brief


def test_the_summary_is_that_of_the_strongest_effect() -> None:
    told = checked("kubectl get pods && kubectl delete pod web")
    assert (told["effect"], told["summary"]) == ("delete", "Delete objects.")


def test_only_a_comment_runs_nothing() -> None:
    assert checked("# kubectl delete pod web")["summary"] == "Nothing is run."


def test_a_kubeconfig_set_for_the_line_is_another_place() -> None:
    told = checked("KUBECONFIG=/elsewhere kubectl get pods")
    assert told["where"] == {"context": "", "namespace": "default", "server": ""}
