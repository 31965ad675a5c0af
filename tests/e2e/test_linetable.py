"""The tables of lines themselves: how a row is read, and that no command which talks to a server is left out."""

from __future__ import annotations

import pytest

from kx.kubectl.catalog.load import load
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from tests.e2e import linetable
from tests.e2e.linetable import Row

# Commands that never talk to a server, or only list their subcommands.
_LOCAL = frozenset({"alpha", "completion", "config", "help", "kustomize", "options", "plugin"})

ROWS = [row for group in linetable.groups() for row in linetable.rows(group)]


def commands(row: Row) -> list[tuple[str, ...]]:
    """The kubectl commands in a line."""
    return [each.path for each in parse(split(row.line), load()) if each.program == "kubectl"]


def test_there_are_lines_enough() -> None:
    assert len({row.line for row in ROWS if not row.setup}) >= 500


def test_every_command_that_talks_to_a_server_has_a_line() -> None:
    known = {path for path, command in load().commands.items() if command.runnable and path}
    wanted = {path for path in known if path[0] not in _LOCAL}
    assert wanted - {path for row in ROWS for path in commands(row)} == set()


@pytest.mark.parametrize("group", linetable.groups())
def test_every_row_calls_kubectl_or_prepares(group: str) -> None:
    assert [row.line for row in linetable.rows(group) if not row.setup and not commands(row)] == []


def test_rows_are_read_with_their_marks() -> None:
    read = {row.line: row for row in ROWS}
    assert read["kubectl get pods"] == Row("reading", read["kubectl get pods"].number, "kubectl get pods")
    assert read["kubectl get widgets"].fails
    assert read["kubectl get hpa.v1.autoscaling"].since == 29
    failing = [row for row in ROWS if row.line == "kubectl auth whoami" and row.fails]
    assert [(row.since, row.until) for row in failing] == [(0, 27)]
    heredocs = [row.line for row in ROWS if "<<" in row.line]
    assert len(heredocs) > 1 and all(line.endswith("\nEND") for line in heredocs)
