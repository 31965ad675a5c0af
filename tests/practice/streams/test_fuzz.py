"""A short run of the fuzzer; ``python -m tests.practice.streams.fuzz`` runs longer ones."""

from __future__ import annotations

import pytest

from tests.practice.streams import fuzz


@pytest.mark.parametrize("seed", range(4))
def test_nothing_but_the_protocols_own_error_comes_of_hostile_frames(seed: int) -> None:
    assert fuzz.play(60, seed) > 0
