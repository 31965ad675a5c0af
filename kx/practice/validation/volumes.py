"""Volumes of a pod, and how containers mount them.

Rules: ``ValidateVolumes``, ``ValidateVolumeMounts`` and what they call in Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kx.practice.quantity import parse
from kx.practice.status import FieldError, Obj
from kx.practice.validation import names, storage
from kx.practice.validation.environment import field_selector, resource_selector
from kx.practice.validation.errors import (
    Errors,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    required,
    unsupported,
)

Source = Callable[[str, Obj], Errors]

_MODE_WORDS = "must be a number between 0 and 0777 (octal), both inclusive"
_VOLUME_FIELDS = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)


def volumes(path: str, given: list[Obj], pod_name: str) -> tuple[dict[str, Obj], list[FieldError]]:
    """The volumes that are valid, by name, and what is wrong with the others."""
    found: dict[str, Obj] = {}
    wrong: list[FieldError] = []
    created = {f"{pod_name}-{each.get('name')}" for each in given if pod_name and each.get("ephemeral") is not None}
    for at, volume in enumerate(given):
        here, name = f"{path}[{at}]", volume.get("name") or ""
        mine = list(_volume(here, volume, name))
        if name in found:
            mine.append(duplicate(f"{here}.name", name))
        if not mine:
            found[name] = volume
        wrong += mine
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim in created:
            detail = "must not reference a PVC that gets created for an ephemeral volume"
            wrong.append(invalid(f"{here}.persistentVolumeClaim.claimName", claim, detail))
    return found, wrong


def _volume(path: str, volume: Obj, name: str) -> Errors:
    yield from _sources(path, volume)
    if name:
        yield from each_invalid(f"{path}.name", name, names.dns_label(name))
    else:
        yield required(f"{path}.name")


def _sources(path: str, volume: Obj) -> Errors:
    """Exactly one source; the first one is looked at, the others are one too many."""
    has_one = False
    for kind, check in _SOURCES.items():
        source = volume.get(kind)
        if source is None:
            continue
        if has_one:
            yield forbidden(f"{path}.{kind}", "may not specify more than 1 volume type")
        else:
            has_one = True
            yield from check(f"{path}.{kind}", source)
    if not has_one and all(volume.get(kind) is None for kind in volume if kind != "name"):
        yield required(path, "must specify a volume type")


def _empty_dir(path: str, source: Obj) -> Errors:
    if source.get("sizeLimit") is not None and parse(source["sizeLimit"]).value < 0:
        yield forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")


_HOST_PATH_TYPES = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)


def host_path(path: str, source: Obj) -> Errors:
    """A folder or file of the node."""
    yield from needs("path")(path, source)
    yield from _no_backsteps(f"{path}.path", source.get("path") or "")
    if source.get("type") not in (None, *_HOST_PATH_TYPES):
        yield unsupported(f"{path}.type", source["type"], _HOST_PATH_TYPES)


def needs(*fields: str) -> Source:
    """A source that is fine as long as these fields are there."""

    def check(path: str, source: Obj) -> Errors:
        for field in fields:
            if not source.get(field):
                yield required(f"{path}.{field}")

    return check


def nfs(path: str, source: Obj) -> Errors:
    """A share of an NFS server."""
    yield from needs("server", "path")(path, source)
    if not (source.get("path") or "").startswith("/"):
        yield invalid(f"{path}.path", source.get("path") or "", "must be an absolute path")


def _mode(path: str, mode: int | None) -> Errors:
    if mode is not None and not 0 <= mode <= 0o777:
        yield invalid(path, mode, _MODE_WORDS)


def _keyed(name_field: str) -> Source:
    """A source made of the keys of a ConfigMap or Secret."""

    def check(path: str, source: Obj) -> Errors:
        yield from needs(name_field)(path, source)
        yield from _mode(f"{path}.defaultMode", source.get("defaultMode"))
        for at, item in enumerate(source.get("items") or ()):
            yield from _key_to_path(f"{path}.items[{at}]", item)

    return check


def _key_to_path(path: str, item: Obj) -> Errors:
    yield from needs("key", "path")(path, item)
    yield from _local_path(f"{path}.path", item.get("path") or "")
    yield from _mode(f"{path}.mode", item.get("mode"))


def _no_backsteps(path: str, text: str) -> Errors:
    if ".." in text.split("/"):
        yield invalid(path, text, "must not contain '..'")


def descending_path(path: str, text: str) -> Errors:
    """A relative path that stays below where it starts."""
    if text.startswith("/"):
        yield invalid(path, text, "must be a relative path")
    yield from _no_backsteps(path, text)


def _local_path(path: str, text: str) -> Errors:
    yield from descending_path(path, text)
    if text.startswith("..") and not text.startswith("../"):
        yield invalid(path, text, "must not start with '..'")


def _downward(path: str, source: Obj) -> Errors:
    yield from _mode(f"{path}.defaultMode", source.get("defaultMode"))
    for item in source.get("items") or ():
        # The position of the item is not part of the path in Kubernetes either.
        yield from _downward_file(path, item)


def _downward_file(path: str, item: Obj) -> Errors:
    yield from needs("path")(path, item)
    yield from _local_path(f"{path}.path", item.get("path") or "")
    field, resource = item.get("fieldRef"), item.get("resourceFieldRef")
    if field is not None:
        yield from field_selector(f"{path}.fieldRef", field, _VOLUME_FIELDS)
        if resource is not None:
            detail = "fieldRef and resourceFieldRef can not be specified simultaneously"
            yield invalid(path, "resource", detail)
    elif resource is not None:
        yield from resource_selector(f"{path}.resourceFieldRef", resource, needs_container=True)
    else:
        yield required(path, "one of fieldRef and resourceFieldRef is required")
    yield from _mode(f"{path}.mode", item.get("mode"))


_PROJECTIONS: Mapping[str, Source] = {
    "secret": _keyed("name"),
    "configMap": _keyed("name"),
    "downwardAPI": _downward,
}


def _projected(path: str, source: Obj) -> Errors:
    yield from _mode(f"{path}.defaultMode", source.get("defaultMode"))
    for at, each in enumerate(source.get("sources") or ()):
        here = f"{path}.sources[{at}]"
        kinds = [kind for kind in each if each[kind] is not None]
        for kind in kinds:
            if kind in _PROJECTIONS:
                yield from _PROJECTIONS[kind](f"{here}.{kind}", each[kind])
        if "serviceAccountToken" in kinds:
            yield from _token(f"{here}.serviceAccountToken", each["serviceAccountToken"])
        if len(kinds) > 1:
            yield forbidden(here, "may not specify more than 1 volume type per source")


def _token(path: str, source: Obj) -> Errors:
    seconds = source.get("expirationSeconds") or 0
    if seconds < 600:
        yield invalid(f"{path}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds > 1 << 32:
        yield invalid(f"{path}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
    yield from needs("path")(path, source)
    yield from _local_path(f"{path}.path", source.get("path") or "")


def _ephemeral(path: str, source: Obj) -> Errors:
    template = source.get("volumeClaimTemplate")
    if template is None:
        yield required(f"{path}.volumeClaimTemplate")
    else:
        yield from storage.claim_spec(f"{path}.volumeClaimTemplate.spec", template.get("spec") or {})


# In the order they are looked at.
_SOURCES: Mapping[str, Source] = {
    "emptyDir": _empty_dir,
    "hostPath": host_path,
    "gitRepo": needs("repository"),
    "secret": _keyed("secretName"),
    "nfs": nfs,
    "persistentVolumeClaim": needs("claimName"),
    "downwardAPI": _downward,
    "configMap": _keyed("name"),
    "projected": _projected,
    "csi": needs("driver"),
    "ephemeral": _ephemeral,
    "image": needs("reference"),
}
