"""JSON patch: RFC 6902's own cases in our words, and its refusals."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.patch.json_patch import PatchError, apply_json_patch


@pytest.mark.parametrize(
    ("document", "operation", "expected"),
    [
        ({"a": 1}, {"op": "add", "path": "/b", "value": 2}, {"a": 1, "b": 2}),
        ({"a": [1, 3]}, {"op": "add", "path": "/a/1", "value": 2}, {"a": [1, 2, 3]}),
        ({"a": [1]}, {"op": "add", "path": "/a/-", "value": 2}, {"a": [1, 2]}),
        ({"a": 1}, {"op": "add", "path": "", "value": {"z": 1}}, {"z": 1}),
        ({"a": 1, "b": 2}, {"op": "remove", "path": "/a"}, {"b": 2}),
        ({"a": [1, 2]}, {"op": "remove", "path": "/a/0"}, {"a": [2]}),
        ({"a": 1}, {"op": "replace", "path": "/a", "value": None}, {"a": None}),
        ({"a": {"b": 1}}, {"op": "move", "from": "/a/b", "path": "/c"}, {"a": {}, "c": 1}),
        ({"a": None}, {"op": "move", "from": "/a", "path": "/c"}, {"c": None}),
        ({"a": {"b": 1}}, {"op": "copy", "from": "/a", "path": "/c"}, {"a": {"b": 1}, "c": {"b": 1}}),
        ({"a/b": 1, "m~n": 2}, {"op": "test", "path": "/a~1b", "value": 1}, {"a/b": 1, "m~n": 2}),
        ({"m~n": 2}, {"op": "remove", "path": "/m~0n"}, {}),
    ],
)
def test_operations(document: Any, operation: Any, expected: Any) -> None:
    before = repr(document)
    assert apply_json_patch(document, [operation]) == expected
    assert repr(document) == before


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/missing"},
        {"op": "replace", "path": "/missing", "value": 1},
        {"op": "add", "path": "/missing/deep", "value": 1},
        {"op": "add", "path": "/list/7", "value": 1},
        {"op": "add", "path": "/list/x", "value": 1},
        {"op": "test", "path": "/a", "value": 2},
        {"op": "move", "from": "/missing", "path": "/x"},
        {"op": "explode", "path": "/a"},
        {"op": "add", "path": "a"},
        {"op": "remove", "path": ""},
        "not an operation",
    ],
)
def test_refusals_change_nothing(operation: Any) -> None:
    document = {"a": 1, "list": [1]}
    with pytest.raises(PatchError):
        apply_json_patch(document, [{"op": "add", "path": "/new", "value": 1}, operation])
    assert document == {"a": 1, "list": [1]}
