"""One practice cluster for all tests that only need some cluster; each keeps to names or namespaces of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.practice_server import PracticeServer, practice_server


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    """A running practice cluster, shared."""
    with practice_server(tmp_path_factory.mktemp("practice")) as server:
        yield server
