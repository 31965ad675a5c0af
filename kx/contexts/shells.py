"""``-s NAME``: a shell that knows one context only. ``-r NAME``: one that cannot change anything there either.

The shell's kubeconfig is cut out by kubectl and lies, for its user alone, in a folder that is gone when the shell
ends. It holds the credentials of that one context, unless the shell is read-only.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kx.contexts import operations as op
from kx.contexts import talk
from kx.contexts.desk import Desk
from kx.contexts.names import target
from kx.contexts.program import kubectl
from kx.contexts.refused import RefusedError
from kx.errors import KxError
from kx.kubeconfig import overlay
from kx.kubectl import run

ISOLATED = "KUBECTX_ISOLATED_SHELL"
READONLY = "KUBECTX_READONLY_SHELL"


def open_shell(desk: Desk, wanted: op.Shell) -> int:
    """Run the user's shell until it ends. Its exit status is not kx's, as with kubectx."""
    program = _kubectl(desk)
    config = desk.load()
    name = _name(desk, wanted.target)
    with overlay.session(desk.env, desk.kubeconfig) as session:
        cut = _cut_out(desk, program, name)
        with _kubeconfig(wanted, program, cut, name, session.file.parent) as file:
            style, badge, told = _WORDS[wanted.readonly]
            _announce(desk, style, badge, f"kubectl context is {talk.name(desk, name, 'warning')} {told}")
            run.run([desk.env.get("SHELL") or "/bin/sh"], _env(desk, wanted, file))
    _announce(
        desk, style, badge.removesuffix("]") + " EXITED]",
        f"kubectl context is now {talk.name(desk, config.current_context, 'warning')}.",
    )  # fmt: skip
    return 0


_WORDS = {
    False: ("isolated", "[ISOLATED SHELL]", "in this shell — type 'exit' to leave."),
    True: ("readonly", "[READONLY SHELL]", "in READ-ONLY mode — type 'exit' to leave."),
}


def refuse_inside(desk: Desk) -> None:
    """Raise ``RefusedError`` inside such a shell: its context is the only one."""
    if desk.env.get(ISOLATED) != "1":
        return
    try:
        current = f' ("{desk.load().current_context}")'
    except KxError:
        current = ""
    raise RefusedError(f"you are in a locked single-context shell{current}, use 'exit' to leave")


def _kubectl(desk: Desk) -> str:
    try:
        return str(kubectl(desk.env))
    except KxError as error:
        raise RefusedError("kubectl is required for --shell but was not found in PATH", error.hint) from error


def _name(desk: Desk, typed: str) -> str:
    return target(desk, desk.load(), typed).context


def _cut_out(desk: Desk, program: str, name: str) -> str:
    argv = [program, "config", "view", "--minify", "--flatten", "--context", name]
    done = subprocess.run(
        argv, env=desk.child_env(), stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RefusedError(
            "failed to extract kubeconfig for context: kubectl config view failed: "
            f"exit status {done.returncode}: {done.stderr.strip()}"
        )
    return done.stdout


@contextmanager
def _kubeconfig(wanted: op.Shell, program: str, cut: str, name: str, folder: Path) -> Iterator[Path]:
    """The file the shell's kubectl reads."""
    file = folder / "isolated"
    if not wanted.readonly:
        yield _written(file, cut)
        return
    from kx.contexts.readonly import guarded  # late: only this shell needs a server

    with guarded(program, _written(folder / "original", cut), name) as text:
        yield _written(file, text)


def _written(file: Path, text: str) -> Path:
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    return file


def _env(desk: Desk, wanted: op.Shell, file: Path) -> dict[str, str]:
    added = {"KUBECONFIG": str(file), ISOLATED: "1", **({READONLY: "1"} if wanted.readonly else {})}
    return {**desk.env, **added}


def _announce(desk: Desk, style: str, badge: str, sentence: str) -> None:
    print(f"{talk.name(desk, badge, style)} {sentence}", file=desk.err, flush=True)
