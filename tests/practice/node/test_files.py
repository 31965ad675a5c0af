"""A container's file tree."""

from __future__ import annotations

import pytest

from kx.practice.node.files import FileError, Files
from kx.practice.node.filetree import mode_text


def test_tree() -> None:
    files = Files({"/etc/hosts": b"x"}, ("/tmp",))  # noqa: S108
    assert files.names("/") == ["etc", "tmp"]
    assert files.names("/etc") == ["hosts"]
    files.write("/tmp/a", b"1")  # noqa: S108
    files.write("/tmp/a", b"2", append=True)  # noqa: S108
    assert files.read("/tmp/../tmp/a") == b"12"
    files.remove("/tmp/a")  # noqa: S108
    assert not files.exists("/tmp/a")  # noqa: S108


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/nope", "No such file or directory"),
        ("/etc", "Is a directory"),
    ],
)
def test_unreadable(path: str, reason: str) -> None:
    with pytest.raises(FileError) as failure:
        Files({"/etc/hosts": b"x"}).read(path)
    assert failure.value.reason == reason


def test_mounts_hide_what_was_there_and_may_be_read_only() -> None:
    files = Files({"/etc/conf/old": b"x"})
    files.mount("/etc/conf", {"new": b"y", "deep/er": b"z"}, read_only=True)
    assert files.names("/etc/conf") == ["deep", "new"]
    assert files.read("/etc/conf/deep/er") == b"z"
    for path in ("/etc/conf/new", "/etc/conf/more"):
        with pytest.raises(FileError, match="Read-only file system"):
            files.write(path, b"")
    files.mount("/data", {}, read_only=False)
    files.write("/data/x", b"1")
    with pytest.raises(FileError, match="No such file or directory"):
        files.write("/nope/x", b"")


def test_links_are_followed_wherever_they_lead() -> None:
    volume = Files({"..one/key": b"1"})
    volume.symlink("..one", "/..data")
    volume.symlink("..data/key", "/key")
    files = Files({"/etc/hosts": b"x"})
    files.mount_shared("/config", volume, read_only=True)
    files.symlink("/config/key", "/etc/key")
    assert files.read("/etc/key") == b"1"
    assert files.real_path("/etc/key") == "/config/..one/key"
    assert (files.stat("/config/key").target, mode_text(files.stat("/config/key"))) == ("..data/key", "lrwxrwxrwx")
    files.symlink("circle", "/etc/circle")
    with pytest.raises(FileError, match="Too many levels of symbolic links"):
        files.read("/etc/circle")
    assert not files.exists("/etc/circle")


def test_part_of_a_volume_is_the_same_files() -> None:
    volume = Files({"logs/one": b"1", "alone": b"a"})
    writer, reader = Files(), Files()
    writer.mount_shared("/var/log/app", volume, read_only=False, inside="/logs")
    reader.mount_shared("/logs/file", volume, read_only=True, inside="/logs/one")
    writer.write("/var/log/app/one", b"2")
    assert reader.read("/logs/file") == b"2"
    assert reader.names("/logs") == ["file"]
    with pytest.raises(FileError, match="Read-only file system"):
        reader.write("/logs/file", b"")
    with pytest.raises(FileError, match="Device or resource busy"):
        writer.remove("/var/log/app", recursive=True)


def test_modes_hold_for_all_but_root() -> None:
    files = Files({"/etc/shadow": b"x", "/etc/hosts": b"y"}, ("/tmp",))  # noqa: S108
    files.change_mode("/etc/shadow", 0o600)
    files.change_mode("/tmp", 0o1777)  # noqa: S108
    files.uid, files.gid, files.groups = 1000, 3000, frozenset({3000})
    assert files.read("/etc/hosts") == b"y"
    for change in (
        lambda: files.read("/etc/shadow"),
        lambda: files.write("/etc/hosts", b""),
        lambda: files.write("/etc/new", b""),
        lambda: files.remove("/etc/hosts"),
    ):
        with pytest.raises(FileError, match="Permission denied"):
            change()
    files.write("/tmp/mine", b"1")  # noqa: S108
    mine = files.stat("/tmp/mine")  # noqa: S108
    assert (mine.uid, mine.gid, mode_text(mine)) == (1000, 3000, "-rw-r--r--")
    assert mode_text(files.stat("/tmp")) == "drwxrwxrwt"  # noqa: S108
