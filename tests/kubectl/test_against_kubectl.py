"""Our reading of a line against each real kubectl's: what it refuses, in which words, and what its operands are."""

from __future__ import annotations

import random
import zlib

import pytest

from kx.kubectl.catalog.load import load
from kx.kubectl.catalog.model import Catalog, Flag
from kx.kubectl.suggest import suggest
from tests.kubectl.oracle import Answer, ask_all, expected, read
from tests.kubectls import Kubectl, run_offline

END = "--kx-no-such-flag"
RANDOM_LINES = 60

REFUSED = [
    ["get"],
    ["-n", "x", "get"],
    ["-nx", "get"],
    ["-n", "get", "get"],
    ["--namespace", "get", "describe"],
    ["-o", "yaml", "get"],
    ["--watch", "get", "pods"],
    ["--help", "get"],
    ["get", "-Az"],
    ["get", "-Azo"],
    ["get", "-Ao"],
    ["get", "-o"],
    ["get", "-ojson", "-wz"],
    ["get", "-w=zz"],
    ["get", "-Aw=x"],
    ["get", "-w=", "x"],
    ["get", "--watch=", "x"],
    ["get", "--watch=T"],
    ["get", "-n="],
    ["get", "-n=x", "-z"],
    ["get", "---x"],
    ["get", "--=x"],
    ["get", "-é"],
    ["get", "--é"],
    ["get", "-'"],
    ["get", "-\\"],
    ["get", "--all_namespaces"],
    ["get", "--all_namespaces=no_such"],
    ["get", "--chunk-size=0x1f"],
    ["get", "--chunk-size=1_0"],
    ["get", "--chunk-size=08"],
    ["get", "--chunk-size=99999999999999999999"],
    ["get", "--chunk-size", "-5"],
    ["get", "-f", 'a"b'],
    ["get", "-f", '"a"b'],
    ["get", "-f", 'x,"a'],
    ["get", "-f", 'x,"a,b",c'],
    ["get", "-f", '"a\nb'],
    ["get", "-f", '\n"a\nb"c'],
    ["get", "-f", "\n\n"],
    ["get", "-f", '"a\nb",x"'],
    ["get", "-f", 'é"'],
    ["wait", "--timeout=5"],
    ["wait", "--timeout=5x"],
    ["wait", "--timeout=.s"],
    ["wait", "--timeout=1.5h3m-1s"],
    ["wait", "--timeout=1.5h3m.5s"],
    ["wait", "--timeout="],
    ["wait", "--timeout=0"],
    ["wait", "--timeout=-"],
    ["wait", "--timeout=9999999h"],
    ["wait", "--timeout=1µs"],
    ["scale", "--replicas=x"],
    ["scale", "--replicas", END],
    ["create", "deploy", "--port=99999999999"],
    ["create", "deploy", "--port="],
    ["create", "deployment", "-r", "é"],
    ["config", "set-context", "-n", "x"],
    ["config", "set-context", "--namespace", "x", "--user"],
    ["debug", "--set-image", "x"],
    ["debug", "--set-image", "a=b,c"],
    ["debug", "--set-image", "a=b"],
    ["delete", "--cascade", "orphan", "--dry-run", "client", "--wait", "false", "--force"],
    ["delete", "--cascade=orphan", "--dry-run=client", "--wait=maybe"],
    ["logs", "-fp", "--tail=all"],
    ["logs", "-f", "x", "-p", "-c"],
    ["patch", "-p"],
    ["proxy", "-p", "x"],
    ["run", "x", "-it", "--image", "--rm"],
    ["rollout", "-n", "undo", "undo"],
    ["rollout", "--help", "undo"],
    ["create", "svc", "nodeport"],
    ["create", "service", "--tcp=1", "clusterip", "-z"],
    ["apply", "view-last-applied", "-R"],
    ["apply", "-f", "view-last-applied"],
    ["top", "po", "--sum"],
    ["config", "use", "--current"],
    ["set", "sa"],
    ["version", "--short"],
    ["apply", "--prune-whitelist=a"],
    ["drain", "--delete-local-data"],
    ["foo"],
    ["foo", "-n"],
    ["-n", "x", "foo"],
    ["--context=x", "foo"],
    ["-A", "foo"],
    ["-n", "x", "help"],
    ["-h", "help", "help"],
    ["help", "-n"],
    ["--v", "help", "x y"],
    ["-A", "get", "foo"],
    [],
    ["-v"],
    ["-v=0x1"],
    ["-v=08", "get"],
    ["-v=4294967296", "get"],
    ["get", "--log-flush-frequency=5"],
    ["-n"],
    ["", "get"],
]

OPERANDS = [
    ["apply", "a", "b"],
    ["apply", "a", "--dry-run", "b", "-f", "c", "--cascade", "d", "--", "e", "-f"],
    ["apply", "a", "--validate", "b", "--wait", "false", "--overwrite", "c"],
    ["apply", "-n", "x", "a", "-Rf", "b", "--timeout", "1s", "c", "-"],
    ["-n", "x", "apply", "a", "--", "--", "b"],
    ["diff", "a", "-Rf", "b", "c", "--force-conflicts", "d"],
    ["rollout", "a", "-n", "b", "c", "--", "-d"],
    ["config", "a", "--kubeconfig", "/dev/null", "b"],
    ["set", "--match-server-version", "a", "--context", "b", "c"],
    ["create", "a", "--edit", "b", "-f", "c", "--validate", "d", "-l", "e", "f"],
    ["create", "secret", "a", "b"],
    ["create", "svc", "a", "--", "-b"],
    ["top", "a", "--as", "b", "c"],
    ["plugin", "a"],
    ["auth", "a b", "c"],
]


def random_line(catalog: Catalog, chance: random.Random) -> list[str]:
    """A command with flags in all their forms, some of them wrong, ended so that kubectl refuses it."""
    command = chance.choice([command for path, command in sorted(catalog.commands.items()) if path])
    arguments = [argument for _ in range(chance.randint(0, 1)) for argument in flag_words(catalog.globals, chance)]
    for name in command.path:
        arguments.append(name)
    flags = [*command.flags, *catalog.globals]
    for _ in range(chance.randint(0, 4)):
        arguments += chance.choice([flag_words(flags, chance), [chance.choice(["a", "b/c", "d=e", "", "-", "x y"])]])
    return [*arguments, END]


def flag_words(flags: tuple[Flag, ...] | list[Flag], chance: random.Random) -> list[str]:
    flag = chance.choice(flags)
    if flag.type == "value":
        return []
    value = chance.choice(["true", "5", "5s", "a", "a,b", "-1", "x=y", 'q"', "1_0", "-08", "0x5", ""])
    named = f"--{flag.name}"
    forms = [[f"{named}={value}"], [named, value], [named], [named[:-1]]]
    if flag.short:
        other = chance.choice([one.short for one in flags if one.short])
        short = f"-{flag.short}"
        forms += [[f"{short}{value}"], [f"{short}={value}"], [short, value], [f"-{other}{flag.short}{value}"]]
    return chance.choice(forms)


def lines_for(kubectl: Kubectl) -> list[list[str]]:
    """Other random lines for each version, the same ones in every run."""
    chance = random.Random(zlib.crc32(kubectl.version.encode()))
    catalog = load(kubectl.version)
    drawn = [random_line(catalog, chance) for _ in range(RANDOM_LINES)]
    return [*([*line, END] for line in REFUSED), *drawn]


def test_kubectl_is_here(kubectl: Kubectl) -> None:
    assert run_offline(kubectl, "version", "--client").returncode == 0


def test_refuses_the_same_in_the_same_words(kubectl: Kubectl) -> None:
    lines = [line for line in lines_for(kubectl) if is_refused(kubectl, line)]
    assert len(lines) > RANDOM_LINES
    for line, answer in zip(lines, ask_all(kubectl, lines), strict=True):
        assert expected(read(kubectl, line)) == answer, line


def is_refused(kubectl: Kubectl, line: list[str]) -> bool:
    """Whether kubectl stops at a mistake, not at its help."""
    return any(problem.kind != "missing-command" for problem in read(kubectl, line).problems)


def test_takes_the_same_words_for_operands(kubectl: Kubectl) -> None:
    for line, answer in zip(OPERANDS, ask_all(kubectl, OPERANDS), strict=True):
        listed = " ".join(read(kubectl, line).operand_values())
        assert answer.message in (f"Unexpected args: [{listed}]", f'unknown command "{listed}"'), line


def test_says_the_same_of_unknown_subcommands(kubectl: Kubectl) -> None:
    lines = [
        ["rollout", "a", "b"],
        ["create", "a", "b"],
        ["config", "x"],
        ["create", "secret", "x"],
        ["set", "-n", "y", "x"],
    ]
    for line, answer in zip(lines, ask_all(kubectl, lines), strict=True):
        assert Answer(read(kubectl, line).problems[0].message, " ".join(read(kubectl, line).path)) == answer


@pytest.mark.parametrize("typed", ["gett", "log", "list", "ps", "s", "sgal", "rm", "Get", "deletee", "x", "annotat"])
def test_suggests_the_same(kubectl: Kubectl, typed: str) -> None:
    said = run_offline(kubectl, typed).stderr
    suggested = {line.strip() for line in said.splitlines() if line.startswith("\t")}
    assert set(suggest(load(kubectl.version), typed)) == suggested
