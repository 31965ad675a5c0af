"""A cluster per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.practice.controllers.cluster import Cluster


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    yield cluster
    cluster.close()
