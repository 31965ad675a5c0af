"""What the exit status alone tells, where the output went to the terminal unseen: (command, status) -> what to say."""

from __future__ import annotations

from kx.explain.aftermath.advice import Rule, rule

_LOOK = ("kubectl describe pod {pod}{where}", "see the container's State")

STATUSES: dict[tuple[tuple[str, ...], int], Rule] = {
    (("exec",), 126): rule(
        "ended-126", "", "The program could not be started in the container: it is missing there, or may not be run."
    ),
    (("exec",), 127): rule("ended-127", "", "The shell in the container did not find the program that was asked for."),
    (("exec",), 137): rule(
        "ended-137",
        "",
        "The program in the container was killed: too much memory, or the container was stopped.",
        _LOOK,
    ),
    (("exec",), 143): rule(
        "ended-143", "", "The program in the container was asked to end, as when a pod is deleted.", _LOOK
    ),
}
