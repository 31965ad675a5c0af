"""Nothing a pod does can reach the host: no module of the nodes can start a program, open a file or a connection."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import kx.practice.node

_FOLDER = Path(kx.practice.node.__file__).parent
_BARRED_MODULES = {
    "ctypes",
    "http",
    "multiprocessing",
    "os",
    "pathlib",
    "pty",
    "shutil",
    "socket",
    "subprocess",
    "urllib",
}
_BARRED_CALLS = {"open", "exec", "eval", "compile", "__import__"}
_BARRED_METHODS = {"create_subprocess_exec", "create_subprocess_shell", "open_connection", "create_connection"}


@pytest.mark.parametrize("path", sorted(_FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(_FOLDER)))
def test_no_way_out(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not {alias.name.partition(".")[0] for alias in node.names} & _BARRED_MODULES
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in _BARRED_MODULES
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in _BARRED_CALLS
        elif isinstance(node, ast.Attribute):
            assert node.attr not in _BARRED_METHODS
