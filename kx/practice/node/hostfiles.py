"""The file systems of the simulated nodes, which hostPath volumes show. Nothing of the machine kx runs on is in them.

A node's files are on a disk of its own, which outlives the server. Checks and words are the kubelet's
(pkg/volume/hostpath).
"""

from __future__ import annotations

from kx.practice.controllers.world import World
from kx.practice.node.files import Files
from kx.practice.node.filetree import Folder
from kx.practice.node.lookup import MissingError
from kx.practice.status import Obj

_FOLDERS = tuple(
    "/bin /boot /dev /etc/cni/net.d /etc/kubernetes/manifests /home /lib /mnt /opt/cni/bin /proc /root /run /sbin /srv "
    "/sys /tmp /usr/bin /usr/local/bin /var/lib/containerd /var/lib/kubelet/pods /var/log/pods /var/run".split()
)
_PASSWD = b"root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"


class HostFiles:
    """One file system per node, made when it is first asked for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._of: dict[str, Files] = {}

    def volume(self, node: str, source: Obj) -> Files:
        """What a hostPath volume shows; MissingError when its ``type`` does not hold."""
        files, path, kind = self._files(node), source["path"], source.get("type") or ""
        if not files.exists(path):
            _make(files, path, kind)
        found = files.node(path)
        wanted = kind.removesuffix("OrCreate")
        if wanted in ("Directory", "File") and isinstance(found, Folder) != (wanted == "Directory"):
            raise MissingError(f"hostPath type check failed: {path} is not a {wanted.lower()}")
        return Files.showing(found)

    def _files(self, node: str) -> Files:
        if node not in self._of:
            self._of[node] = self._made(node)
        return self._of[node]

    def _made(self, node: str) -> Files:
        found = self._world.store.find("nodes", "", node) or {}
        system = ((found.get("status") or {}).get("nodeInfo") or {}).get("osImage", "")
        contents = {
            "/etc/hostname": f"{node}\n".encode(),
            "/etc/hosts": f"127.0.0.1\tlocalhost\n127.0.1.1\t{node}\n".encode(),
            "/etc/os-release": f'PRETTY_NAME="{system}"\nNAME="{system}"\nID=kx\n'.encode(),
            "/etc/passwd": _PASSWD,
            "/etc/machine-id": f"{found.get('status', {}).get('nodeInfo', {}).get('machineID', '')}\n".encode(),
        }
        files = Files.showing(self._world.disks.of_node(node).root)
        for folder in _FOLDERS:
            files.make_folder(folder)
        for path, data in contents.items():
            files.put(path, data)
        files.now = self._world.now
        files.change_mode("/tmp", 0o1777)  # noqa: S108 - of the simulated node
        files.change_mode("/root", 0o700)
        return files


def _make(files: Files, path: str, kind: str) -> None:
    """What is missing is made where the type says so; a path without a type is made by the runtime, as a folder."""
    if kind in ("DirectoryOrCreate", ""):
        files.make_folder(path)
    elif kind == "FileOrCreate":
        files.write(path, b"")
    else:
        words = {"Directory": "directory", "File": "file", "Socket": "socket file"}
        raise MissingError(f"hostPath type check failed: {path} is not a {words.get(kind, kind)}")
