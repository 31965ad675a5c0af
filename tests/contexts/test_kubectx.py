"""``kx ctx`` and ``kx ns`` against kubectx and kubens 0.11, situation by situation.

What the real programs do is recorded; where they are on PATH, the record itself is checked as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contexts import stage
from tests.contexts.situations import SITUATIONS, Situation
from tests.kubectls import find_kubectls
from tests.practice_server import practice_server

each = pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with practice_server(tmp_path_factory.mktemp("practice")) as server:
        yield server.kubeconfig


def _needs_kubectl(situation: Situation) -> bool:
    asks = situation.cluster or any(line.startswith(("ns", "ctx -s", "ctx -r")) for line in situation.lines)
    return asks and not find_kubectls()


@pytest.mark.parametrize("with_", [stage.with_kx, stage.with_kx_command], ids=["in full", "quick"])
@each
def test_kx_does_what_kubectx_does(
    situation: Situation, with_: stage.Play, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if _needs_kubectl(situation):
        pytest.skip("no kubectl found: the cluster cannot be asked")
    cluster = request.getfixturevalue("cluster") if situation.cluster else None
    record = stage.play(situation, tmp_path, with_, cluster).as_json()
    theirs = stage.golden()[situation.name]
    if situation.why:
        assert record["steps"] == [list(step) for step in situation.ours]
        assert record != theirs, f"kubectx does the same: {situation.why}"
    else:
        assert record == theirs


@each
def test_the_record_is_what_kubectx_does(situation: Situation, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not stage.kubectx_found():
        pytest.skip("kubectx and kubens 0.11 are not on PATH: kx was compared with the record of what they do")
    cluster = request.getfixturevalue("cluster") if situation.cluster else None
    record = stage.play(situation, tmp_path, stage.with_kubectx, cluster).as_json()
    assert record == stage.golden()[situation.name]


def test_the_table_and_the_record_tell_of_the_same_situations() -> None:
    names = [situation.name for situation in SITUATIONS]
    assert len(set(names)) == len(names) >= 80
    assert set(stage.golden()) == set(names)
