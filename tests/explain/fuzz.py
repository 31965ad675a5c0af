"""Hostile lines for the explainer, by the thousand: ``python -m tests.explain.fuzz 100000 [seed]``.

Lines are built from every command and flag of the facts, from ordinary lines that are then mangled, and from raw
characters (controls, bytes that are no text, marks that turn the writing direction). Each is explained for some version
and printed in every form; ``judged`` says what must hold for all of them.
"""

from __future__ import annotations

import random
import sys
import unicodedata
from collections.abc import Iterator

from kx.explain import markdown, render
from kx.explain.explanation import Explanation
from kx.kubectl.catalog.load import known_versions, load
from tests.explain.test_contract import checked
from tests.explain.tools import DECK, explained, golden

WIDTHS = (20, 40, 80, 200)
_SIGNS = tuple("|&;<>()$`\\\"' \t\n*?[]#~=%!{}^,:/@-+.") + ("&&", "||", ">>", "2>&1", "<<E\nx\nE", "<<<", "$(", "${")
_HOSTILE = (
    *("\x00", "\x07", "\x1b[31m", "\x1b]0;x\x07", "\x9b2J", "\r", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff"),
    *("\udcff", "\U0001f600", "e\u0301", "\u0430", "\uff41", "\u2028", "\x85", "–", "“", "”", "\xa0"),
)
_VALUES = (
    *("web", "pods", "deploy/web", "po,svc", "a=b", "a-", "8080:80", ":80", "x/y/z", "-1", "0", "1e9", "nginx:1.25"),
    *("client", "server", "none", "orphan", "true", "false", "json", "wide", "jsonpath={.items[*].metadata.name}"),
    *("custom-columns=A:.x,B:.y", "go-template={{range .items}}{{.x}}{{end}}", "app in (a,b)", "status.phase=Running"),
    *("{'a': 1}", '{"spec":{"replicas":1}}', "*/5 * * * *", "100m", "1Gi", "30s", "2024-01-01T00:00:00Z", "p:/etc/x"),
    *("host/path*=svc:80,tls=s", "key=value:NoSchedule", "get,list", "system:serviceaccount:a:b", "", "-", "--", "."),
)


def lines(count: int, seed: int = 0) -> Iterator[str]:
    """``count`` lines, the same for the same seed."""
    chance = random.Random(seed)
    catalog = load()
    commands = list(catalog.commands.values())
    ordinary = [*DECK, *(row["line"] for row in golden("requests"))]
    for _ in range(count):
        kind = chance.random()
        if kind < 0.6:
            command = chance.choice(commands)
            flags = [*command.flags, *catalog.globals]
            words = [chance.choice(["kubectl", "k", "sudo kubectl", "kubectl -n x", ""]), *command.path]
            for _ in range(chance.randrange(7)):
                words.append(_flag(chance, chance.choice(flags)) if flags and chance.random() < 0.5 else _value(chance))
            yield _mangled(" ".join(words), chance, chance.randrange(3))
        elif kind < 0.85:
            yield _mangled(chance.choice(ordinary), chance, chance.randrange(1, 6))
        else:
            pool = (*_SIGNS, *_HOSTILE, *_VALUES, "kubectl", "get", "exec", "run", "delete", "abc")
            yield "".join(chance.choice(pool) for _ in range(chance.randrange(60)))


def _flag(chance: random.Random, flag: object) -> str:
    name, short = getattr(flag, "name", ""), getattr(flag, "short", "")
    shape = chance.randrange(5)
    if short and shape < 2:
        return f"-{short}{chance.choice(['', ' ', '='])}{_value(chance)}"
    return f"--{name}" + ("" if shape == 2 else f"={_value(chance)}" if shape == 3 else f" {_value(chance)}")


def _value(chance: random.Random) -> str:
    value = chance.choice(_VALUES)
    quote = chance.choice(["", "", "'", '"'])
    return f"{quote}{value}{quote}"


def _mangled(line: str, chance: random.Random, times: int) -> str:
    for _ in range(times):
        place = chance.randrange(len(line) + 1)
        change = chance.randrange(5)
        if change == 0:
            line = line[:place] + chance.choice(_HOSTILE) + line[place:]
        elif change == 1:
            line = line[:place] + chance.choice(_SIGNS) + line[place:]
        elif change == 2:
            line = line[:place] + line[place + 1 :]
        elif change == 3:
            line = line[:place]
        else:
            line = line[:place] + line[max(0, place - chance.randrange(9)) :]
    return line


def judged(line: str, seed: int = 0) -> None:
    """Explain and print a line in every form; raises when something that must hold does not."""
    chance = random.Random(f"{seed} {line!r}")
    checked(line, implied=chance.random() < 0.5)
    explanation = explained(line, version=chance.choice(known_versions()), implied=chance.random() < 0.5)
    for shown in _forms(explanation, chance.choice(WIDTHS)):
        alive = [
            char for char in shown if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")
        ]
        assert not alive, f"alive in the output: {alive!r}"


def _forms(explanation: Explanation, width: int) -> Iterator[str]:
    yield render.full(explanation, width, False)
    yield render.brief(explanation, width, False)
    yield markdown.document(explanation)


def main(count: int, seed: int) -> int:
    """Judge ``count`` lines; print the ones that fail, and how many."""
    failed = 0
    for number, line in enumerate(lines(count, seed), start=1):
        try:
            judged(line, seed)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what is looked for)
            failed += 1
            print(f"{line!r}: {type(error).__name__}: {error}", flush=True)
        if number % 10_000 == 0:
            print(f"{number} lines, {failed} failed", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)))
