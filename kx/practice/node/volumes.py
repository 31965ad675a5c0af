"""A container's files: what its image family has, what the kubelet writes, and where its volumes are shown.

Nothing of the host is ever shown. What is in the volumes is ``mounting``'s business.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from kx.practice.node.environment import expand
from kx.practice.node.files import FileError, Files
from kx.practice.node.images import Image
from kx.practice.node.lookup import MissingError
from kx.practice.node.payload import is_published
from kx.practice.node.resolver import DOMAIN, resolv_conf
from kx.practice.status import Obj

_FOLDERS = tuple(
    "/bin /dev /etc /home /lib /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin /usr/local /usr/share "
    "/var /var/lib /var/log /var/run".split()
)
_RELEASES = {
    "alpine": b'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.15.0\nPRETTY_NAME="Alpine Linux v3.15"\n',
    "debian": b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
}
_PASSWD = b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"
_EXPRESSION = re.compile(r"\$\(([^()]*)\)")


def container_files(
    pod: Obj,
    container: Obj,
    image: Image,
    address: str,
    hostname: str,
    volumes: Mapping[str, Files],
    env: Mapping[str, str],
) -> Files:
    """Everything a container sees; raises MissingError when a ``subPathExpr`` names an unknown variable."""
    name = hostname
    contents = {
        "/etc/hostname": f"{name}\n".encode(),
        "/etc/hosts": _hosts(pod, address, name),
        "/etc/resolv.conf": resolv_conf(pod).encode(),
        "/etc/passwd": _PASSWD,
        "/dev/null": b"",
        **dict(image.files),
    }
    if image.family in _RELEASES:
        contents["/etc/os-release"] = _RELEASES[image.family]
    files = Files(contents, _FOLDERS)
    files.change_mode("/tmp", 0o1777)  # noqa: S108 - of the container
    files.change_mode("/root", 0o700)
    specs = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    for mount in container.get("volumeMounts") or ():
        read_only = bool(mount.get("readOnly")) or is_published(specs[mount["name"]])
        inside = sub_path(mount, env)
        volume = volumes[mount["name"]]
        if inside != "/" and not volume.exists(inside):
            volume.make_folder(inside, volume.root.mode)
        try:
            files.mount_shared(mount["mountPath"], volume, read_only, inside)
        except FileError as error:
            raise MissingError(f"failed to create subPath directory for volumeMount: {error}") from error
    return files


def sub_path(mount: Obj, env: Mapping[str, str]) -> str:
    """Which part of its volume a mount shows."""
    expression = mount.get("subPathExpr")
    if not expression:
        return posixpath.join("/", mount.get("subPath") or "")
    missing = sorted({name for name in _EXPRESSION.findall(expression) if not env.get(name)})
    if missing:
        raise MissingError(f"missing value for {', '.join(missing)}")
    return posixpath.join("/", expand(expression, env))


def _hosts(pod: Obj, address: str, name: str) -> bytes:
    if pod["spec"].get("hostNetwork"):
        text = f"# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n127.0.1.1\t{name}\n"
        return (text + "".join(f"{line}\n" for line in _aliases(pod))).encode()
    lines = ["# Kubernetes-managed hosts file.", "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback"]
    lines += ["fe00::\tip6-localnet", "fe00::\tip6-mcastprefix", "fe00::1\tip6-allnodes", "fe00::2\tip6-allrouters"]
    subdomain, namespace = pod["spec"].get("subdomain"), pod["metadata"]["namespace"]
    full = f"{name}.{subdomain}.{namespace}.svc.{DOMAIN}\t" if subdomain else ""
    lines.append(f"{address}\t{full}{name}")
    return ("\n".join([*lines, *_aliases(pod)]) + "\n").encode()


def _aliases(pod: Obj) -> list[str]:
    """The entries that ``hostAliases`` adds, under their heading."""
    aliases = pod["spec"].get("hostAliases") or ()
    lines = [f"{one['ip']}\t" + "\t".join(one["hostnames"]) for one in aliases]
    return ["", "# Entries added by HostAliases.", *lines] if lines else []
