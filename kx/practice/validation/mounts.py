"""How containers mount the volumes of their pod, as folders and as devices.

Rules: ``ValidateVolumeMounts`` and ``ValidateVolumeDevices`` in Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from collections.abc import Mapping

from kx.practice.status import Obj
from kx.practice.validation.errors import Errors, forbidden, invalid, not_found, unsupported
from kx.practice.validation.volumes import descending_path, needs

Volumes = Mapping[str, Obj]


def mounts(path: str, container: Obj, known: Volumes) -> Errors:
    """Where a container mounts volumes."""
    devices = {each.get("name"): each.get("devicePath") for each in container.get("volumeDevices") or ()}
    places: set[str] = set()
    for at, mount in enumerate(container.get("volumeMounts") or ()):
        here, name, place = f"{path}[{at}]", mount.get("name") or "", mount.get("mountPath") or ""
        yield from needs("name")(here, mount)
        if name not in known:
            yield not_found(f"{here}.name", name)
        yield from needs("mountPath")(here, mount)
        if place in places:
            yield invalid(f"{here}.mountPath", place, "must be unique")
        places.add(place)
        if name in devices:
            yield invalid(f"{here}.name", name, "must not already exist in volumeDevices")
        if place in devices.values():
            yield invalid(f"{here}.mountPath", place, "must not already exist as a path in volumeDevices")
        yield from _sub_paths(path, here, mount)
        yield from _propagation(f"{path}.mountPropagation", mount.get("mountPropagation"), container)


def _sub_paths(path: str, here: str, mount: Obj) -> Errors:
    plain, expression = mount.get("subPath") or "", mount.get("subPathExpr") or ""
    if plain:
        yield from descending_path(f"{path}.subPath", plain)
    if expression:
        if plain:
            yield invalid(f"{here}.subPathExpr", expression, "subPathExpr and subPath are mutually exclusive")
        yield from descending_path(f"{path}.subPathExpr", expression)


def _propagation(path: str, given: str | None, container: Obj) -> Errors:
    known = ("Bidirectional", "HostToContainer", "None")
    if given is None:
        return
    if given not in known:
        yield unsupported(path, given, known)
    if given == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        yield forbidden(path, "Bidirectional mount propagation is available only to privileged containers")


def devices(path: str, container: Obj, known: Volumes) -> Errors:
    """Block devices of a container."""
    seen_names: set[str] = set()
    seen_paths: set[str] = set()
    for at, device in enumerate(container.get("volumeDevices") or ()):
        here, name, place = f"{path}[{at}]", device.get("name") or "", device.get("devicePath") or ""
        yield from needs("name")(here, device)
        if name in seen_names:
            yield invalid(f"{here}.name", name, "must be unique")
        volume = known.get(name)
        if volume is None:
            yield not_found(f"{here}.name", name)
        elif volume.get("persistentVolumeClaim") is None and volume.get("ephemeral") is None:
            detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            yield invalid(f"{here}.name", name, detail)
        yield from needs("devicePath")(here, device)
        if place in seen_paths:
            yield invalid(f"{here}.devicePath", place, "must be unique")
        seen_names.add(name)
        seen_paths.add(place)
