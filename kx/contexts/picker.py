"""Let a person choose a name: kx's own picker, fzf for those who prefer it, numbers on a terminal that can do little.

Each prints on standard error and returns the chosen name, or "" when nothing was chosen.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

from kx.contexts import talk
from kx.contexts.choice import Choice
from kx.contexts.desk import Desk
from kx.contexts.refused import RefusedError

_SHOWN = 12  # lines: enough to choose from, little enough to leave what stands above in sight

Picker = Callable[[Desk, Sequence[str], str, str], str]


def pick(desk: Desk, names: Sequence[str], current: str, what: str) -> str:
    """The name a person chooses out of ``names``; ``what`` is their kind in the singular. Raises ``RefusedError``."""
    chosen = _picker(desk)(desk, names, current, what)
    if not chosen:
        raise RefusedError("you did not choose any of the options")
    return chosen


def _picker(desk: Desk) -> Picker:
    from kx import settings  # late, as all here: only a person who has to choose needs it

    if settings.picker(desk.env) == "fzf" and shutil.which("fzf", path=desk.env.get("PATH")):
        return _fzf
    return _numbers if desk.env.get("TERM", "dumb") == "dumb" else _own


def _fzf(desk: Desk, names: Sequence[str], current: str, what: str) -> str:
    lines = "".join(talk.paint(name, "active" if name == current else "plain", True) + "\n" for name in names)
    done = subprocess.run(
        ["fzf", "--ansi", "--no-preview"],
        env={**desk.env, "_KUBECTX_FORCE_COLOR": "1"},
        input=lines,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    shown = {talk.paint(name, "plain", False): name for name in names}
    return shown.get(done.stdout.strip(), "")


def _numbers(desk: Desk, names: Sequence[str], current: str, what: str) -> str:
    width = len(str(len(names)))
    for number, name in enumerate(names, start=1):
        mark = "  (current)" if name == current else ""
        print(f"{number:>{width}}  {talk.paint(name, 'plain', False)}{mark}", file=desk.err)
    print(f"Number or name of the {what} (Enter alone: none): ", end="", file=desk.err, flush=True)
    answer = sys.stdin.readline().strip()
    if answer.isdecimal() and 1 <= int(answer) <= len(names) and answer not in names:
        return names[int(answer) - 1]
    left = Choice(tuple(names), answer).found if answer else ()
    return answer if answer in names else (left[0] if len(left) == 1 else "")


def _own(desk: Desk, names: Sequence[str], current: str, what: str) -> str:
    from kx.contexts.picker_screen import run  # late: prompt_toolkit costs more than all the rest

    start = Choice(tuple(names), index=names.index(current) if current in names else 0)
    return run(start, current, what, colour=talk.wants_colour(desk.err, desk.env), height=_SHOWN)
