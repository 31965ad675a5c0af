"""What kx edits byte by byte, the newest kubectl reads as what it would have written itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kx.kubeconfig import edit
from kx.kubeconfig.edit import Change
from tests.kubeconfig.test_edit import CHANGES, LAYOUTS
from tests.kubectls import Kubectl, find_kubectls

newest_kubectl = pytest.mark.parametrize("kubectl", find_kubectls()[-1:], ids=lambda kubectl: kubectl.version)
WORDS = {
    "switch": ["use-context", "prod"],
    "switch to a strange name": ["set", "current-context", "1e3"],
    "unset": ["unset", "current-context"],
    "namespace": ["set-context", "dev", "--namespace=web"],
    "new namespace": ["set-context", "prod", "--namespace=web"],
    "no namespace": ["set-context", "dev", "--namespace="],
    "rename": ["rename-context", "dev", "a: b"],
    "delete": ["delete-context", "prod"],
}
ALL = {**CHANGES, "delete": edit.delete("contexts", ["prod"])}


def said(kubectl: Kubectl, *words: str, file: Path) -> str:
    argv = [kubectl.path, "config", *words, f"--kubeconfig={file}"]
    return subprocess.run(argv, env={"PATH": ""}, capture_output=True, encoding="utf-8", check=True).stdout


@newest_kubectl
@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("name", WORDS)
def test_both_end_up_with_the_same(kubectl: Kubectl, text: str, name: str, tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    changes: list[Change] = [ALL[name]]
    if name == "rename":
        changes.append(edit.current("a: b"))  # kubectl renames the current one in one go
    mine.write_bytes(edit.apply(text, *changes).encode())
    theirs.write_bytes(text.encode())
    said(kubectl, *WORDS[name], file=theirs)
    assert said(kubectl, "view", "-o", "json", file=mine) == said(kubectl, "view", "-o", "json", file=theirs)
