"""Every recorded row, sent to the running server as it was sent to a real one."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.status import Obj
from tests.practice.golden import rows
from tests.practice_server import PracticeServer

_VOLATILE = ("uid", "resourceVersion", "creationTimestamp", "managedFields")
_TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
# What the recording server had switched off (service accounts, default tolerations) or drew at random.
_DRAWN = frozenset({"clusterIP", "clusterIPs", "nodePort"})
_ADMITTED = frozenset({"serviceAccount", "serviceAccountName", "tolerations", "volumes", "volumeMounts"})
# Cells that tell of what happened since, or of something drawn.
_MOVING = frozenset({"Status", "Node", "Created At", "Cluster-IP", "Port(s)", "Selector"})
_NOT_KEPT = {
    "quota": frozenset({"Request"}),  # no controller counts quotas
    "job": frozenset({"Duration"}),  # recorded without controllers
    "rc": frozenset({"Current", "Ready"}),
    "daemonset": frozenset({"Desired", "Current", "Ready", "Up-to-date", "Available"}),  # recorded without nodes
}


@pytest.fixture(scope="module", autouse=True)
def golden_namespace(practice: PracticeServer) -> None:
    practice.kubectl("create", "namespace", "golden", check=True)


@pytest.mark.parametrize("row", rows("objects"), ids=lambda row: row["case"])
def test_objects_are_made_as_a_real_server_makes_them(practice: PracticeServer, row: Obj) -> None:
    answer = practice.ask("POST", row["path"] + "?fieldValidation=Strict&fieldManager=golden", row["manifest"])
    assert answer.status == row["code"], answer.body
    made = answer.json()
    assert ([answer.headers["warning"]] if "warning" in answer.headers else []) == row["warnings"]
    uid = row["created"]["metadata"].get("labels", {}).get("controller-uid", "no uid")
    wanted = _replaced(row["created"], uid, made["metadata"]["uid"])
    assert _comparable(made, wanted) == _comparable(wanted, wanted)
    table = practice.ask("GET", f"{row['path']}/{made['metadata']['name']}", headers=_TABLE).json()
    cells = dict(zip([each["name"] for each in table["columnDefinitions"]], table["rows"][0]["cells"], strict=True))
    skipped = _MOVING | _NOT_KEPT.get(row["case"], frozenset())
    assert {name: cells[name] for name in row["row"].keys() - skipped} == {
        name: value for name, value in row["row"].items() if name not in skipped
    }


@pytest.mark.parametrize("row", rows("errors"), ids=lambda row: row["case"])
def test_refusals_are_a_real_servers(practice: PracticeServer, row: Obj) -> None:
    answer = practice.ask("POST", row["path"] + "?fieldValidation=Strict&fieldManager=golden", row["manifest"])
    assert answer.status == row["code"]
    assert answer.json() == row["status"]


def _comparable(obj: Obj, wanted: Obj) -> Any:
    """Without what differs from cluster to cluster; what admission adds counts only where the recording has it."""
    metadata = {name: value for name, value in obj["metadata"].items() if name not in _VOLATILE}
    return _without({**obj, "metadata": metadata}, _DRAWN | (_ADMITTED if wanted["kind"] == "Pod" else frozenset()))


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(part, names) for name, part in value.items() if name not in names}
    return [_without(part, names) for part in value] if isinstance(value, list) else value


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(part, old, new) for name, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, old, new) for part in value]
    return new if value == old else value
