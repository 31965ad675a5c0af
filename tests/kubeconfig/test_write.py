"""Writing: kubectl's lock, the old or the new file whole, and everything about the file kept."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kx.errors import KxError
from kx.kubeconfig import lock, write
from kx.kubeconfig.splice import CannotEditError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text("old", encoding="utf-8")
    return path


def new(text: str) -> str:
    return text.replace("old", "new")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_and_nothing_is_left(file: Path) -> None:
    file.chmod(0o640)
    before = file.stat()
    assert write.rewrite(file, new)
    assert file.read_text(encoding="utf-8") == "new"
    assert file.stat().st_ino != before.st_ino
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert names(file.parent) == ["config"]


def test_nothing_is_written_where_nothing_changes(file: Path) -> None:
    before = file.stat()
    assert not write.rewrite(file, str)
    assert file.stat() == before


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "links" / "here"
    link.parent.mkdir()
    link.symlink_to("../config")
    assert write.rewrite(link, new)
    assert os.readlink(link) == "../config"
    assert file.read_text(encoding="utf-8") == "new"
    assert names(link.parent) == ["here"]
    assert names(tmp_path) == ["config", "links"]


def test_line_ends_and_byte_order_marks_stay(file: Path) -> None:
    file.write_bytes("\ufeffold\r\nold\r".encode())
    assert write.rewrite(file, new)
    assert file.read_bytes() == "\ufeffnew\r\nnew\r".encode()


def test_a_held_lock_is_waited_for(file: Path) -> None:
    held = file.with_name("config.lock")
    held.touch()
    timer = threading.Timer(0.2, held.unlink)
    timer.start()
    assert write.rewrite(file, new)
    timer.join()
    assert names(file.parent) == ["config"]


def test_a_lock_that_stays_is_named_with_its_age(file: Path) -> None:
    held = file.with_name("config.lock")
    held.touch(mode=0)
    os.utime(held, (0, held.stat().st_mtime - 7500))
    says = r"its lock is .*config\.lock, 2 hours old"
    with pytest.raises(KxError, match=says) as raised, lock.locked(file, ".x", patience=0.05):
        pytest.fail("the lock is not ours")
    assert f"rm {held}" in raised.value.hint
    assert held.exists()


def test_the_lock_of_a_killed_kx_is_taken_over(file: Path) -> None:
    held = file.with_name("config.lock")
    with lock.locked(file, ".x"):
        os.link(held, held.with_name("kept"))
    os.rename(held.with_name("kept"), held)  # as a kx would leave it that was killed while it held the lock
    assert write.rewrite(file, new)
    assert names(file.parent) == ["config"]


def test_the_lock_of_a_living_kx_is_not(file: Path) -> None:
    with lock.locked(file, ".x"):
        lock.recover(file)
        assert lock.is_taken(file)
        with pytest.raises(KxError, match="another program"), lock.locked(file, ".x", 0.05):
            pytest.fail("two hold the lock")
    assert not lock.is_taken(file)


def test_what_killed_processes_left_goes_and_what_is_in_use_stays(file: Path) -> None:
    dead, alive = file.with_name(".config.kx-1-dead"), file.with_name(".config.kx-2-alive")
    dead.touch()
    with open(alive, "w", encoding="utf-8") as used:
        fcntl.flock(used, fcntl.LOCK_EX)
        write.recover(file)
        assert names(file.parent) == [".config.kx-2-alive", "config"]


def test_a_write_in_between_is_not_lost(file: Path) -> None:
    others = iter(["old, and more"])

    def slow(text: str) -> str:
        for other in others:
            file.write_text(other, encoding="utf-8")
        return new(text)

    assert write.rewrite(file, slow)
    assert file.read_text(encoding="utf-8") == "new, and more"


def test_a_half_written_file_is_read_again(file: Path) -> None:
    file.write_text("", encoding="utf-8")

    def picky(text: str) -> str:
        if not text:
            file.write_text("old", encoding="utf-8")
            raise CannotEditError("nothing there")
        return new(text)

    assert write.rewrite(file, picky)
    assert file.read_text(encoding="utf-8") == "new"


def test_several_names_of_one_file_are_not_parted(file: Path) -> None:
    os.link(file, file.with_name("other"))
    with pytest.raises(CannotEditError, match="hard links"):
        write.rewrite(file, new)
    assert names(file.parent) == ["config", "other"]
    assert file.read_text(encoding="utf-8") == "old"


def test_extended_attributes_stay(file: Path) -> None:
    try:
        os.setxattr(file, "user.kx", b"mine")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    assert write.rewrite(file, new)
    assert os.getxattr(file, "user.kx") == b"mine"


def test_a_full_disk_leaves_the_old_file(file: Path) -> None:
    """A limit on the size of files stands for the disk: the system then refuses to write, with another word for it."""
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom kx.errors import KxError\n"
        "from kx.kubeconfig import write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n write.rewrite(Path(sys.argv[1]), lambda text: 'new' * 1000)\n"
        "except KxError as error:\n print(error.message, error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
    assert "cannot write the kubeconfig file" in done.stdout
    assert "File too large It is as it was" in done.stdout
    assert file.read_text(encoding="utf-8") == "old"
    assert names(file.parent) == ["config"]


def test_read_only_files_and_folders_are_refused_when_they_must_be_written(file: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everything")
    file.chmod(0o444)
    assert not write.rewrite(file, str)
    with pytest.raises(KxError, match="read-only for you"):
        write.rewrite(file, new)
    file.chmod(0o644)
    file.parent.chmod(0o555)
    try:
        assert not write.rewrite(file, str)
        with pytest.raises(KxError, match="its folder .* is read-only for you"):
            write.rewrite(file, new)
    finally:
        file.parent.chmod(0o755)
    assert file.read_text(encoding="utf-8") == "old"
