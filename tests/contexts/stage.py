"""Play a situation: with kubectx and kubens, or with kx; both leave the same kind of record."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kx.commands import ctx as ctx_command
from kx.contexts import ctx, ns
from kx.contexts.desk import Desk
from tests.contexts.situations import Situation

GOLDEN = Path(__file__).parent.parent / "golden" / "kubectx.json"
_PROGRAMS = {"ctx": ("kubectx", ctx.run, "kx ctx"), "ns": ("kubens", ns.run, "kx ns")}
# What follows is what a client says of a broken connection: kubectl's words are not client-go's.
_CLIENT = re.compile(r"(from k8s API): .*")

Step = tuple[int, str, str]  # status, stdout, stderr
Play = Callable[[str, tuple[str, ...], Mapping[str, str]], Step]


@dataclass(frozen=True)
class Record:
    """What came of a situation. ``files``: the meaning of each kubeconfig; ``state``: what is remembered."""

    steps: tuple[Step, ...]
    files: dict[str, Any]
    state: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """For the golden file."""
        return {"steps": [list(step) for step in self.steps], "files": self.files, "state": self.state}


def golden() -> dict[str, Any]:
    """What kubectx and kubens 0.11 did in each situation."""
    facts: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return facts


def kubectx_found() -> bool:
    """Whether both programs are at hand, in their version 0.11 (older ones know less)."""
    if not shutil.which("kubectx") or not shutil.which("kubens"):
        return False
    said = subprocess.run(["kubectx", "-V"], capture_output=True, text=True, check=False).stdout
    return said.strip().removeprefix("v").startswith("0.11")


def with_kubectx(program: str, words: tuple[str, ...], env: Mapping[str, str]) -> Step:
    """One line of the real program."""
    done = subprocess.run(
        [str(shutil.which(_PROGRAMS[program][0])), *words],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def with_kx(program: str, words: tuple[str, ...], env: Mapping[str, str]) -> Step:
    """One line of kx, in this process."""
    _, run, name = _PROGRAMS[program]
    return _said(run, name, words, env)


def _said(
    run: Callable[[tuple[str, ...], Desk], int], name: str, words: tuple[str, ...], env: Mapping[str, str]
) -> Step:
    desk = Desk(env=env, out=io.StringIO(), err=io.StringIO(), program=name)
    status = run(words, desk)
    assert isinstance(desk.out, io.StringIO) and isinstance(desk.err, io.StringIO)
    return status, desk.out.getvalue(), desk.err.getvalue()


def with_kx_command(program: str, words: tuple[str, ...], env: Mapping[str, str]) -> Step:
    """The same, by the way the command line takes, which does not read everything anew."""
    run, name = (ctx_command.perform, "kx ctx") if program == "ctx" else _PROGRAMS[program][1:]
    return _said(run, name, words, env)


def play(situation: Situation, folder: Path, with_: Play, cluster: Path | None = None) -> Record:
    """Lay the files into ``folder``, type the lines, and look at what came of it."""
    for name, text in situation.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    if situation.cluster:
        assert cluster is not None
        shutil.copy(cluster, folder / "cluster")
    env = _environment(situation, folder)
    steps = tuple(_step(line, env, folder, with_) for line in situation.lines)
    return Record(steps, _meanings(folder, situation), _state(folder))


def _environment(situation: Situation, folder: Path) -> dict[str, str]:
    own = {name: value.replace("{dir}", str(folder)) for name, value in situation.env.items()}
    kubeconfig = situation.kubeconfig.replace("{dir}", str(folder))
    told = {name: os.environ[name] for name in ("PATH", "KX_KUBECTL") if name in os.environ}
    return {**told, "HOME": str(folder), **({"KUBECONFIG": kubeconfig} if kubeconfig else {}), **own}


def _step(line: str, env: Mapping[str, str], folder: Path, with_: Play) -> Step:
    program, *words = shlex.split(line)
    status, out, err = with_(program, tuple(words), env)
    return status, _plain(out, folder), _plain(err, folder)


def _plain(text: str, folder: Path) -> str:
    """Without what differs from run to run, and with one name for the program."""
    text = text.replace(str(folder), "{dir}").replace("kx ctx", "kubectx").replace("kx ns", "kubens")
    return _CLIENT.sub(r"\1: …", text)


def _meanings(folder: Path, situation: Situation) -> dict[str, Any]:
    names = [*situation.files, *(["cluster"] if situation.cluster else [])]
    return {name: _meaning((folder / name).read_text(encoding="utf-8")) for name in sorted(names)}


def _meaning(text: str) -> Any:
    document = yaml.safe_load(text)
    if not isinstance(document, dict):
        return document
    return {
        "current-context": document.get("current-context") or "",
        "contexts": sorted(  # their order means nothing
            [context["name"], (context.get("context") or {}).get("namespace") or ""]
            for context in document.get("contexts") or []
        ),
    }


def _state(folder: Path) -> dict[str, str]:
    """kubectx's and kubens' own files, wherever their folder is."""
    found = {}
    for base in (folder / ".kube", folder / "cache"):
        for file in sorted((base / "kubens").rglob("*")) + [base / "kubectx"]:
            if file.is_file():
                found[str(file.relative_to(folder))] = file.read_text(encoding="utf-8")
    return found
