"""A container's file tree."""

from __future__ import annotations

import pytest

from kx.practice.node.files import FileError, Files


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
