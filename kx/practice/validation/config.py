"""ConfigMaps, Secrets, namespaces and limit ranges.

Rules: Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping

from kx.practice.decode import syntax_error
from kx.practice.quantity import canonical, parse
from kx.practice.status import Obj
from kx.practice.validation import names, quantities
from kx.practice.validation.errors import (
    Errors,
    duplicate,
    each_invalid,
    forbidden,
    immutable,
    invalid,
    required,
    too_long,
)

_SIZE_LIMIT = 1024 * 1024
_KEPT = "field is immutable when `immutable` is set"


def _keys(path: str, data: Mapping[str, str] | None) -> Errors:
    for key in sorted(data or ()):
        yield from each_invalid(f"{path}[{key}]", key, names.config_key(key))


def _frozen(obj: Obj, old: Obj | None, *fields: str) -> Errors:
    """Data marked immutable never changes, nor does the mark."""
    if old is None or not old.get("immutable"):
        return
    if not obj.get("immutable"):
        yield forbidden("immutable", _KEPT)
    for field in fields:
        if (obj.get(field) or {}) != (old.get(field) or {}):
            yield forbidden(field, _KEPT)


def config_map(obj: Obj, old: Obj | None) -> Errors:
    """A ConfigMap."""
    yield from _frozen(obj, old, "data", "binaryData")
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    for key in sorted(data):
        yield from each_invalid(f"data[{key}]", key, names.config_key(key))
        if key in binary:
            yield invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    yield from _keys("binaryData", binary)
    total = sum(len(text.encode()) for text in data.values()) + sum(_decoded_size(text) for text in binary.values())
    if total > _SIZE_LIMIT:
        yield too_long("", _SIZE_LIMIT)


def _decoded_size(text: str | None) -> int:
    return len(_decoded(text))


def _decoded(text: str | None) -> bytes:
    try:
        return base64.b64decode(text or "")
    except (binascii.Error, ValueError):
        return b""


# Secret type -> the keys it must have.
_NEEDED_KEYS: Mapping[str, tuple[str, ...]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
_ACCOUNT_ANNOTATION = "kubernetes.io/service-account.name"


def secret(obj: Obj, old: Obj | None) -> Errors:
    """A Secret; its type never changes."""
    kind, data = obj.get("type") or "", obj.get("data") or {}
    if old is not None:
        yield from immutable("type", kind, old.get("type"))
    yield from _frozen(obj, old, "data")
    yield from _keys("data", data)
    if sum(map(_decoded_size, data.values())) > _SIZE_LIMIT:
        yield too_long("data", _SIZE_LIMIT)
    if kind == "kubernetes.io/service-account-token":
        if not ((obj.get("metadata") or {}).get("annotations") or {}).get(_ACCOUNT_ANNOTATION):
            yield required(f"metadata.annotations[{_ACCOUNT_ANNOTATION}]")
    elif kind == "kubernetes.io/basic-auth" and "username" not in data and "password" not in data:
        yield required("data[username]")
        yield required("data[password]")
    for key in _NEEDED_KEYS.get(kind, ()):
        if key not in data or (kind.endswith("ssh-auth") and not data[key]):
            yield required(f"data[{key}]")
        elif "docker" in kind:
            yield from _docker(f"data[{key}]", _decoded(data[key]))


def _docker(path: str, content: bytes) -> Errors:
    try:
        json.loads(content.decode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        yield invalid(path, "<secret contents redacted>", syntax_error(error))


def service_account(obj: Obj, old: Obj | None) -> Errors:
    """A ServiceAccount has nothing but metadata to check."""
    yield from ()


def namespace(obj: Obj, old: Obj | None) -> Errors:
    """A Namespace: its own finalizers are standard or qualified names."""
    for each in (obj.get("spec") or {}).get("finalizers") or ():
        yield from each_invalid("spec.finalizers", each, names.qualified_name(each))
        if "/" not in each and each != "kubernetes":
            detail = "name is neither a standard finalizer name nor is it fully qualified"
            yield invalid("spec.finalizers", each, detail)


_LIMIT_TYPES = ("Pod", "Container", "PersistentVolumeClaim")
_LISTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


def limit_range(obj: Obj, old: Obj | None) -> Errors:
    """A LimitRange."""
    seen: set[str] = set()
    for at, limit in enumerate((obj.get("spec") or {}).get("limits") or ()):
        here, kind = f"spec.limits[{at}]", limit.get("type") or ""
        wrong = names.qualified_name(kind)
        yield from each_invalid(f"{here}.type", kind, wrong)
        if not wrong and "/" not in kind and kind not in _LIMIT_TYPES:
            yield invalid(f"{here}.type", kind, "must be a standard limit type or fully qualified")
        if kind in seen:
            yield duplicate(f"{here}.type", kind)
        seen.add(kind)
        yield from _limit_names(here, kind, limit)
        for key in sorted({key for name in _LISTS for key in limit.get(name) or ()}):
            yield from _limit_order(here, key, limit)


def _limit_names(path: str, kind: str, limit: Obj) -> Errors:
    check = quantities.container_resource_name if kind in ("Pod", "Container") else quantities.resource_name
    for name in _LISTS:
        if kind == "Pod" and name in ("default", "defaultRequest"):
            if limit.get(name):
                yield forbidden(f"{path}.{name}", "may not be specified when `type` is 'Pod'")
            continue
        for key in sorted(limit.get(name) or ()):
            yield from check(f"{path}.{name}[{key}]", key)
    sizes = {**(limit.get("min") or {}), **(limit.get("max") or {})}
    if kind == "PersistentVolumeClaim" and "storage" not in sizes:
        detail = "either minimum or maximum storage value is required, but neither was provided"
        yield required(f"{path}.limits", detail)


# The list named first must not be above the second; then the list whose value is shown, and the words.
_ORDER = (
    ("min", "max", "min", "min value {0} is greater than max value {1}"),
    ("min", "defaultRequest", "defaultRequest", "min value {0} is greater than default request value {1}"),
    ("defaultRequest", "max", "defaultRequest", "default request value {0} is greater than max value {1}"),
    (
        "defaultRequest",
        "default",
        "defaultRequest",
        "default request value {0} is greater than default limit value {1}",
    ),
    ("min", "default", "default", "min value {0} is greater than default value {1}"),
    ("default", "max", "default", "default value {0} is greater than max value {1}"),
)


def _limit_order(path: str, key: str, limit: Obj) -> Errors:
    def value(name: str) -> str | None:
        found = (limit.get(name) or {}).get(key)
        return None if found is None else canonical(found)

    for low, high, place, words in _ORDER:
        a, b = value(low), value(high)
        if a is not None and b is not None and parse(a).value > parse(b).value:
            # Where the default is at fault, Kubernetes shows the bound it breaks.
            shown = (a if low == "min" else b) if place == "default" else value(place)
            yield invalid(f"{path}.{place}[{key}]", shown, words.format(a, b))
    ratio = value("maxLimitRequestRatio")
    if ratio is not None and parse(ratio).value < 1:
        yield invalid(f"{path}.maxLimitRequestRatio[{key}]", ratio, f"ratio {ratio} is less than 1")
