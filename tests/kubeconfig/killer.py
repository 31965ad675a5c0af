"""Switch contexts in processes that are killed at random moments; run as a program, for ``test_killed``.

    python -m tests.kubeconfig.killer FILE COUNT [quick]

A process is forked for each switch, so that the moments fall into the switch and not into the start of Python. Prints
how often what was the case when the process died.
"""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from kx.contexts import quick
from kx.contexts.desk import Desk
from kx.kubeconfig import change, lock, read

CONTEXTS = ("a", "b")


def main(file: Path, count: int, quickly: bool) -> None:
    """Kill ``count`` switches; the file must be whole after each."""
    env = {"KUBECONFIG": str(file), "HOME": str(file.parent.parent / "home"), "QUICKLY": "yes" if quickly else ""}
    change.use_context(env, None, "a")
    longest = _time_of_a_switch(env)
    seen: Counter[str] = Counter()
    for _ in range(count):
        before = read.load(env).current_context
        target = CONTEXTS[before == CONTEXTS[0]]
        died = _killed(env, target, random.uniform(0, longest))
        after = read.load_file(file)
        assert sorted(after.contexts) == sorted(CONTEXTS), after
        assert after.current_context in (before, target), after
        seen["killed" if died else "finished"] += 1
        seen["old" if after.current_context == before else "new"] += died
        seen["lock left"] += died and lock.is_taken(file)
        seen["unfinished file left"] += died and len(list(file.parent.glob(".config.kx-*"))) > 0
    print(json.dumps(seen))


def _time_of_a_switch(env: dict[str, str]) -> float:
    durations = []
    for turn in range(10):
        start = time.perf_counter()
        _killed(env, CONTEXTS[turn % 2 == 0], None)
        durations.append(time.perf_counter() - start)
    return sorted(durations)[5] * 1.1


def _killed(env: dict[str, str], target: str, after: float | None) -> bool:
    """Switch in another process, killed that many seconds later; whether it died of that."""
    process = os.fork()
    if process == 0:
        if not env["QUICKLY"]:
            change.use_context(env, None, target)
        elif quick.answer([target], Desk(env=env, out=io.StringIO(), err=io.StringIO(), program="kx ctx")) is None:
            os._exit(1)
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(process, signal.SIGKILL)
    status = os.waitpid(process, 0)[1]
    assert os.WIFSIGNALED(status) or status == 0
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), "quick" in sys.argv)
