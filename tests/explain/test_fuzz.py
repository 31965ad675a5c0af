"""A sample of the hostile lines of ``fuzz.py``; run that by itself for more."""

from __future__ import annotations

import pytest

from tests.explain.fuzz import judged, lines


@pytest.mark.parametrize("seed", range(5))
def test_hostile_lines_are_explained(seed: int) -> None:
    for line in lines(300, seed):
        judged(line, seed)
