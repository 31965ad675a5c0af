"""What kx calls refused, against kubectl itself: each command with a word too few, a word too many, and odd flags.

Every line is first run with no cluster anywhere: what kubectl refuses there it refuses by itself. A line that kx calls
refused and that only failed for want of a cluster is run again, with one.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from kx.kubectl.catalog.load import load
from tests.e2e.conftest import Desk
from tests.explain.test_effects import COMMANDS, rows
from tests.explain.tools import explained
from tests.kubectls import Kubectl, find_kubectls, run_offline

pytestmark = pytest.mark.e2e

# The oldest and the newest kubectl at hand.
BOTH_ENDS = [*find_kubectls()[:1], *find_kubectls()[1:][-1:]]
ODD = ("-l a=b", "-A", "--all", "--local", "--list", "-t", "--replicas=-1", "--dry-run=foo", "--type=foo", "-o foo")
# These never end, ask nobody or change this machine.
LEFT_OUT = frozenset({"proxy", "config", "completion", "plugin", "kustomize", "help", "options", "alpha", "edit"})


@pytest.fixture(params=BOTH_ENDS, ids=lambda kubectl: str(kubectl.version))
def kubectl(request: pytest.FixtureRequest) -> Kubectl:
    """The oldest and the newest kubectl."""
    found: Kubectl = request.param
    return found


def variants(line: str, version: str) -> Iterator[str]:
    """The line; without each of its words behind the command; with one more word; with odd flags it knows."""
    words = shlex.split(line)
    commands = load(version).commands
    path = next(tuple(words[1 : 1 + size]) for size in (3, 2, 1, 0) if tuple(words[1 : 1 + size]) in commands)
    if not commands[path].runnable:  # it only prints its help
        return
    yield shlex.join(words)
    for index in range(1 + len(path), len(words)):
        yield shlex.join([*words[:index], *words[index + 1 :]])
    if "--" not in words:
        yield shlex.join([*words, "more"])
        known = {f"--{flag.name}" for flag in commands[path].flags} | {
            f"-{flag.short}" for flag in commands[path].flags
        }
        for flag in ODD:
            if flag.split()[0].partition("=")[0] in known:
                yield f"{shlex.join(words)} {flag}"


def test_kubectl_and_kx_refuse_the_same(desk: Desk, kubectl: Kubectl) -> None:
    for name in ("x.yaml", "a"):
        (desk.folder / name).write_text("{}", encoding="utf-8")
    bases = [line for line, _ in rows(COMMANDS) if not LEFT_OUT & set(line.split()[1:2]) and line.count(" ")]
    lines = list(dict.fromkeys(each for line in bases for each in variants(line, kubectl.version)))
    with ThreadPoolExecutor(2) as pool:
        wrong = [each for each in pool.map(lambda line: disagreement(desk, kubectl, line), lines) if each]
    assert len(lines) >= 300
    assert wrong == []


def disagreement(desk: Desk, kubectl: Kubectl, line: str) -> str:
    """What is wrong with what kx says of a line; "" where both agree."""
    told = explained(line, version=kubectl.version)
    done = run_offline(kubectl, *shlex.split(line)[1:])
    said = " ".join((done.stdout + done.stderr).split())
    asked = "connection refused" in said or "was refused" in said or done.returncode == 0
    if not asked:
        no_fault = "no such file" in said or "exist" in said  # of files, not of the line
        return "" if told.problems or told.unfinished or no_fault else f"taken: {line}: {said}"
    if not told.problems and not told.unfinished:
        return ""
    again = desk.run(line, timeout=30)
    return "" if again.returncode or told.unfinished else f"refused: {line}: {told.problems}"
