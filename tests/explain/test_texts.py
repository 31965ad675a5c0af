"""Data is tested like code: every command has its text, every text its command, every flag of the deck its note."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from kx.explain import flagnotes
from kx.explain.effects import EFFECTS
from kx.explain.layouts import LAYOUTS
from kx.kubectl.catalog import plainyaml, programs, texts
from kx.kubectl.catalog.load import known_versions, load
from kx.kubectl.catalog.model import Command, Flag
from kx.kubectl.catalog.resources import resource_types
from tests.explain.tools import explained

VERSIONS = known_versions()


def all_commands() -> dict[tuple[str, ...], Command]:
    return {path: command for version in VERSIONS for path, command in load(version).commands.items()}


def all_flags() -> list[tuple[tuple[str, ...], Flag]]:
    return [
        (path, flag)
        for version in VERSIONS
        for path, command in load(version).commands.items()
        for flag in command.flags
    ]


def text_files() -> set[str]:
    return {file.name for file in Path(texts._ROOT).glob("*.yaml")}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_command_has_a_text(version: str) -> None:
    missing = [" ".join(path) for path in load(version).commands if texts.command(path) is None]
    assert missing == []


def test_every_text_has_a_command() -> None:
    assert text_files() - {texts.file_name(path) for path in all_commands()} <= {"help.yaml", "options.yaml"}


def test_summaries_are_one_short_imperative_line() -> None:
    for path in all_commands():
        told = texts.command(path)
        assert told is not None
        assert told.summary == texts.summary(path), "the cheap reader and the parser must agree"
        assert 10 <= len(told.summary) <= 65, told.summary
        assert told.summary[0].isupper() and told.summary.endswith("."), told.summary
        assert told.word, path


def test_every_flag_of_every_command_has_our_own_text() -> None:
    """Every one, not only the deck's: the generic note is for flags of versions yet to come."""
    missing = {(path, flag.name) for path, flag in all_flags() if not texts.flag(path, flag.name)}
    assert missing == set()


@pytest.mark.parametrize(
    ("flag", "note"),
    [
        (Flag("x", type="bool"), "a switch"),
        (Flag("x", type="int", default="5"), "takes a number; 5 if left out"),
        (Flag("x", type="strings", default="[]"), "takes words, separated by commas"),
        (Flag("x", type="odd", deprecated=True), "takes a value of type odd; going away in a later kubectl"),
    ],
)
def test_an_unknown_flag_is_told_from_the_facts(flag: Flag, note: str) -> None:
    assert flagnotes.generic(flag) == note


@pytest.mark.parametrize("version", VERSIONS)
def test_every_global_flag_has_our_own_text(version: str) -> None:
    assert [flag.name for flag in load(version).globals if not texts.flag((), flag.name, True)] == []


def test_texts_name_no_flag_a_command_does_not_have() -> None:
    known = {path: set[str]() for path in all_commands()}
    for path, flag in all_flags():
        known[path].add(flag.name)
    shared = {flag.name for version in VERSIONS for flag in load(version).globals}
    for path, names in known.items():
        told = texts.command(path)
        assert told is not None
        assert set(told.flags) - names - shared == set(), path


def test_notes_are_phrases_for_a_beginner() -> None:
    for path, flag in all_flags():
        note = texts.flag(path, flag.name, flag.is_global)
        assert len(note) <= 110, note
        assert not note.endswith("."), note
        assert note[:1].islower() or re.match(r"[A-Z]{2}|DELETE", note) or not note, note


def test_every_type_has_its_glossary_entry() -> None:
    assert [entry.key for entry in resource_types() if not texts.resource(entry.key)] == []


def test_tables_name_only_commands() -> None:
    commands = set(all_commands()) | {("help",), ("options",)}
    assert set(LAYOUTS) <= commands
    assert set(EFFECTS) <= commands


def test_undo_templates_name_only_commands() -> None:
    commands = all_commands()
    for path in commands:
        told = texts.command(path)
        if told and told.undo and told.undo.command:
            words = told.undo.command.split()
            assert words[0] == "kubectl"
            assert (words[1],) in commands, told.undo.command


@pytest.mark.parametrize(
    ("path", "flag", "part"),
    [
        (("logs",), "follow", "Ctrl-C"),
        (("run",), "labels", "labels for the pod"),
        (("delete",), "force", "do not wait"),
        (("apply",), "force", "create it again"),
        (("nothing-known",), "selector", "labels"),
    ],
)
def test_flags_mean_what_they_mean_to_their_command(path: tuple[str, ...], flag: str, part: str) -> None:
    assert part in texts.flag(path, flag)


def test_other_programs() -> None:
    docker = programs.program("docker", ("run", "my-image"))
    assert docker and docker.effect == "run-code" and docker.at == (0,)
    grep = programs.program("/usr/bin/grep")
    assert grep and grep.effect == "local"
    assert programs.program("no-such-program") is None


@pytest.mark.parametrize(
    ("line", "word", "note"),
    [
        ("kubectl get pods | head -n 2", "2", "the value of -n"),
        ("kubectl get pods | grep -A 3 web", "web", "the pattern to look for"),
        ("docker run -p 80:80 nginx", "nginx", "the image to start from"),
        ("for p in a b; do kubectl logs $p; done", "done", "end of what is repeated"),
    ],
)
def test_words_of_other_programs(line: str, word: str, note: str) -> None:
    assert next(each for each in explained(line).words if each.text == word).note == note


@pytest.mark.parametrize(
    ("line", "effect"),
    [("curl -s web", "read"), ("curl -XDELETE web", "change"), ("curl --data=x web", "change")],
)
def test_curl_only_reads_unless_it_is_told_otherwise(line: str, effect: str) -> None:
    assert explained(line).effect == effect


@pytest.mark.parametrize("file", sorted(Path(texts._ROOT).rglob("*.yaml")), ids=lambda file: file.name)
def test_the_plain_reader_reads_what_a_yaml_parser_reads(file: Path) -> None:
    assert plainyaml.read(file) == yaml.safe_load(file.read_text(encoding="utf-8"))


NOT_PLAIN = (
    "- a", "a: b\n   c: d", "just words", "a:\n    b: c", "a: b\na: c", "a: true", "a: 5", "a: [b]", "a: b # c",
    "a: 'b'", "a: |", "a: b: c", 'a: "b" c', "a: *b",
)  # fmt: skip


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_the_plain_reader_refuses_other_yaml(text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="line"):
        plainyaml.read(file)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("kubectl create pdb p --selector=a=b", "the pods it counts, by their labels; here: label a is b"),
        ("kubectl expose deploy d --selector=a=b", f"{texts.flag(('expose',), 'selector')}; here: label a is b"),
        ("kubectl get pods --selector=a=b", "only objects whose label a is b"),
        ("kubectl api-resources --namespaced=false", "only types that belong to the whole cluster"),
        ("kubectl rollout status deploy/d --watch=false", "stay until the change is done; false prints the state once"),
        ("kubectl get pods --show-labels=false", "NOT: show all labels as the last column"),
        (
            "kubectl delete pod p --wait=false",
            "wait until they are really gone before returning; false returns at once",
        ),
        ("kubectl config get-contexts --output=name", "print names only (name)"),
        ("kubectl get pods --output=name", "only TYPE/NAME, one a line"),
    ],
)  # fmt: skip
def test_values_mean_what_they_mean_for_that_command(line: str, note: str) -> None:
    assert explained(line).words[-1].note == note
