"""`kubectl cp` with every kubectl at hand: folders to a pod and back, byte for byte."""

from __future__ import annotations

import filecmp
import random
from pathlib import Path

import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.e2e


def test_folders_go_to_a_pod_and_come_back(desk: Desk) -> None:
    source, back = desk.folder / "source", desk.folder / "back"
    (source / "deep" / "er").mkdir(parents=True)
    (source / "empty").write_bytes(b"")
    (source / "deep" / "text").write_text("ünïcode\n", encoding="utf-8")
    (source / "deep" / "er" / "data").write_bytes(random.Random(1).randbytes(2_000_000))
    desk.ok("kubectl run box --image=busybox:1.36 -- sleep infinity")
    desk.ok("kubectl wait --for=condition=Ready pod/box")
    desk.ok("kubectl cp source box:/tmp/there")
    desk.ok("kubectl cp box:/tmp/there back")
    assert same(source, back)
    assert desk.ok("kubectl exec box -- cat /tmp/there/deep/text") == "ünïcode\n"
    refused = desk.run("kubectl cp source/empty box:/none/there/x")
    assert refused.returncode != 0 and "No such file or directory" in refused.stderr


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    compared = filecmp.dircmp(one, other)
    _, differ, odd = filecmp.cmpfiles(one, other, compared.common_files, shallow=False)
    whole = not (compared.left_only or compared.right_only or differ or odd)
    return whole and all(same(one / name, other / name) for name in compared.common_dirs)
