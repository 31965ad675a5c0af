"""maxSurge and maxUnavailable as numbers: percentages of surge are rounded up, of unavailability down."""

from __future__ import annotations

import pytest

from kx.practice.controllers.deployment import limits
from tests.practice.controllers.cluster import deployment


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "expected"),
    [
        (10, "25%", "25%", (3, 2)),
        (1, "25%", "25%", (1, 0)),
        (4, "25%", "25%", (1, 1)),
        (3, 1, 0, (1, 0)),
        (3, 0, 0, (0, 1)),
        (3, "0%", "10%", (0, 1)),
        (2, 5, 5, (5, 2)),
        (0, "25%", "25%", (0, 0)),
        (3, "200%", "100%", (6, 3)),
    ],
)
def test_bounds(replicas: int, surge: int | str, unavailable: int | str, expected: tuple[int, int]) -> None:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    wanted = deployment("web", replicas, strategy={"type": "RollingUpdate", "rollingUpdate": rolling})
    assert (limits.surge(wanted), limits.unavailable(wanted)) == expected


def test_recreate_has_no_room() -> None:
    wanted = deployment("web", 3, strategy={"type": "Recreate"})
    assert (limits.surge(wanted), limits.unavailable(wanted)) == (0, 0)
