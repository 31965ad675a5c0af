"""A discovery cache as kubectl writes it, with custom types in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

WIDGETS = {
    "name": "widgets",
    "singularName": "widget",
    "namespaced": True,
    "kind": "Widget",
    "verbs": ["delete", "get", "list", "patch", "create", "update", "watch"],
    "shortNames": ["wd"],
    "categories": ["all", "goods"],
}
SHOPS = {**WIDGETS, "name": "shops", "singularName": "shop", "kind": "Shop", "namespaced": False, "shortNames": []}
STATUS = {"name": "widgets/status", "singularName": "", "namespaced": True, "kind": "Widget", "verbs": ["get"]}
# Group version -> its types; of several versions of a group the first is the preferred one.
CUSTOM: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "shop.example.com/v1": (WIDGETS, STATUS, SHOPS),
    "shop.example.com/v1beta1": (WIDGETS,),
}


def groups(versions: Sequence[str]) -> list[dict[str, Any]]:
    """The groups of a servergroups.json that serves ``versions``."""
    names = dict.fromkeys(version.rpartition("/")[0] for version in versions)
    served = {name: [one for one in versions if one.rpartition("/")[0] == name] for name in names}
    return [
        {
            "name": name,
            "versions": [{"groupVersion": one, "version": one.rpartition("/")[2]} for one in served[name]],
            "preferredVersion": {"groupVersion": served[name][0], "version": served[name][0].rpartition("/")[2]},
        }
        for name in names
    ]


def add(folder: Path, types: Mapping[str, Sequence[Mapping[str, Any]]] = CUSTOM) -> Path:
    """Put ``types`` into the cache of one server, after what is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "servergroups.json"
    known = json.loads(index.read_text())["groups"] if index.exists() else []
    document = {"kind": "APIGroupList", "apiVersion": "v1", "groups": [*known, *groups(list(types))]}
    index.write_text(json.dumps(document))
    for version, rows in types.items():
        file = folder / version / "serverresources.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        listed = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": list(rows)}
        file.write_text(json.dumps(listed))
    return folder
