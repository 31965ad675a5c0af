"""Templates: what counts as the same, and how the hash looks."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kx.practice.controllers.deployment.template import HASH_LABEL, hashed, same
from tests.practice.controllers.cluster import template


def test_the_hash_label_does_not_count() -> None:
    one, other = template("web", "nginx"), template("web", "nginx")
    other["metadata"]["labels"][HASH_LABEL] = "abc"
    assert same(one, other)
    assert hashed(one, 0) == hashed(other, 0)


def test_empty_and_absent_are_the_same() -> None:
    one = template("web", "nginx")
    other = template("web", "nginx", annotations={}, creationTimestamp=None)
    other["spec"]["volumes"] = []
    assert same(one, other)
    assert hashed(one, 0) == hashed(other, 0)


def test_anything_else_is_another_template() -> None:
    one = template("web", "nginx:1")
    assert not same(one, template("web", "nginx:2"))
    assert not same(one, template("web", "nginx:1", annotations={"a": "b"}))
    assert hashed(one, 0) != hashed(template("web", "nginx:2"), 0)


def test_a_collision_changes_the_hash() -> None:
    one = template("web", "nginx")
    assert len({hashed(one, collisions) for collisions in range(5)}) == 5


@given(st.text())
def test_hashes_have_the_form_kubernetes_gives_them(image: str) -> None:
    assert re.fullmatch(r"[bcdfghjklmnpqrstvwxz2456789]{1,10}", hashed(template("web", image), 0))
