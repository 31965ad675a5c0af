from __future__ import annotations

import pytest

from kx.contexts.naturally import in_order


@pytest.mark.parametrize(
    "ordered",
    [
        ["prod-1", "prod-2", "prod-9", "prod-10", "prod-100"],
        ["a", "a1", "a1b", "a2", "a10", "ab", "b"],
        ["-x", "1", "2", "10", "A", "a"],
        ["eu-1.2", "eu-1.10", "eu-2.1"],
        ["x9223372036854775807", "y"],
        ["", "a"],
        ["1-a", "1-b", "01-c"],
    ],
)
def test_numbers_count_as_numbers(ordered: list[str]) -> None:
    assert in_order(reversed(ordered)) == ordered
