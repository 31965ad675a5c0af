"""The facts: read from help texts, merged over versions and taken apart again, and the same as each kubectl's now."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from kx.kubectl.catalog import build, load, merge
from kx.kubectl.catalog.helptext import ShownFlag, read_flags, read_help
from kx.kubectl.catalog.model import Catalog, Command, Flag
from kx.records import replace
from tests.kubectls import Kubectl, find_kubectls

HELP = """Do something to things.

 Things that can be done: one of [a lot], and more.

Aliases:
frob, f, fr

Examples:
  # Frob a thing
  kubectl frob thing

Available Commands:
  again       Do it again
  not-now     Do it later

Options:
    --as='':
\tWho does it.

    -o, --output='json':
\tOutput format. One of: (json, yaml, jsonpath-file).

    --strategy='none':
\tMust be "none", "server", or "client". If client strategy, nothing is sent.

    --validate='strict':
\tMust be one of: strict (or true), warn, ignore (or false). "true" is for "strict".

    -f, --follow=false:
\tFollow.

    --things=[]:
\tThings.

Usage:
  kubectl frob THING [--as=who] [flags] [options]

Use "kubectl frob <command> --help" for more information about a given command.
"""


def test_help_page() -> None:
    page = read_help(HELP, ("frob",))
    assert page.usage == "THING [--as=who]"
    assert page.aliases == ("f", "fr")
    assert page.subcommands == ("again", "not-now")
    assert page.flags == read_flags(HELP)
    assert page.flags == (
        ShownFlag("as", "", "''"),
        ShownFlag("output", "o", "'json'", ("json", "yaml", "jsonpath-file")),
        ShownFlag("strategy", "", "'none'", ("none", "server", "client")),
        ShownFlag("validate", "", "'strict'", ("strict", "warn", "ignore")),
        ShownFlag("follow", "f", "false"),
        ShownFlag("things", "", "[]"),
    )


def catalogs() -> list[Catalog]:
    """Three versions in which about everything changes."""
    old = Flag("all", "A", "bool", "false", "true")
    new = replace(old, short="", values=("true", "false"), required=True)
    top = Flag("namespace", "n", is_global=True)
    return [
        Catalog(
            "1.1",
            {
                (): Command((), subcommands=("a", "b")),
                ("a",): Command(("a",), "X", (old,), aliases=("aa",)),
                ("b",): Command(("b",), subcommands=("c",), runnable=False),
                ("b", "c"): Command(("b", "c"), flags=(new, old)),
            },
            (top,),
        ),
        Catalog("1.2", {(): Command((), subcommands=("a",)), ("a",): Command(("a",), "Y", (new,))}, (new, top)),
        Catalog("1.3", {(): Command((), subcommands=("a",)), ("a",): Command(("a",), "X", (new, old))}, (top,)),
    ]


def test_merged_facts_come_apart_again() -> None:
    document = json.loads(build.render(merge.merge(catalogs())))
    for index, catalog in enumerate(catalogs()):
        again = load.expand(document, index)
        assert again == catalog


def test_what_holds_for_all_versions_is_written_without_a_range() -> None:
    document = merge.merge([replace(catalogs()[0], version=version) for version in ("1.1", "1.2")])
    assert document["globals"] == [2]
    assert document["commands"]["a"] == {"usage": "X", "aliases": ["aa"], "flags": [1]}


def test_a_new_version_joins_those_already_known() -> None:
    old, middle, new = catalogs()
    document = build.add(merge.merge([middle]), [new, old])
    assert document == merge.merge(catalogs())
    assert build.add(document, [replace(middle, version="1.10")])["versions"] == ["1.1", "1.2", "1.3", "1.10"]


@pytest.mark.parametrize(
    ("asked", "given"),
    [(None, "1.33"), ("1.31", "1.31"), ("v1.31.2", "1.31"), ("1.20", "1.27"), ("1.99", "1.33"), ("1.32+", "1.32")],
)
def test_nearest_version(asked: str | None, given: str) -> None:
    assert load.load(asked).version == given


def test_facts_have_no_sentences() -> None:
    text = build.FACTS.read_text(encoding="utf-8")
    assert not re.findall(r"\w+ \w+ \w+ \w+ \w+\.", text)
    assert len(text) < 100_000


@pytest.mark.parametrize("version", load.known_versions())
def test_facts_are_sound(version: str) -> None:
    catalog = load.load(version)
    for path, command in catalog.commands.items():
        assert command.path == path
        assert [flag.name for flag in command.flags] == sorted({flag.name for flag in command.flags})
        letters = [flag.short for flag in command.flags if flag.short]
        assert len(letters) == len(set(letters))
        assert all(catalog.command((*path, name)) for name in command.subcommands)
        assert all(flag.no_value for flag in command.flags if flag.type == "bool")
    assert {flag.name for flag in catalog.globals} >= {"namespace", "context", "kubeconfig", "help"}


def test_loading_needs_no_heavy_import() -> None:
    code = "import sys; from kx.kubectl.catalog.load import load; load(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"subprocess", "yaml", "kubernetes", "asyncio", "prompt_toolkit"} & set(done.stdout.split())


@pytest.fixture(scope="module")
def regenerated() -> dict[str, Catalog]:
    """The facts of every kubectl found, read anew; all at once, because each takes hundreds of questions."""
    return {catalog.version: catalog for catalog in build.read_all(find_kubectls())}


def test_facts_are_those_of_the_binary(kubectl: Kubectl, regenerated: dict[str, Catalog]) -> None:
    committed, now = load.load(kubectl.version), regenerated[kubectl.version]
    assert now.globals == committed.globals
    assert now.commands.keys() == committed.commands.keys()
    for path, command in now.commands.items():
        assert command == committed.commands[path]
