"""Play chapters: show each line, explain it, run it with the real kubectl, print what it prints.

Everything shown is one stream, in order. The player works in a namespace and a folder of its own and leaves neither.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kx.cheat import manifest
from kx.cheat.chapter import Chapter, Step
from kx.cheat.terminal import converse
from kx.errors import KxError
from kx.explain import render
from kx.explain.facade import explain_text
from kx.kubeconfig import overlay
from kx.kubeconfig.where import Where
from kx.kubectl.find import find
from kx.kubectl.manifests import reader
from kx.kubectl.run import shell_env
from kx.term import paint, visible, wants_colour

_DEADLINE = 90.0  # seconds that a condition may take, on a slow machine
_PAUSE = 0.2
_LINE_BREAKS = "\n\t"


@dataclass(frozen=True)
class Stage:
    """Where chapters are played."""

    env: Mapping[str, str]  # KUBECONFIG leads to the cluster and namespace; PATH to the kubectl
    folder: Path  # the lines' working folder
    where: Where
    show: Callable[[str], None]
    width: int = 80
    colour: bool = False


def rehearse(
    parts: tuple[Chapter, ...], kubeconfig: Path, namespace: str, env: Mapping[str, str], show: Callable[[str], None]
) -> None:
    """Play ``parts`` on the cluster of ``kubeconfig``, in a new ``namespace`` that is gone afterwards.

    The file itself is not touched: the namespace is chosen in an overlay. Raises ``KxError``.
    """
    kubectl = find(env)
    with overlay.session(env, str(kubeconfig)) as session, tempfile.TemporaryDirectory(prefix="kx-demo-") as folder:
        where = session.switch(session.load().current_context, namespace)
        tools = Path(folder, "bin")
        tools.mkdir()
        desk = Path(folder, "desk")
        desk.mkdir()
        manifest.write_out(desk)
        stage = Stage(
            env=shell_env(kubectl, {**env, "KUBECONFIG": session.kubeconfig}, tools),
            folder=desk,
            where=where,
            show=show,
            width=min(shutil.get_terminal_size().columns, 100),
            colour=wants_colour(sys.stdout, env),
        )
        _ask(f"kubectl create namespace {namespace}", stage)
        try:
            for chapter in parts:
                play(chapter, stage)
        finally:
            _ask(f"kubectl delete namespace {namespace} --wait=false", stage)


def _ask(line: str, stage: Stage) -> None:
    status, output = _captured(line, stage)
    if status:
        raise KxError(f"{line}: {visible(output.strip())}", "Is the practice cluster healthy? See: kx practice status")


def play(chapter: Chapter, stage: Stage) -> None:
    """Play one chapter. Raises ``KxError`` naming the line that did not do what the story demands."""
    stage.show("\n" + paint(f"=== {chapter.title} ===", "bold", stage.colour))
    for step in chapter.steps:
        _play(step, stage)


def _play(step: Step, stage: Stage) -> None:
    stage.show("")
    for part in textwrap.wrap(step.say, stage.width - 2):
        stage.show(paint(f"# {part}", "dim", stage.colour))
    prompt = f"{stage.where.context}/{stage.where.namespace} ❯ "
    stage.show(paint(prompt, "bold", stage.colour) + step.line)
    explanation = explain_text(step.line, stage.where, manifests=reader(str(stage.folder)))
    stage.show("\n" + render.full(explanation, stage.width, stage.colour) + "\n")
    if step.ready:
        _until(step.ready, step.ready_shows, stage)
    status, output = _run(step, stage)
    if output.strip():
        stage.show(_shown(output))
    if (status != 0) is not step.fails:
        raise KxError(
            f"The demonstration stopped at: {step.line} (exit status {status}).", "See what it printed above."
        )


def _run(step: Step, stage: Stage) -> tuple[int, str]:
    if step.until:
        return 0, _until(step.line, step.until, stage)
    if step.keys:
        return converse(shlex.split(step.line), step.keys, stage.env, stage.folder, _DEADLINE)
    return _captured(step.line, stage)


def _captured(line: str, stage: Stage) -> tuple[int, str]:
    """Run a line of ours with the shell (they redirect and quote), stdout and stderr as one text."""
    argv = ["/bin/sh", "-c", line]
    done = subprocess.run(
        argv,
        env=dict(stage.env),
        cwd=stage.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def _until(line: str, pattern: str, stage: Stage) -> str:
    """Ask again until the output shows ``pattern``; returns that output."""
    deadline = time.monotonic() + _DEADLINE
    while True:
        _, output = _captured(line, stage)
        if re.search(pattern, output):
            return output
        if time.monotonic() > deadline:
            raise KxError(f"{line} did not show {pattern!r} in {_DEADLINE:.0f} seconds; it shows:\n{output}")
        time.sleep(_PAUSE)


def _shown(output: str) -> str:
    """Output as a screen ends up showing it: a line that was drawn anew shows what was drawn last."""
    lines = output.replace("\r\n", "\n").strip("\n").split("\n")
    return visible("\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines), keep=_LINE_BREAKS)
