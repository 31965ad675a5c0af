"""Ask the cluster about its namespaces, through kubectl and within two seconds. Changes nothing.

A raw request needs no discovery, so one question is one request. Where namespaces may not be listed, OpenShift's
projects are: they are the namespaces one may see.
"""

from __future__ import annotations

import json
import subprocess
from typing import Literal

from kx.contexts import known_namespaces, talk
from kx.contexts.desk import Desk
from kx.contexts.names import is_namespace, near, only_match
from kx.contexts.program import kubectl
from kx.contexts.refused import RefusedError
from kx.errors import KxError
from kx.records import dataclass

SECONDS = 2
# What kubectl needs beside the server's answer: its own start, and a program that fetches credentials.
_GRACE = 2
_NAMESPACES = "/api/v1/namespaces"
_PROJECTS = "/apis/project.openshift.io/v1/projects"

Verdict = Literal["yes", "no", "forbidden", "silent", "failed"]


@dataclass(frozen=True)
class Answer:
    """What came back for one request. ``said`` is kubectl's own sentence when the verdict is not "yes"."""

    verdict: Verdict
    body: str = ""
    said: str = ""


@dataclass(frozen=True)
class Listed:
    """The names of the namespaces in the server's order, or why there are none to be had."""

    names: tuple[str, ...] = ()
    problem: str = ""


def listed(desk: Desk, context: str) -> Listed:
    """Every namespace of the cluster that ``context`` reaches; they are remembered for completion."""
    answer = _ask(desk, context, _NAMESPACES)
    if answer.verdict == "forbidden":
        projects = _ask(desk, context, _PROJECTS)
        answer = projects if projects.verdict == "yes" else answer
    if answer.verdict != "yes":
        return Listed(problem=answer.said)
    names = _names(answer.body)
    known_namespaces.keep(desk.env, context, names)
    return Listed(names)


def verified(desk: Desk, context: str, name: str) -> str:
    """``name`` if it exists, or cannot be asked about (which is said); else ``RefusedError``, in kubens' words.

    For a person, the only namespace that holds ``name`` is meant by it. "Cannot be asked about" is a user who may not
    look, or a server that keeps silent. A server that refuses the connection is a failure, as it is for kubens; but
    not for a switch that reaches one session only.
    """
    answer = exists(desk, context, name)
    if answer.verdict in _WHY or (answer.verdict == "failed" and desk.narrow):
        talk.warning(desk, f'namespace "{name}" is not verified: {_WHY.get(answer.verdict, answer.said)}')
    elif answer.verdict == "no":
        return _guessed(desk, context, name)
    elif answer.verdict == "failed":
        raise RefusedError(
            "failed to query if namespace exists (is cluster accessible?): "
            f'failed to query namespace "{name}" from k8s API: {answer.said}',
            "-f switches without asking the cluster.",
        )
    return name


def _guessed(desk: Desk, context: str, name: str) -> str:
    """What a person may have meant by a name that is not there."""
    problem, hint = f'no namespace exists with name "{name}"', ""
    if desk.err.isatty():  # else nobody would be told, so the cluster is not asked again
        there = listed(desk, context).names
        whole = only_match(there, name) if name and desk.interactive else ""
        if whole:
            return whole
        hint = near(there, name) or _NO_NEAR[is_namespace(name)].format(name)
    raise RefusedError(problem, hint)


_NO_NEAR = {
    True: "`kubectl create namespace {}` makes it; -f switches without asking.",
    False: "A namespace's name holds small letters, digits and -, 63 at most.",
}
_WHY: dict[Verdict, str] = {
    "forbidden": "you may not look at namespaces in this cluster",
    "silent": f"the cluster did not answer within {SECONDS} seconds",
}


def exists(desk: Desk, context: str, name: str) -> Answer:
    """Whether the cluster has a namespace ``name``; "no" at once for a name that no namespace can have."""
    if not is_namespace(name):
        return Answer("no")
    answer = _ask(desk, context, f"{_NAMESPACES}/{name}")
    if answer.verdict == "forbidden" and _ask(desk, context, f"{_PROJECTS}/{name}").verdict == "yes":
        return Answer("yes")
    return answer


def _ask(desk: Desk, context: str, path: str) -> Answer:
    try:
        program = str(kubectl(desk.env))
    except KxError as error:
        return Answer("failed", said=error.message)
    argv = [program, "get", "--raw", path, f"--context={context}", f"--request-timeout={SECONDS}s"]
    try:
        done = subprocess.run(
            argv,
            env=desk.child_env(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS + _GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer("silent")
    except OSError as error:
        return Answer("failed", said=f"{argv[0]}: {error.strerror}")
    return Answer("yes", body=done.stdout) if done.returncode == 0 else _refusal(done.stderr)


def _refusal(stderr: str) -> Answer:
    """kubectl's last line says what happened: the reason the server gave, or what the connection died of."""
    lines = stderr.strip().splitlines()
    said = lines[-1].removeprefix("error: ") if lines else "kubectl ended without a word"
    for verdict, signs in _SIGNS.items():
        if any(sign in said for sign in signs):
            return Answer(verdict, said=said)
    return Answer("failed", said=said)


_SIGNS: dict[Verdict, tuple[str, ...]] = {
    "no": ("(NotFound)",),
    "forbidden": ("(Forbidden)",),
    "silent": ("Client.Timeout", "context deadline exceeded", "i/o timeout", "TLS handshake timeout"),
}


def _names(body: str) -> tuple[str, ...]:
    try:
        items = json.loads(body)["items"]
        return tuple(str(item["metadata"]["name"]) for item in items)
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError("the cluster's list of namespaces cannot be read") from error
