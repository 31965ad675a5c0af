"""Which scalars are text, and that every name comes back as it was written: to kx, to PyYAML and to each kubectl."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kx.kubeconfig import parse, scan, tree
from kx.kubeconfig.quote import is_null, is_text, quoted, written
from tests.kubectls import Kubectl, find_kubectls

NAMES = [
    *"y n Y N yes No ON off true FALSE null Null ~ nan .nan .inf -.INF << = 1e3 12e45 1E3 0o7 0O7 07 08 0x1".split(),
    *"0b1 1_000 _1 1__ +1 -1 +0x1 -0b1 0b-1 1. .5 1.5e-3 1e 1.2.3 2001-01-01 12:30 1:2 a:b a: :a :: ../x".split(),
    *"@a `a %a !a &a *a [a {a a} - -- --- ... | > |- >+ ? ?a -a #a a#b a,b 'a \"a a' a\" \\ \\n prod/eu".split(),
    *["arn:aws:eks:x:1:cluster/y", "", " ", " a", "a ", "a b", "a: b", "a #b", "- a", "? a", "it's", 'qu"ote'],
    *["a\tb", "a\nb", "a\r\nb", "\x1b[31mred", "\x00", "\x07", "\x7f", "\x80", "\x85", "\xa0", "é", "\u200b"],
    *["\u2028", "\u202e", "\ufeff", "\ufffd", "名前", "😀", "👩\u200d💻", "e\u0301", "\ue000", "x" * 253, "x" * 4000],
]
each_kubectl = pytest.mark.parametrize("kubectl", find_kubectls(), ids=lambda kubectl: kubectl.version)


def view(kubectl: Kubectl, file: Path) -> Any:
    """The contexts of a file as kubectl reads it."""
    argv = [kubectl.path, "config", "view", "-o", "json", f"--kubeconfig={file}"]
    done = subprocess.run(argv, env={"PATH": ""}, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["contexts"]


def with_names(names: list[str]) -> str:
    """A file that kx wrote these names into."""
    entries = "".join(
        f"- context:\n    cluster: {written(name)}\n    user: u\n  name: {written(name)}\n" for name in names
    )
    return f"apiVersion: v1\nkind: Config\ncontexts:\n{entries}"


@each_kubectl
def test_kubectl_reads_what_kx_writes(kubectl: Kubectl, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_bytes(with_names(NAMES).encode())
    seen = {item["name"]: item["context"]["cluster"] for item in view(kubectl, file)}
    assert seen == {name: name for name in NAMES}


def test_kx_and_other_readers_do_too() -> None:
    text = with_names(NAMES)
    assert list(parse.parse(text, Path("x")).contexts) == NAMES
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        assert [entry["name"] for entry in yaml.load(text, loader)["contexts"]] == NAMES


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    node = tree.parse(f"a: {written(text)}\n")
    assert node is not None
    assert tree.text_of(node.children[1]) == text
    assert json.loads(quoted(text)) == text
    scanned = scan.scan(f"current-context: {written(text)}\n")
    assert scanned is None or scanned.current_context == text


# Signs of which numbers, truth values, dates and nothing are made; they begin nothing else in YAML.
_SIGNS = "0123456789" * 2 + "eExXoObB_.+-:aAfFnNuUlLyYtTrRsSkK~"
_REFUSED = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN"}


def scalars() -> list[str]:
    """Plain scalars of all kinds, the strange ones more often than in life."""
    chance = random.Random(7)
    found = {"".join(chance.choices(_SIGNS, k=chance.choice([1, 2, 3, 3, 4, 5, 6, 9]))) for _ in range(6000)}
    found |= {"".join(chance.choices("0123456789.eE+-_", k=chance.choice([2, 3, 4, 5, 6]))) for _ in range(3000)}
    found |= {"2001-01-01", "2001-1-1T1:2:3Z", "2001-01-01 00:00:00", "0o17", "0x1F", "-0x1F", "1e400", "0b11", "-0b11"}
    found |= {"9223372036854775808", "18446744073709551616", "-9223372036854775809", "1" * 400, "0x" + "f" * 20}
    return sorted(found - _REFUSED - {text for text in found if not _is_plain(text)})


def _is_plain(text: str) -> bool:
    try:
        node = tree.parse(f"a: {text}\n")
    except tree.BrokenError:
        return False
    return node is not None and node.kind == "mapping" and node.children[1].value == text


@each_kubectl
def test_text_is_what_kubectl_takes_for_text(kubectl: Kubectl, tmp_path: Path) -> None:
    """An extension is passed on as it is: kubectl shows whether it took a value for text, a number or nothing."""
    plain = scalars()
    lines = "".join(f"        k{number}: {text}\n" for number, text in enumerate(plain))
    file = tmp_path / "config"
    file.write_text(
        f"contexts:\n- context:\n    extensions:\n    - extension:\n{lines}      name: e\n  name: c\n", encoding="utf-8"
    )
    seen = view(kubectl, file)[0]["context"]["extensions"][0]["extension"]
    wrong = [
        (text, value)
        for text, value in ((text, seen[f"k{number}"]) for number, text in enumerate(plain))
        if is_text(text) != isinstance(value, str) or is_null(text) != (value is None)
    ]
    assert not wrong
    assert len(plain) > 5000
