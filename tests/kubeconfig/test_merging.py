"""Thousands of sets of files, read and changed by kx and by each real kubectl: nothing may differ.

Each kubectl sees as many cases as ``KX_CASES`` says, and other ones than its neighbours.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kx.errors import KxError
from kx.kubeconfig import change, read
from tests.kubeconfig import generated
from tests.kubeconfig.builders import CASES
from tests.kubectls import Kubectl, find_kubectls

Case = tuple[Path, dict[str, str], list[str]]  # a folder to be in, an environment, the words for kubectl
KUBECTLS = find_kubectls()
each_kubectl = pytest.mark.parametrize("kubectl", KUBECTLS, ids=lambda kubectl: kubectl.version)


def numbers(kubectl: Kubectl, kind: int) -> Iterable[int]:
    """The cases that a kubectl sees: fewer of the second kind, which writes."""
    start = (KUBECTLS.index(kubectl) * 2 + kind) * 1_000_000
    return range(start, start + CASES // (1 + 2 * kind))


def asked(kubectl: Kubectl, cwd: Path, env: dict[str, str], words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [kubectl.path, *words],
        cwd=cwd,
        env={**env, "PATH": "", "GOGC": "off"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def answers(kubectl: Kubectl, cases: list[Case]) -> list[subprocess.CompletedProcess[str]]:
    """What kubectl says to each case, side by side."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda case: asked(kubectl, *case), cases))


def by_kubectl(done: subprocess.CompletedProcess[str]) -> Any:
    """What kubectl read, or None if it refused."""
    if done.returncode:
        return None
    seen = json.loads(done.stdout)
    return (
        seen["current-context"],
        {item["name"]: {k: v for k, v in item["context"].items() if v} for item in seen["contexts"] or []},
        {item["name"]: item["cluster"]["server"] for item in seen["clusters"] or []},
        {item["name"] for item in seen["users"] or []},
    )


def by_kx(env: dict[str, str], kubeconfig: str | None) -> Any:
    """What kx read, or None if it refused."""
    try:
        config = read.load(env, kubeconfig)
    except KxError:
        return None
    contexts = {}
    for context in config.contexts.values():
        fields = {"cluster": context.cluster, "user": context.user, "namespace": context.namespace}
        contexts[context.name] = {key: value for key, value in fields.items() if value}
    return config.current_context, contexts, dict(config.servers), set(config.users)


@each_kubectl
def test_kx_reads_what_kubectl_reads(kubectl: Kubectl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[Case] = []
    for number in numbers(kubectl, 0):
        env, words = generated.files(number, tmp_path / str(number))
        cases.append((tmp_path / str(number), env, ["config", "view", "-o", "json", *words]))
    for (folder, env, words), done in zip(cases, answers(kubectl, cases), strict=True):
        monkeypatch.chdir(folder)
        kubeconfig = words[4].partition("=")[2] if len(words) > 4 else None
        if kubeconfig and not Path(kubeconfig).exists():
            # Only `kubectl config` takes a missing --kubeconfig for an empty one; kx refuses it, as `kubectl get` does.
            assert by_kx(env, kubeconfig) is None
        else:
            assert by_kx(env, kubeconfig) == by_kubectl(done), f"case {folder.name}: {done.stderr}"


def contents(folder: Path) -> dict[str, Any]:
    """What each file says, links aside, by its name."""
    found: dict[str, Any] = {}
    for path in [*(folder / name for name in generated.FILES), folder / "home" / ".kube" / "config"]:
        try:
            config = read.load_file(path)
        except KxError:
            found[path.name] = (path.read_bytes(),) if path.exists() else ()
        else:
            contexts = {name: (c.cluster, c.user, c.namespace) for name, c in config.contexts.items()}
            found[path.name] = (config.current_context, contexts, config.servers, config.users)
    return found


def a_change(number: int, env: dict[str, str], kubeconfig: str | None) -> tuple[list[str], Callable[[], object]] | None:
    """Some change to a set of files: kubectl's words for it, and kx's call. None where there is nothing to change."""
    try:
        names = list(read.load(env, kubeconfig).contexts)
    except KxError:
        return None
    chance = random.Random(number)
    if not names:
        return None
    name, new = chance.choice(names), chance.choice(["fresh", "0x1", "a b"])
    if not name:
        return None  # kubectl has no words for a context without a name
    return chance.choice(
        [
            (["use-context", "--", name], lambda: change.use_context(env, kubeconfig, name)),
            (["unset", "current-context"], lambda: change.unset_context(env, kubeconfig)),
            (["set-context", f"--namespace={new}", "--", name],
             lambda: change.set_namespace(env, kubeconfig, name, new)),
            (["rename-context", "--", name, new], lambda: change.rename_context(env, kubeconfig, name, new)),
            (["delete-context", "--", name], lambda: change.delete_contexts(env, kubeconfig, [name])),
        ]
    )  # fmt: skip


@each_kubectl
def test_kx_changes_what_kubectl_changes(kubectl: Kubectl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files end up saying the same."""
    acts: list[Callable[[], object]] = []
    cases: list[Case] = []
    for number in numbers(kubectl, 1):
        env, words = generated.files(number, tmp_path / "kx" / str(number))
        monkeypatch.chdir(tmp_path / "kx" / str(number))
        env["XDG_STATE_HOME"] = str(tmp_path / "state")
        wanted = a_change(number, env, words[0].partition("=")[2] if words else None)
        if wanted is not None:
            acts.append(wanted[1])
            env, words = generated.files(number, tmp_path / "kubectl" / str(number))
            cases.append((tmp_path / "kubectl" / str(number), env, ["config", *words, *wanted[0]]))
    for (folder, _, words), act, done in zip(cases, acts, answers(kubectl, cases), strict=True):
        monkeypatch.chdir(tmp_path / "kx" / folder.name)
        act()
        if done.returncode:
            # The one thing that stops kubectl: two spellings of a file in one list, for which it takes its lock twice.
            assert ".lock: file exists" in done.stderr, f"case {folder.name}: {done.stderr}"
            continue
        # When kubectl renames, it names the new context in the first file, and leaves the old name where it was
        # current; kx puts the new name there. What all files say together is the same.
        first = 1 if "rename-context" in words else 0
        mine, theirs = ([said and said[first:] for said in contents(place).values()] for place in (Path.cwd(), folder))
        assert mine == theirs, f"case {folder.name}: {words}"
