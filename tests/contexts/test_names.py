"""What a typed name may stand for: more for a person than for a script."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from kx.kubeconfig import read
from tests.contexts.callers import Caller


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    made = Caller(tmp_path)
    made.settings('[aliases]\np = "prod-eu"\nblue = "arn:aws:eks:eu/blue"\nweb = "prod-us/web"\ngone = "nowhere"\n')
    return made


def current(caller: Caller) -> str:
    where = read.current(caller.env)
    return f"{where.context}/{where.namespace}"


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("prod-us", "prod-us/web"),
        ("arn:aws:eks:eu/blue", "arn:aws:eks:eu/blue/default"),
        ("p", "prod-eu/default"),
        ("blue", "arn:aws:eks:eu/blue/default"),
        ("web", "prod-us/web"),
        ("-- prod-eu", "prod-eu/default"),
    ],
)
def test_names_and_aliases_are_understood_everywhere(caller: Caller, typed: str, place: str) -> None:
    assert caller.script(f"ctx {typed}").status == 0
    assert current(caller) == place


@pytest.mark.parametrize(("typed", "place"), [("us", "prod-us/web"), ("BLUE", "arn:aws:eks:eu/blue/default")])
def test_a_part_that_one_context_has_is_understood_for_a_person_only(caller: Caller, typed: str, place: str) -> None:
    caller.settings("")
    said = caller.script(f"ctx {typed}")
    assert (said.status, said.err) == (
        1, f'error: failed to switch context: no context exists with the name: "{typed}"\n',
    )  # fmt: skip
    assert current(caller) == "dev/api"
    assert caller.person(f"ctx {typed}").status == 0
    assert current(caller) == place


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("prod", "Did you mean prod-eu, prod-us?"),
        ("prod-uz", "Did you mean prod-us, prod-eu"),
        ("bleu", "Did you mean blue"),
        ("zzz", "`kx ctx` lists the contexts there are."),
        ("gone", "Did you mean gone?"),
        ("x\x1b[31m", "`kx ctx` lists all contexts."),
    ],
)
def test_a_person_is_told_what_comes_near(caller: Caller, typed: str, hint: str) -> None:
    said = caller.person(f"ctx '{typed}'")
    assert said.status == 1
    assert hint in said.err
    assert "\x1b" not in said.err
    assert len(caller.script(f"ctx '{typed}'").err.splitlines()) == 1


def test_an_alias_never_hides_a_context(caller: Caller) -> None:
    caller.settings('[aliases]\ndev = "prod-eu"\n')
    caller.script("ctx prod-us")
    assert caller.script("ctx dev").status == 0
    assert current(caller) == "dev/api"


def test_bad_settings_are_named(caller: Caller) -> None:
    caller.settings("[aliases]\np = 3\n")
    said = caller.script("ctx p")
    assert said.status == 1
    assert "config.toml: [aliases] does not name contexts" in said.err
    assert caller.script("ctx prod-eu").status == 0  # an exact name asks for no settings


def test_no_escape_sequence_reaches_the_terminal(caller: Caller) -> None:
    name = "red\\e[31m"  # as YAML escapes it
    text = caller.file.read_text(encoding="utf-8").replace("name: prod-eu", f'name: "{name}"')
    caller.file.write_text(text.replace("current-context: dev", f'current-context: "{name}"'), encoding="utf-8")
    for line in ("ctx", "ctx -c", "ctx -d .", "ctx 'red*'", "ctx --history"):
        said = caller.script(line)
        assert "\x1b" not in said.out + said.err
    caller.script("ctx --undo")
    assert caller.script("ctx").out.splitlines()[-1] == "red\\x1b[31m"


@pytest.mark.parametrize(
    "name",
    ["y", "n", "1e3", "0o7", "null", "~", "true", "1_000", "2001-01-01", "a:b", "../x", "two words", "it's", 'say "hi"',
     "\U0001f600", "x" * 253, "#", "a #b", "&a", "*a", "{a}", "[a", "%", "@", "`", "back\\slash", "ünï"],
)  # fmt: skip
def test_names_that_break_others(caller: Caller, name: str) -> None:
    text = caller.file.read_text(encoding="utf-8")
    written = json.dumps(name, ensure_ascii=False)
    caller.file.write_text(text.replace("name: prod-eu", f"name: {written}"), encoding="utf-8")
    word = shlex.quote(name)
    assert caller.script(f"ctx {word}").status == 0
    assert caller.script("ctx -c").out == f"{name}\n"
    assert caller.script("ns other -f").status == 0
    assert caller.script("ctx -").err == '✔ Switched to context "dev".\n'
    assert caller.script("ctx -").err.startswith(f'✔ Switched to context "{name}".\n')
    assert caller.script("ns - -f").err == '✔ Active namespace is "default"\n'
    assert caller.script(f"ctx new={word}").err == f"✔ Context {name} renamed to new.\n"
    assert caller.script(f"ctx {word}=new").err == f"✔ Context new renamed to {name}.\n"
    assert caller.script(f"ctx -d {word}").err == f"✔ Deleted context {name}.\n"
    assert name not in caller.script("ctx").out.splitlines()


def test_globs_list(caller: Caller) -> None:
    assert caller.script("ctx 'prod-*'").out == "prod-eu\nprod-us\n"
    assert caller.script("ctx '*/blu?'").out == "arn:aws:eks:eu/blue\n"
    assert caller.script("ctx 'x*'").status == 1
    assert current(caller) == "dev/api"


def test_a_name_in_two_files_is_shown_with_them_to_a_person(caller: Caller, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text(caller.file.read_text().replace("prod-eu", "prod-asia"), encoding="utf-8")
    caller.env["KUBECONFIG"] += f":{other}"
    caller.env["KUBECTX_IGNORE_FZF"] = "1"
    lines = caller.person("ctx").out.splitlines()
    assert f"dev  (current)  (of {caller.file}; also in {other})" in lines
    assert "prod-asia" in lines and "prod-eu" in lines
    assert "(" not in caller.script("ctx").out
