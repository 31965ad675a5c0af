"""The label index answers as a walk through all objects would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kx.practice.controllers.index import LabelIndex
from kx.practice.selectors import match_labels
from kx.practice.store import Store
from tests.practice.controllers.cluster import pod

LABELS = st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy"))
CHANGES = st.lists(st.tuples(st.sampled_from("123"), st.none() | LABELS), max_size=20)
SELECTORS = [
    None,
    {},
    {"matchLabels": {"a": "x"}},
    {"matchLabels": {"a": "x", "b": "y"}},
    {"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]},
    {"matchLabels": {"b": "x"}, "matchExpressions": [{"key": "a", "operator": "In", "values": ["y"]}]},
]


@given(CHANGES)
def test_the_index_follows_every_change(changes: list[tuple[str, dict[str, str] | None]]) -> None:
    store = Store()
    index = LabelIndex(store, ("pods",))
    for name, labels in changes:
        known = store.find("pods", "default", name)
        if labels is None:
            if known is not None:
                store.delete("pods", "default", name)
        elif known is None:
            store.create("pods", pod(name, **labels))
        else:
            store.update("pods", {**known, "metadata": {**known["metadata"], "labels": labels}})
        for selector in SELECTORS:
            every = store.list("pods", "default")
            wanted = [obj for obj in every if match_labels(selector, obj["metadata"].get("labels"))]
            assert index.select("pods", "default", selector) == wanted
            assert index.select("pods", "default", selector, skip={"1", "2", "3"}) == []
    fresh = LabelIndex(store, ("pods",))
    assert fresh.select("pods", "default", SELECTORS[2]) == index.select("pods", "default", SELECTORS[2])
    store.close()
