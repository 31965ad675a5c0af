"""Whom a container runs as: user, group and further groups, and whether that is allowed. Pure.

A container's securityContext goes before its pod's, as in pkg/securitycontext; what neither says, the image says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kx.practice.node.images import Image
from kx.practice.status import Obj

USERS = {"root": 0, "nobody": 65534}  # of /etc/passwd in every image here


@dataclass(frozen=True)
class Identity:
    """Numbers, as ``id`` prints them."""

    uid: int = 0
    gid: int = 0
    groups: tuple[int, ...] = ()  # besides gid


def identity(pod: Obj, container: Obj, image: Image) -> Identity:
    """The user and groups of a container's processes."""
    of_pod = pod["spec"].get("securityContext") or {}
    user = _setting(pod, container, "runAsUser")
    group = _setting(pod, container, "runAsGroup")
    more = [*(of_pod.get("supplementalGroups") or ()), *([of_pod["fsGroup"]] if "fsGroup" in of_pod else ())]
    gid = 0 if group is None else int(group)
    groups = tuple(dict.fromkeys(int(one) for one in more if one != gid))
    return Identity(_image_user(image) if user is None else int(user), gid, groups)


def root_problem(pod: Obj, container: Obj, image: Image) -> str:
    """Why runAsNonRoot forbids to start the container, in the kubelet's words; "" when it does not."""
    if not _setting(pod, container, "runAsNonRoot"):
        return ""
    metadata = pod["metadata"]
    where = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
    where = f'(pod: "{where}", container: {container["name"]})'
    user = _setting(pod, container, "runAsUser")
    if user is not None:
        return f"container's runAsUser breaks non-root policy {where}" if int(user) == 0 else ""
    if not image.user.isdecimal() and image.user not in ("", "root"):
        named = f"container has runAsNonRoot and image has non-numeric user ({image.user})"
        return f"{named}, cannot verify user is non-root {where}"
    root = _image_user(image) == 0
    return f"container has runAsNonRoot and image will run as root {where}" if root else ""


def _image_user(image: Image) -> int:
    return int(image.user) if image.user.isdecimal() else USERS.get(image.user, 0)


def _setting(pod: Obj, container: Obj, name: str) -> Any:
    """What the container says, else its pod."""
    own, general = container.get("securityContext") or {}, pod["spec"].get("securityContext") or {}
    return own.get(name) if own.get(name) is not None else general.get(name)
