"""Which files a ConfigMap, Secret, downward API or projected volume shows, with their modes. It writes nothing.

Words of what is missing are the kubelet's (pkg/volume/configmap, secret, projected).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kx.practice.node.downward import container_named, pod_field, resource_field
from kx.practice.node.lookup import Lookup, MissingError
from kx.practice.status import Obj

SOURCES = ("configMap", "secret", "downwardAPI", "projected")
# Published into each namespace by a controller; a pod does not wait for it here.
_ROOT_CA = "kube-root-ca.crt"
_ABSENT = {
    "configmap": "configmap references non-existent config key: {key}",
    "secret": "references non-existent secret key: {key}",
}
_MODE = 0o644
_TOKEN_SECONDS = 3600
_PRIVATE = 0o600


@dataclass(frozen=True)
class Shown:
    """One file of such a volume."""

    data: bytes
    mode: int
    uid: int = 0


Payload = dict[str, Shown]  # by path inside the volume


def is_published(volume: Obj) -> bool:
    """Whether a volume's files are made from objects of the API, and nobody else may write them."""
    return any(kind in volume for kind in SOURCES)


def payload(pod: Obj, volume: Obj, lookup: Lookup) -> Payload:
    """The files of one volume; raises MissingError."""
    if source := volume.get("configMap"):
        return _chosen("configmap", source["name"], source, _mode(source), lookup)
    if source := volume.get("secret"):
        return _chosen("secret", source["secretName"], source, _mode(source), lookup)
    if source := volume.get("downwardAPI"):
        return _fields(pod, source.get("items") or (), _mode(source), lookup)
    return _all_projected(pod, volume.get("projected") or {}, lookup)


def references(volume: Obj) -> Iterator[tuple[str, str]]:
    """The (kind, name) of all ConfigMaps and Secrets a volume is made from."""
    sources = [volume, *((volume.get("projected") or {}).get("sources") or ())]
    for source in sources:
        if config := source.get("configMap"):
            yield "configmap", config["name"]
        if secret := source.get("secret"):
            yield "secret", secret.get("secretName") or secret.get("name")


def token_seconds(volume: Obj) -> int | None:
    """How long the shortest-lived token of a volume lasts; None when it has none."""
    sources = (volume.get("projected") or {}).get("sources") or ()
    tokens = [one["serviceAccountToken"] for one in sources if one.get("serviceAccountToken")]
    return min((one.get("expirationSeconds", _TOKEN_SECONDS) for one in tokens), default=None)


def _mode(source: Obj) -> int:
    return int(source.get("defaultMode", _MODE))


def _all_projected(pod: Obj, projected: Obj, lookup: Lookup) -> Payload:
    files: Payload = {}
    problems: list[str] = []
    for source in projected.get("sources") or ():
        try:
            files |= _projected(pod, source, _mode(projected), lookup)
        except MissingError as error:
            problems.append(error.message)
    if problems:
        raise MissingError(problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]")
    return files


def _projected(pod: Obj, source: Obj, mode: int, lookup: Lookup) -> Payload:
    if config := source.get("configMap"):
        if config["name"] == _ROOT_CA:
            config = {**config, "optional": True}
        return _chosen("configmap", config["name"], config, mode, lookup)
    if secret := source.get("secret"):
        return _chosen("secret", secret["name"], secret, mode, lookup)
    if fields := source.get("downwardAPI"):
        return _fields(pod, fields.get("items") or (), mode, lookup)
    if token := source.get("serviceAccountToken"):
        seconds = token.get("expirationSeconds", _TOKEN_SECONDS)
        text = lookup.token(pod, token.get("audience", ""), seconds)
        user = _only_user(pod)
        grouped = "fsGroup" in (pod["spec"].get("securityContext") or {})
        return {token["path"]: Shown(text.encode(), _PRIVATE if user is not None or grouped else mode, user or 0)}
    return {}


def _only_user(pod: Obj) -> int | None:
    """The user that all containers of a pod run as, where the spec names one."""
    wanted = (pod["spec"].get("securityContext") or {}).get("runAsUser")
    containers = [*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"]]
    users = {(one.get("securityContext") or {}).get("runAsUser", wanted) for one in containers}
    return users.pop() if len(users) == 1 else None


def _fields(pod: Obj, items: Iterable[Obj], mode: int, lookup: Lookup) -> Payload:
    allocatable = lookup.allocatable(pod["spec"].get("nodeName", ""))
    files: Payload = {}
    for one in items:
        if field := one.get("fieldRef"):
            text = pod_field(pod, field["fieldPath"])
        elif reference := one.get("resourceFieldRef"):
            text = resource_field(container_named(pod, reference.get("containerName", "")), reference, allocatable)
        else:
            continue
        files[one["path"]] = Shown(text.encode(), one.get("mode", mode))
    return files


def _chosen(kind: str, name: str, source: Obj, mode: int, lookup: Lookup) -> Payload:
    optional = bool(source.get("optional")) or lookup.lenient
    data = lookup.data(kind, name, optional, binary=True)
    items = source.get("items")
    if not items:
        return {key: Shown(value, mode) for key, value in data.items()}
    absent = [one["key"] for one in items if one["key"] not in data]
    if absent and not optional:
        raise MissingError(_ABSENT[kind].format(key=absent[0]))
    chosen = [one for one in items if one["key"] in data]
    return {one["path"]: Shown(data[one["key"]], one.get("mode", mode)) for one in chosen}
