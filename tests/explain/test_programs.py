"""Programs other than kubectl: every text is short and true to form, and lines are told word by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kx.kubectl.catalog import programs
from tests.explain.tools import explained

EFFECTS = {"read", "create", "change", "delete", "run-code", "local"}
EVERYDAY = (
    "grep jq yq xargs less more base64 wc sort uniq head tail watch awk sed cut tr tee column cat echo printf diff sh "
    "ssh curl wget time timeout sudo env vim nano open nl shuf tac envsubst kustomize k9s kubectx kubens stern docker "
    "helm minikube kind k3s docker-compose"
).split()


def rows(name: str, data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A program and all its commands, with their words."""
    yield name, data
    for word, inner in data.get("commands", {}).items():
        yield from rows(f"{name} {word}", inner)


ALL = [row for name in programs.names() for row in rows(name, programs._data(name) or {})]


def test_everyday_programs_are_known() -> None:
    assert [name for name in EVERYDAY if programs.program(name) is None] == []


@pytest.mark.parametrize(("words", "data"), ALL, ids=[words for words, _ in ALL])
def test_texts_of_programs_have_their_form(words: str, data: Mapping[str, Any]) -> None:
    assert set(data) <= {"summary", "effect", "note", "operands", "flags", "commands", "changing", "like"}
    assert data["effect"] in EFFECTS
    assert 5 <= len(data["summary"]) <= 70 and data["summary"][0].isupper() and data["summary"].endswith(".")
    assert ("note" in data) == (" " in words)
    for key, note in data.get("flags", {}).items():
        assert key.startswith("-") and len(note) <= 110 and not note.endswith("."), (words, key)
    if "commands" not in data and " " in words:
        assert programs.program(words.split()[0], words.split()[1:]), words


@pytest.mark.parametrize("file", sorted(Path(programs._FOLDER).glob("*.yaml")), ids=lambda file: file.stem)
def test_a_file_of_programs_is_of_a_readable_size(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize(
    ("line", "effect", "word", "note"),
    [
        ("docker run -v data:/data nginx", "run-code", "-v", "storage to mount; NAME:/path is a volume"),
        ("docker run -it alpine ls -v", "run-code", "-v", "a word for the program in the container"),
        ("docker exec -it web sh -c 'ls'", "run-code", "-c", "a word for it"),
        ("docker -v", "local", "-v", "only print the version"),
        ("docker compose up -d", "run-code", "up", "make and start them"),
        ("docker compose -f x.yaml down -v", "delete", "-v", "remove named volumes too, with their data"),
        ("docker compose -f x.yaml logs -f", "read", "x.yaml", "the value of -f"),
        ("docker-compose up", "run-code", "up", "make and start them"),
        ("docker volume rm data", "delete", "data", "a volume"),
        ("docker rm -f web", "delete", "-f", "end it first if it runs"),
        ("docker build -t web .", "run-code", "web", "the value of -t"),
        ("docker run -p8080:80 nginx", "run-code", "-p8080:80", "open a port of this machine"),
        ("helm repo add x https://x", "local", "https://x", "its address"),
        ("helm -n web list", "read", "list", "list releases"),
        ("helm dependency update ./gowebapp", "local", "./gowebapp", "the folder of the chart"),
        ("helm upgrade -i web ./web", "change", "-i", "install it if it is not there"),
        ("kind delete cluster --name x", "delete", "cluster", "delete a cluster"),
        ("minikube addons enable ingress", "change", "ingress", "its name"),
        ("sort -rn", "local", "-rn", "in reverse; by number"),
        ("ssh web grep -v x", "run-code", "-v", "a word of the command to run there"),
        ("docker compose -f x.yaml logs -f", "read", "-f", "the file that describes them"),
        ("docker stop web -f", "change", "-f", "an option of this program"),
        ("docker", "change", "docker", "work with containers on this machine"),
    ],
)
def test_lines_of_other_programs(line: str, effect: str, word: str, note: str) -> None:
    told = explained(line)
    assert told.effect == effect
    assert next(each for each in told.words if each.text == word).note.startswith(note)


@pytest.mark.parametrize("name", ["", "..", "../docker", "text", "x" * 5000, "a\x00b", "docker.yaml"])
def test_names_that_are_no_program_are_none(name: str) -> None:
    found = programs.program(name)
    assert found is None or name == "../docker"  # a path ends in a program's name
