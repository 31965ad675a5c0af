"""Imports go downward only, the practice cluster stands aside, and nobody imports in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "kx"

# Package -> its height. A module may import from its own package and from lower ones.
HEIGHT = {
    "errors": 0,
    "records": 0,
    "paths": 1,
    "term": 1,
    "kubeconfig": 2,
    "settings": 2,
    "kubectl": 3,
    "contexts": 4,
    "cluster": 4,
    "explain": 5,
    "preview": 6,
    "prompt": 5,
    "cheat": 7,
    "each": 7,
    "shell": 8,
    "commands": 9,
    "cli": 9,
    "__main__": 10,
}
BASE = {"errors", "records", "paths", "term", "kubeconfig"}
# Who may start the practice cluster, beside itself.
PRACTICE_USERS = {
    "kx.commands.practice",
    "kx.commands.practice.nodes",
    "kx.commands.practice.requests",
    "kx.commands.practice.snapshots",
    "kx.commands.demo",
    "kx.shell.start",
    "kx.commands.shell",
    "kx.commands.run",
}


def modules() -> dict[str, Path]:
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(name: str) -> Iterator[str]:
    """Every kx module that ``name`` imports, late imports included; those for the type checker alone are none."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    for node in _running_code(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "kx")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            if node.module and node.module.split(".")[0] == "kx":
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    yield whole if whole in MODULES else node.module


def _running_code(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        yield child
        yield from _running_code(child)


def package(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_go_downward(name: str) -> None:
    for other in imports(name):
        mine, theirs = package(name), package(other)
        if not theirs or theirs == mine:
            continue
        if mine == "practice":
            assert theirs in BASE, f"{name} imports {other}: the practice cluster uses only the base"
        elif theirs == "practice":
            assert name in PRACTICE_USERS, f"{name} imports {other}"
        else:
            assert HEIGHT[theirs] < HEIGHT[mine] or {mine, theirs} <= {"cli", "__main__", "commands"}, (
                f"{name} imports {other}, which lies above it"
            )


def test_nobody_imports_in_a_circle() -> None:
    graph = {name: set(imports(name)) - {name} for name in MODULES}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, "a circle: " + " -> ".join((*trail[trail.index(name) :], name))
        if name in done:
            return
        for other in sorted(graph[name]):
            visit(other, (*trail, name))
        done.add(name)

    for name in sorted(graph):
        visit(name, ())
