"""What kx reads of kubeconfig files, next to what each real kubectl reads of the same files."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from kx.errors import KxError
from kx.kubeconfig import overlay, read
from tests.kubeconfig.builders import config, entry, write
from tests.kubectls import Kubectl, find_kubectls

A = config(entry("a", cluster="one", namespace="shop"), entry("b"), current="a", servers={"one": "https://one:6443"})
B = config(entry("a", cluster="two", namespace="other"), entry("c"), current="c", servers={"two": "https://two:6443"})

# A list of files (None: a missing one) as KUBECONFIG would name them.
LISTS: dict[str, list[str | None]] = {
    "one file": [A],
    "first wins": [A, B],
    "the other way round": [B, A],
    "a missing file in front": [None, B, A],
    "nothing at all": [None],
    "an empty file": ["", A],
    "no current-context in the first": [config(entry("a", namespace="mine")), B],
    "an empty current-context in the first": [config(entry("x")) + 'current-context: ""\n', B],
    "current-context in a file of its own": [config(current="c"), A, B],
    "a current-context that is nowhere": [config(current="gone"), A],
    "cluster in another file": [config(entry("x", cluster="one"), current="x"), A],
    "the same cluster twice": [config(servers={"one": "https://first"}), A],
    "json": [json.dumps({"current-context": "j", "contexts": [{"name": "j", "context": {"namespace": "n"}}]})],
    "a date for a name": [config(entry("2020-01-01"), current="2020-01-01")],
    "two documents": ["current-context: a\n---\ncurrent-context: b\n"],
    "unknown keys": [A + "extra: [1, 2]\n"],
}
REFUSED = {
    "a number for a name": "current-context: 123\n",
    "a boolean for a name": "current-context: true\n",
    "a list that is a mapping": "contexts: {}\n",
    "names in place of entries": "contexts:\n- foo\n",
    "a name twice": config(entry("a"), entry("a")),
    "text": "just text\n",
    "a tab": "current-context: a\n\tcontexts: b\n",
}

each_kubectl = pytest.mark.parametrize("kubectl", find_kubectls(), ids=lambda kubectl: kubectl.version)


def env_of(folder: Path, texts: list[str | None]) -> dict[str, str]:
    paths = [folder / f"file-{number}" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        if text is not None:
            write(path, text)
    return {"KUBECONFIG": os.pathsep.join(str(path) for path in paths), "HOME": str(folder)}


def asked(kubectl: Kubectl, env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([kubectl.path, *words], env={**env, "PATH": ""}, capture_output=True, text=True, check=False)


def view(kubectl: Kubectl, env: dict[str, str]) -> Any:
    """What kubectl makes of the files, as data."""
    return json.loads(asked(kubectl, env, "config", "view", "-o", "json").stdout)


def place(seen: Any) -> tuple[str, str, str]:
    """Context, namespace and server that kubectl would use."""
    name = seen.get("current-context") or ""
    contexts = {item["name"]: item["context"] for item in seen["contexts"] or []}
    clusters = {item["name"]: item["cluster"] for item in seen["clusters"] or []}
    context = contexts.get(name, {})
    return name, context.get("namespace", "default"), clusters.get(context.get("cluster", ""), {}).get("server", "")


@each_kubectl
@pytest.mark.parametrize("texts", LISTS.values(), ids=LISTS.keys())
def test_kx_is_where_kubectl_is(kubectl: Kubectl, texts: list[str | None], tmp_path: Path) -> None:
    env = env_of(tmp_path, texts)
    where = read.current(env)
    seen = view(kubectl, env)
    assert (where.context, where.namespace, where.server) == place(seen)
    assert sorted(read.load(env).contexts) == sorted(item["name"] for item in seen["contexts"] or [])


@each_kubectl
@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_kx_refuses_what_kubectl_refuses(kubectl: Kubectl, text: str, tmp_path: Path) -> None:
    env = env_of(tmp_path, [text])
    assert asked(kubectl, env, "config", "current-context").returncode == 1
    with pytest.raises(KxError):
        read.load(env)


@each_kubectl
@pytest.mark.parametrize("broken", ["loop", "file-0/below", "folder"])
def test_what_is_neither_there_nor_missing_stops_both(kubectl: Kubectl, broken: str, tmp_path: Path) -> None:
    env = env_of(tmp_path, [A])
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    env["KUBECONFIG"] += f"{os.pathsep}{tmp_path / broken}"
    assert asked(kubectl, env, "config", "current-context").returncode == 1
    with pytest.raises(KxError, match="cannot read"):
        read.load(env)


@each_kubectl
def test_the_explicit_file_stands_alone(kubectl: Kubectl, tmp_path: Path) -> None:
    env = env_of(tmp_path, [A, B])
    other = str(tmp_path / "file-1")
    said = asked(kubectl, env, "config", "current-context", f"--kubeconfig={other}").stdout.strip()
    assert read.current(env, kubeconfig=other).context == said == "c"


@each_kubectl
@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_kubectl_follows_the_overlay_and_writes_nothing_else(kubectl: Kubectl, name: str, tmp_path: Path) -> None:
    env = env_of(tmp_path, [A, B])
    before = [path.read_bytes() for path in sorted(tmp_path.glob("file-*"))]
    env["XDG_STATE_HOME"] = str(tmp_path / "state")
    with overlay.session(env) as session:
        where = session.switch(name, namespace="mine")
        inside = {**env, "KUBECONFIG": session.kubeconfig}
        assert place(view(kubectl, inside)) == (name, "mine", where.server)
        assert asked(kubectl, inside, "config", "use-context", "b").returncode == 0
        assert session.where().context == "b"
        assert asked(kubectl, inside, "config", "set-context", "--current", "--namespace=y").returncode == 0
    assert [path.read_bytes() for path in sorted(tmp_path.glob("file-*"))][1:] == before[1:]


@each_kubectl
def test_relative_paths_in_the_owning_file_keep_working(kubectl: Kubectl, tmp_path: Path) -> None:
    text = config(entry("a"), current="a") + (
        "clusters:\n- name: a\n  cluster: {server: 'https://127.0.0.1:1', certificate-authority: ca.crt}\n"
        "users:\n- name: a\n  user: {client-certificate: client.crt, client-key: client.key}\n"
    )
    env = env_of(tmp_path, [text])
    for name in ("ca.crt", "client.crt", "client.key"):
        write(tmp_path / name, name)
    env["XDG_STATE_HOME"] = str(tmp_path / "state")
    with overlay.session(env) as session:
        session.switch("a")
        inside = {**env, "KUBECONFIG": session.kubeconfig}
        seen = json.loads(asked(kubectl, inside, "config", "view", "--flatten", "--raw", "-o", "json").stdout)
    assert b64decode(seen["clusters"][0]["cluster"]["certificate-authority-data"]) == b"ca.crt"
    assert b64decode(seen["users"][0]["user"]["client-key-data"]) == b"client.key"


@each_kubectl
def test_a_refreshed_token_goes_to_the_file_that_owns_the_user(kubectl: Kubectl, tmp_path: Path) -> None:
    """kubectl writes refreshed credentials the way it writes any user: there the overlay must not come in between."""
    env = env_of(tmp_path, [A + "users:\n- name: a\n  user: {token: old}\n"])
    env["XDG_STATE_HOME"] = str(tmp_path / "state")
    with overlay.session(env) as session:
        session.switch("a")
        own = session.file.read_bytes()
        inside = {**env, "KUBECONFIG": session.kubeconfig}
        assert asked(kubectl, inside, "config", "set-credentials", "a", "--token=new").returncode == 0
        assert session.file.read_bytes() == own
    assert "token: new" in (tmp_path / "file-0").read_text(encoding="utf-8")
