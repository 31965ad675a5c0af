from __future__ import annotations

from pathlib import Path

import pytest

from kx.errors import KxError
from kx.kubectl.find import find, installed


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}


def test_the_order_is_override_path_installed(env: dict[str, str], tmp_path: Path) -> None:
    own = program(installed(env))
    assert find(env).path == own
    assert find(env).source == "installed"
    on_path = program(tmp_path / "bin" / "kubectl")
    assert find(env).path == on_path
    other = program(tmp_path / "other" / "kubectl-1.28")
    assert find(env | {"KX_KUBECTL": str(other)}).path == other
    named = program(tmp_path / "bin" / "kubectl.1.30")
    assert find(env | {"KX_KUBECTL": "kubectl.1.30"}).path == named


def test_none_at_all_names_the_way_out(env: dict[str, str]) -> None:
    with pytest.raises(KxError) as raised:
        find(env)
    assert "kx kubectl install" in raised.value.hint


def test_an_override_that_is_no_program_is_said(env: dict[str, str], tmp_path: Path) -> None:
    program(tmp_path / "bin" / "kubectl")
    with pytest.raises(KxError, match="KX_KUBECTL names /nowhere"):
        find(env | {"KX_KUBECTL": "/nowhere"})
