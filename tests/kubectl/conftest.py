"""Says which kubectl versions the tests compare with, and hands them out."""

from __future__ import annotations

import pytest

from kx.kubectl.catalog.load import load
from kx.kubectl.catalog.model import Catalog
from tests.kubectls import Kubectl, find_kubectls, header


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(header())  # pytest's own header is not shown with -q


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The facts of the newest kubectl."""
    return load()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``kubectl``: each test with this argument runs once for every kubectl found."""
    if "kubectl" in metafunc.fixturenames:
        found: list[Kubectl] = find_kubectls()
        metafunc.parametrize("kubectl", found, ids=[one.version for one in found])
