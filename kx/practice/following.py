"""The requests that the running server has answered, and those it goes on to answer; survives its restarts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping

from kx.practice import lifecycle
from kx.practice.asking import GoneError
from kx.practice.status import Obj

_WAIT_SECONDS = "20"
_PAUSE = 0.1

Say = Callable[[str], None]


def known(env: Mapping[str, str] = os.environ) -> list[Obj]:
    """Those there are. Raises ``KxError`` when the cluster is not running."""
    answer = lifecycle.asking(env).ask("GET", "/kx/requests")
    return list(answer["requests"])


def follow(say: Say, env: Mapping[str, str] = os.environ, pause: float = _PAUSE) -> Iterator[Obj]:
    """Those there are and all that come, for ever: a server that ends is waited for, which ``say`` tells once.

    Raises ``KxError`` when the cluster is not running to begin with.
    """
    server, since, away = "", 0, False
    asking = lifecycle.asking(env)
    while True:
        try:
            answer = asking.ask("GET", "/kx/requests", since=str(since), **({"wait": _WAIT_SECONDS} if server else {}))
        except GoneError:
            if not away:
                say("The practice cluster has ended; waiting for it to be started again.")
            away = True
            time.sleep(pause)
            running = lifecycle.state(env).running
            asking = lifecycle.asking(env) if running else asking
            continue
        away = False
        if server and answer["server"] != server:
            # Another run of the server counts from one again.
            server, since = answer["server"], 0
            continue
        server, since = answer["server"], int(answer["next"])
        yield from answer["requests"]
