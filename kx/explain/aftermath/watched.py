"""Which commands may be listened to while they print: those that only print. The rest have the terminal to themselves.

A table with reasons. A command that is not in it, such as a plugin, is left alone.
"""

from __future__ import annotations

from kx.kubectl.invocation import Invocation, Line

# Commands that are left alone, and why; what is not named here and is a command of kubectl only prints.
ALONE: dict[str, str] = {
    "attach": "the keyboard goes to a program in the pod",
    "exec": "the keyboard may go to a program in the pod",
    "debug": "the keyboard may go to a program in the pod",
    "edit": "opens an editor",
    "diff": "starts a program of the user's choice",
    "proxy": "runs until it is stopped",
    "port-forward": "runs until it is stopped",
    "cp": "sends files through a program in the pod",
    "wait": "waits, and is often stopped by hand",
    "completion": "printed for a shell to read",
    "plugin": "asks programs of others",
}
ALONE_BELOW: dict[tuple[str, ...], str] = {
    ("rollout", "status"): "waits, and is often stopped by hand",
    ("apply", "edit-last-applied"): "opens an editor",
    ("cluster-info", "dump"): "prints more than anybody reads",
}
# Flags that make a command that prints one that stays, or asks.
_FLAGS = frozenset({"watch", "watch-only", "follow", "stdin", "tty", "attach", "rm", "interactive", "edit", "raw"})
_OFF = frozenset({"false", "0", "f", "F", "FALSE", "False"})
_PIPES = frozenset({"|", "|&", "&"})


def watched(line: Line, invocations: tuple[Invocation, ...]) -> bool:
    """Whether to listen to this line: one command of kubectl that prints and ends, not in a pipe nor behind ``&``."""
    if len(line.segments) != 1 or len(invocations) != 1 or line.segments[0].ended_by in _PIPES:
        return False
    invocation = invocations[0]
    if invocation.program != "kubectl":
        return False
    if any(problem.kind == "unknown-command" for problem in invocation.problems):
        return True  # kubectl says that it does not know the word, and ends
    if not invocation.path or invocation.path[0] in ALONE or invocation.path[:2] in ALONE_BELOW:
        return False
    return not any(use.name in _FLAGS and use.value not in _OFF for use in invocation.flags)
