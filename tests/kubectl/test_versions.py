from __future__ import annotations

import os
from pathlib import Path

import pytest

from kx.kubectl import versions


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v1.32.4-dispatcher", "1.32"), ("v1.27.0", "1.27"), ("1.33", "1.33"), ("v1.33.1+k3s1", "1.33"), ("dev", "")],
)
def test_parse(text: str, expected: str) -> None:
    assert versions.parse(text) == expected


def binary(path: Path, version: str) -> Path:
    answer = f'{{"clientVersion": {{"gitVersion": "{version}"}}}}'
    path.write_text(f"#!/bin/sh\necho asked >> {path}.log\necho '{answer}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_binary_is_asked_once_until_it_changes(tmp_path: Path) -> None:
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    kubectl = binary(tmp_path / "kubectl", "v1.29.3")
    assert versions.known_version(kubectl, env) == ""
    assert versions.client_version(kubectl, env) == "1.29"
    assert versions.client_version(kubectl, env) == "1.29"
    assert versions.known_version(kubectl, env) == "1.29"
    assert Path(f"{kubectl}.log").read_text(encoding="utf-8") == "asked\n"
    binary(kubectl, "v1.30.11")
    assert versions.client_version(kubectl, env) == "1.30"


def test_what_does_not_answer_has_no_version(tmp_path: Path) -> None:
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    silent.chmod(0o755)
    assert versions.client_version(silent, env) == ""
    assert versions.client_version(tmp_path / "missing", env) == ""
