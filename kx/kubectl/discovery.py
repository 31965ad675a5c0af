"""The resource types of a cluster, as kubectl's own discovery cache on this machine remembers them. No network, ever.

kubectl writes the cache (client-go, discovery/cached/disk): for each server a folder with ``servergroups.json`` and,
for each group and version, a ``serverresources.json``. What is missing, broken, too large or oddly named is unknown:
nothing here raises, and nothing is written. How old the cache is does not matter: custom types come seldom and go
more seldom.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from kx import paths
from kx.kubectl.catalog.resources import ResourceType, resource_types

_MOST_BYTES = 4_000_000  # of one file
_MOST_FILES = 2_000
# What the API server lets a group, a version, a type and a kind be called; nothing else gets onto a screen.
_GROUP_VERSION = re.compile(r"(?:[a-z0-9][a-z0-9.-]*/)?[a-z0-9]+", re.ASCII)
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)
_UNSAFE = re.compile(r"[^(\w/.)]", re.ASCII)  # client-go: overlyCautiousIllegalFileCharacters


def cached_types(env: Mapping[str, str], server: str) -> tuple[ResourceType, ...]:
    """The types that the cluster at ``server`` has beside the built-in ones, as far as the cache knows; () if not."""
    return read(server_folder(cache_folder(env), server)) if server else ()


def cache_folder(env: Mapping[str, str]) -> Path:
    """Where kubectl keeps its caches: ``KUBECACHEDIR``, else ``~/.kube/cache``."""
    return Path(env.get("KUBECACHEDIR") or paths.home(env) / ".kube" / "cache")


def server_folder(cache: Path, server: str) -> Path:
    """The folder of one server, named as kubectl names it (cli-runtime: computeDiscoverCacheDir)."""
    bare = server.replace("https://", "", 1).replace("http://", "", 1)
    return Path(os.path.normpath(f"{cache}/discovery/{_UNSAFE.sub('_', bare)}"))


def read(folder: Path) -> tuple[ResourceType, ...]:
    """The types in a server's folder that are not among the built-in ones, in discovery's order; () if unknown."""
    try:
        status = (folder / "servergroups.json").stat()
    except (OSError, ValueError):
        return ()
    return _read(folder, status.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(folder: Path, changed: int) -> tuple[ResourceType, ...]:
    """``changed`` makes the remembered answer one for this state of the folder."""
    built_in = {(entry.group, entry.version, entry.plural) for entry in resource_types()}
    versions = list(group_versions(_json(folder / "servergroups.json")))[:_MOST_FILES]
    lists = (
        types_of(version, _json(folder.joinpath(*version.split("/"), "serverresources.json"))) for version in versions
    )
    found = (entry for entries in lists for entry in entries)
    return tuple(entry for entry in found if (entry.group, entry.version, entry.plural) not in built_in)


def _json(file: Path) -> Any:
    try:
        with open(file, "rb") as stream:
            text = stream.read(_MOST_BYTES + 1)
        return json.loads(text) if len(text) <= _MOST_BYTES else None
    except (OSError, ValueError, RecursionError):
        return None


def group_versions(group_list: Any) -> Iterator[str]:
    """``apps/v1``, ``v1``, … of an APIGroupList, of each group the preferred version first."""
    for group in _dicts(_get(group_list, "groups")):
        preferred = _get(_get(group, "preferredVersion"), "groupVersion")
        served = [_get(version, "groupVersion") for version in _dicts(_get(group, "versions"))]
        named = (name for name in sorted(served, key=lambda name: name != preferred) if isinstance(name, str))
        yield from (name for name in named if _GROUP_VERSION.fullmatch(name))


def types_of(group_version: str, resource_list: Any) -> Iterator[ResourceType]:
    """The types of an APIResourceList; subresources are none, and what has no proper name is left out."""
    group, _, version = group_version.rpartition("/")
    for row in _dicts(_get(resource_list, "resources")):
        plural, kind = _text(_get(row, "name")), _text(_get(row, "kind"))
        if _NAME.fullmatch(plural) and _KIND.fullmatch(kind):
            yield ResourceType(
                group=group,
                version=version,
                plural=plural,
                kind=kind,
                namespaced=_get(row, "namespaced") is True,
                singular=next(_names([_get(row, "singularName")]), ""),
                short_names=tuple(_names(_get(row, "shortNames"))),
                categories=tuple(_names(_get(row, "categories"))),
                listable="list" in _strings(_get(row, "verbs")),
                built_in=False,
            )


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _strings(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _names(value: Any) -> Iterator[str]:
    return (name for name in _strings(value) if _NAME.fullmatch(name))
