"""Which programs an image holds: by its family, and those of its own. Nothing outside these tables can run."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from kx.practice.node.process import Main
from kx.practice.node.programs import nginx, redis, shell, sleep, stay, visitor

_FOLDERS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")

_BUSYBOX: dict[str, Main] = {"sh": shell.main, "ash": shell.main, "sleep": sleep.busybox}
_DEBIAN: dict[str, Main] = {"sh": shell.main, "dash": shell.main, "bash": shell.main, "sleep": sleep.coreutils}
_FAMILIES: dict[str, dict[str, Main]] = {"busybox": _BUSYBOX, "alpine": _BUSYBOX, "debian": _DEBIAN, "none": {}}

# By image: names found on PATH, and absolute paths.
_OWN: dict[str, dict[str, Main]] = {
    "nginx": {"/docker-entrypoint.sh": nginx.entrypoint, "nginx": nginx.server},
    "redis": {"docker-entrypoint.sh": redis.entrypoint, "redis-server": redis.server},
    "saman2000h/net-utils": {"bash": shell.main},
    "saman2000h/visitor": {"/app/visitor": visitor.main},
    "hello-world": {"/hello": stay.hello},
    "registry.k8s.io/pause": {"/pause": stay.pause},
}
_ANY: dict[str, Main] = {"/entrypoint": stay.unknown}


def finder(image: str, family: str) -> Callable[[str], Main | None]:
    """How a container of this image (its short name) finds a program by name or path."""
    programs = {**_FAMILIES[family], **_OWN.get(image, _ANY)}

    def find(name: str) -> Main | None:
        if name in programs:
            return programs[name]
        folder, base = posixpath.split(posixpath.normpath(name))
        return programs.get(base) if folder in _FOLDERS else None

    return find
