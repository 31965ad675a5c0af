"""`kx demo`, as a newcomer without a terminal meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kx.cheat.chapter import chapters
from tests.e2e.conftest import kx, practice_env

pytestmark = pytest.mark.e2e


def test_the_demo_plays_all_chapters_and_leaves_nothing(tmp_path: Path) -> None:
    env = practice_env(tmp_path)
    try:
        shown = kx(env, "demo").stdout
        for chapter in chapters():
            assert chapter.title in shown
            for step in chapter.steps:
                assert step.line in shown
        for proof in ("CrashLoopBackOff", "AlreadyExists", "Session ended", "2/2", "successfully rolled out", "CREATE"):
            assert proof in shown
        assert "\x1b" not in shown
    finally:
        kx(env, "practice", "stop")
