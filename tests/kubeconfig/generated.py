"""Sets of kubeconfig files as people have them, made at random but the same for the same number."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import yaml

NAMES = ["a", "b", "c", "prod", "y", "1e3", "null", "a:b", "x y", "it's", "☃", "../up", "-", ""]
_CHANCES = NAMES[:4] * 6 + NAMES  # most names are plain and met in several files
FILES = ["one", "two", "three"]
_ODD = ["", "\n", "# nothing\n", "---\n", "{}", "null\n", "just text\n", "a: [\n", "contexts: {}\n"]


def files(number: int, folder: Path) -> tuple[dict[str, str], list[str]]:
    """Write some files into ``folder``; the environment and the words of a command line that name them.

    Paths may be relative to ``folder``.
    """
    chance = random.Random(number)
    folder.mkdir(parents=True)
    for name in FILES:
        if chance.random() < 0.85:
            (folder / name).write_bytes(_text(chance).encode("utf-8"))
    if chance.random() < 0.3:
        (folder / "link").symlink_to(chance.choice([*FILES, "nowhere", "link"]))
    if chance.random() < 0.03:
        (folder / "folder").mkdir()
    parts = [_part(chance, folder) for _ in range(chance.choice([1, 1, 2, 2, 3, 4]))]
    env = {"HOME": str(folder / "home")}
    if chance.random() < 0.1:
        (folder / "home" / ".kube").mkdir(parents=True)
        (folder / "home" / ".kube" / "config").write_text(_text(chance), encoding="utf-8")
        return env, []
    if chance.random() < 0.15:
        single = next((part for part in parts if part), "one")
        return {**env, "KUBECONFIG": str(folder / "two")}, [f"--kubeconfig={single}"]
    return {**env, "KUBECONFIG": os.pathsep.join(parts)}, []


def _part(chance: random.Random, folder: Path) -> str:
    """One part of the list: a file, spelled in one of several ways, a missing one, a link, a folder, nothing."""
    name = chance.choice([*FILES * 4, "link", "missing", "folder" if (folder / "folder").exists() else "one"])
    return chance.choice([name, f"./{name}", str(folder / name), str(folder / name), str(folder / name), ""])


def _text(chance: random.Random) -> str:
    if chance.random() < 0.1:
        return chance.choice(
            ["", "\n", "# nothing\n", "---\n", "{}", "null\n", "just text\n", "a: [\n", "contexts: {}\n"]
        )
    root: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "preferences": {}}
    if chance.random() < 0.2:
        root = {"extra": [1, {"a": None}]}
    if chance.random() < 0.7:
        root["current-context"] = chance.choice([*_CHANCES, "", None])
    for section, kind in (("clusters", "cluster"), ("contexts", "context"), ("users", "user")):
        names = [chance.choice(_CHANCES) for _ in range(chance.choice([0, 1, 2, 3]))]
        if chance.random() > 0.03:
            names = list(dict.fromkeys(names))  # a name twice is refused, so it must be rare
        if names or chance.random() < 0.3:
            entries = [{"name": name, kind: _body(chance, kind)} for name in names]
            root[section] = entries if entries or chance.random() < 0.5 else None
    return _written(chance, dict(sorted(root.items())))


def _body(chance: random.Random, kind: str) -> dict[str, Any]:
    if kind == "cluster":
        return {"server": chance.choice(["https://a:6443", "https://127.0.0.1", "http://[::1]:8080"])}
    if kind == "user":
        return {"token": chance.choice(["t", "secret"])}
    body = {"cluster": chance.choice(_CHANCES), "user": chance.choice(_CHANCES)}
    if chance.random() < 0.6:
        body["namespace"] = chance.choice(["shop", "default", "1", "n", ""])
    return dict(sorted(body.items()))


class _Dumper(yaml.SafeDumper):
    """Puts into quotes what only older readers, kubectl's among them, take for something else than text."""


def _quote(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    sure = text.isalpha() and text.lower() not in ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if sure else '"')


_Dumper.add_representer(str, _quote)


def _written(chance: random.Random, root: dict[str, Any]) -> str:
    """In one of the layouts that people and programs write."""
    layout = chance.random()
    if layout < 0.15:
        return json.dumps(root, indent=chance.choice([None, 2]))
    style = chance.choice([True, None]) if layout < 0.35 else False
    text = yaml.dump(root, Dumper=_Dumper, default_flow_style=style, sort_keys=False, allow_unicode=True)
    if layout > 0.8 and style is False:
        text = "# mine\n" + text.replace("\n- ", "\n# next\n- ")
    return text.replace("\n", "\r\n") if 0.7 < layout < 0.75 else text
