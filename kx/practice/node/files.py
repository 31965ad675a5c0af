"""The files of one container: a small tree in memory. Knows nothing of the host's files, and never reads one."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping


class FileError(Exception):
    """What a program would get as errno, in the words of strerror."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.reason = reason


NO_ENTRY = "No such file or directory"
IS_DIRECTORY = "Is a directory"
NOT_DIRECTORY = "Not a directory"
READ_ONLY = "Read-only file system"


class Files:
    """Absolute paths to contents; folders exist where a file lies beneath them or where they were made.

    A shared volume is another ``Files``, mounted at a folder: what lies beneath belongs to it.
    """

    def __init__(self, contents: Mapping[str, bytes] | None = None, folders: tuple[str, ...] = ()) -> None:
        self._contents: dict[str, bytes] = {}
        self._folders: set[str] = {"/"}
        self._read_only: tuple[str, ...] = ()
        self._shared: dict[str, Files] = {}
        for folder in folders:
            self.make_folder(folder)
        for path, data in (contents or {}).items():
            self.put(path, data)

    def put(self, path: str, data: bytes) -> None:
        """Place a file whatever the mount says: how images and volumes fill the tree."""
        path = posixpath.normpath(path)
        self.make_folder(posixpath.dirname(path))
        self._contents[path] = data

    def make_folder(self, path: str) -> None:
        while path not in self._folders:
            self._folders.add(path)
            path = posixpath.dirname(path)

    def mount(self, path: str, contents: Mapping[str, bytes], read_only: bool) -> None:
        """Show a volume at ``path``; what the image had there is hidden."""
        path = posixpath.normpath(path)
        prefix = path.rstrip("/") + "/"
        self._contents = {name: data for name, data in self._contents.items() if not name.startswith(prefix)}
        self._folders = {name for name in self._folders if not name.startswith(prefix)}
        self.make_folder(path)
        for name, data in contents.items():
            self.put(posixpath.join(path, name), data)
        if read_only:
            self._read_only += (path,)

    def mount_shared(self, path: str, volume: Files, read_only: bool) -> None:
        """Show a volume that other containers see too."""
        path = posixpath.normpath(path)
        self.mount(path, {}, read_only)
        self._shared[path] = volume

    def _elsewhere(self, path: str) -> tuple[Files, str] | None:
        """The shared volume a path lies in, and its path there."""
        for mount, volume in self._shared.items():
            if path == mount or path.startswith(mount + "/"):
                return volume, path[len(mount) :] or "/"
        return None

    def mount_file(self, path: str, data: bytes, read_only: bool) -> None:
        """Show one file of a volume (``subPath``) at ``path``."""
        self.put(path, data)
        if read_only:
            self._read_only += (posixpath.normpath(path),)

    def is_folder(self, path: str) -> bool:
        path = posixpath.normpath(path)
        if shared := self._elsewhere(path):
            return shared[0].is_folder(shared[1])
        return path in self._folders

    def exists(self, path: str) -> bool:
        path = posixpath.normpath(path)
        if shared := self._elsewhere(path):
            return shared[0].exists(shared[1])
        return path in self._folders or path in self._contents

    def read(self, path: str) -> bytes:
        path = posixpath.normpath(path)
        if shared := self._elsewhere(path):
            return shared[0].read(shared[1])
        if path in self._folders:
            raise FileError(IS_DIRECTORY, path)
        if path not in self._contents:
            raise FileError(NO_ENTRY, path)
        return self._contents[path]

    def names(self, path: str) -> list[str]:
        """What lies directly in a folder, sorted."""
        path = posixpath.normpath(path)
        if shared := self._elsewhere(path):
            return shared[0].names(shared[1])
        if path not in self._folders:
            raise FileError(NOT_DIRECTORY if path in self._contents else NO_ENTRY, path)
        entries = (*self._contents, *self._folders)
        return sorted({posixpath.basename(name) for name in entries if posixpath.dirname(name) == path and name != "/"})

    def write(self, path: str, data: bytes, append: bool = False) -> None:
        """Write as a program would: refused in read-only volumes and where no folder is."""
        path = posixpath.normpath(path)
        self._check_writable(path)
        if shared := self._elsewhere(path):
            shared[0].write(shared[1], data, append)
            return
        if path in self._folders:
            raise FileError(IS_DIRECTORY, path)
        if posixpath.dirname(path) not in self._folders:
            raise FileError(NO_ENTRY, path)
        if path == "/dev/null":
            return
        self._contents[path] = (self._contents.get(path, b"") if append else b"") + data

    def remove(self, path: str, recursive: bool = False) -> None:
        path = posixpath.normpath(path)
        self._check_writable(path)
        if shared := self._elsewhere(path):
            shared[0].remove(shared[1], recursive)
            return
        if path in self._folders and recursive:
            inside = path.rstrip("/") + "/"
            self._contents = {name: data for name, data in self._contents.items() if not name.startswith(inside)}
            self._folders = {name for name in self._folders if name != path and not name.startswith(inside)} | {"/"}
            return
        if path in self._folders:
            raise FileError(IS_DIRECTORY, path)
        if self._contents.pop(path, None) is None:
            raise FileError(NO_ENTRY, path)

    def create_folder(self, path: str) -> None:
        """``mkdir`` of one folder."""
        path = posixpath.normpath(path)
        self._check_writable(path)
        if shared := self._elsewhere(path):
            shared[0].create_folder(shared[1])
            return
        if self.exists(path):
            raise FileError("File exists", path)
        if posixpath.dirname(path) not in self._folders:
            raise FileError(NO_ENTRY, path)
        self._folders.add(path)

    def _check_writable(self, path: str) -> None:
        if any(path == mount or path.startswith(mount.rstrip("/") + "/") for mount in self._read_only):
            raise FileError(READ_ONLY, path)
