"""Disks outlive the process: what is written is read again by a new store on the same database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kx.practice.node.disks import Disks
from kx.practice.node.files import FileError, Files
from kx.practice.store import Store


def volume(uid: str, size: str = "1Mi") -> dict[str, object]:
    return {
        "metadata": {"name": f"pv-{uid}", "uid": uid},
        "spec": {"capacity": {"storage": size}, "csi": {"driver": "d", "volumeHandle": uid}},
    }


def files(store: Store, uid: str = "u", size: str = "1Mi") -> Files:
    """A container that shows the volume at /data."""
    shown = Files()
    shown.root = Disks(store).of_volume(volume(uid, size))
    container = Files()
    container.mount_shared("/data", shown, False)
    return container


def test_what_is_written_outlives_the_process(tmp_path: Path) -> None:
    store = Store(tmp_path / "db")
    first = files(store)
    first.create_folder("/data/deep")
    first.write("/data/deep/file", b"one")
    first.write("/data/deep/file", b" two", append=True)
    first.write("/data/gone", b"x")
    first.remove("/data/gone")
    first.symlink("deep/file", "/data/link")
    first.change_mode("/data/deep/file", 0o600)
    store.close()
    again = Store(tmp_path / "db")
    second = files(again)
    assert second.read("/data/link") == b"one two"
    assert second.names("/data") == ["deep", "link"]
    assert second.stat("/data/deep/file").mode == 0o600
    assert again.revision == 0  # a file is no object: nothing that is watched has changed
    again.close()


def test_containers_share_a_disk_and_volumes_do_not(tmp_path: Path) -> None:
    store = Store()
    disks = Disks(store)
    one, other = Files(), Files()
    for each in (one, other):
        shown = Files()
        shown.root = disks.of_volume(volume("u"))
        each.mount_shared("/data", shown, False)
    one.write("/data/x", b"shared")
    assert other.read("/data/x") == b"shared"
    assert not files(store, "v").exists("/data/x")


def test_a_disk_may_be_full(tmp_path: Path) -> None:
    container = files(Store(), size="1Ki")
    container.write("/data/a", b"x" * 1000)
    with pytest.raises(FileError, match="No space left on device"):
        container.write("/data/b", b"x" * 100)
    assert not container.exists("/data/b")
    container.remove("/data/a")
    container.write("/data/b", b"x" * 1000)


def test_disks_of_volumes_that_are_gone_are_swept(tmp_path: Path) -> None:
    store = Store(tmp_path / "db")
    files(store).write("/data/x", b"secret")
    Disks(store).sweep()
    assert not store.list("files.kx")
    assert not files(store).exists("/data/x")


def test_what_a_disk_was_told_last_is_saved_before_it_is_closed(tmp_path: Path) -> None:
    async def play() -> None:
        store = Store(tmp_path / "db")
        disks = Disks(store)
        shown = Files()
        shown.root = disks.of_volume(volume("u", "100Mi"))
        for _ in range(400):
            shown.write("/large", b"x" * 65536, append=True)  # in no time, however large it grows
        assert not store.list("files.kx")  # it is saved when the loop comes round
        disks.save()
        assert {row["metadata"]["name"] for row in store.list("files.kx")} == {"/", "/large"}
        shown.write("/late", b"y")
        disks.close()
        shown.write("/too-late", b"z")
        await asyncio.sleep(0.6)
        store.close()

    asyncio.run(play())
    again = Store(tmp_path / "db")
    found = Files()
    found.root = Disks(again).of_volume(volume("u", "100Mi"))
    assert found.names("/") == ["large", "late"]
    assert found.stat("/large").size == 400 * 65536
    again.close()


def test_what_is_removed_makes_room_at_once() -> None:
    async def play() -> None:
        container = files(Store(), size="1Ki")
        container.create_folder("/data/deep")
        container.write("/data/deep/a", b"x" * 1000)
        container.remove("/data/deep", recursive=True)
        container.write("/data/b", b"x" * 1000)

    asyncio.run(play())
