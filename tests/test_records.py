"""Records behave as the frozen dataclasses the type checker takes them for."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Any

import pytest

from kx import records


def made(module: Any) -> Any:
    """The same class, made by ``dataclasses`` and by ``records``."""

    @module.dataclass(frozen=True)
    class Point:
        x: int
        y: int = 2
        tags: dict[str, int] = module.field(default_factory=dict)

        @cached_property
        def total(self) -> int:
            return self.x + self.y

    return Point


BOTH = [pytest.param(made(module), module, id=module.__name__) for module in (dataclasses, records)]


@pytest.mark.parametrize(("point", "module"), BOTH)
def test_fields_defaults_and_factories(point: Any, module: Any) -> None:
    one = point(1)
    assert (one.x, one.y, one.tags) == (1, 2, {})
    assert point(1, 5).y == point(x=1, y=5).y == 5
    assert point(1).tags is not point(1).tags
    assert one.total == 3 and one == point(1), "what is cached is no field"


@pytest.mark.parametrize(("point", "module"), BOTH)
@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), ((1, 2, {}, 4), {}), ((1,), {"x": 2}), ((1,), {"z": 2}), ((), {"y": 2}), ((), {"z": 1})],
)
def test_wrong_fields_are_refused(point: Any, module: Any, given: Any, named: Any) -> None:
    with pytest.raises(TypeError):
        point(*given, **named)


@pytest.mark.parametrize(("point", "module"), BOTH)
def test_equal_hash_and_text(point: Any, module: Any) -> None:
    assert point(1, 2) == point(1) != point(2)
    assert point(1) != (1, 2, {})
    assert repr(point(1)).endswith("Point(x=1, y=2, tags={})")
    with pytest.raises(TypeError):
        hash(point(1))  # it holds a dict
    assert hash(point(1, tags=())) == hash(point(1, tags=()))


@pytest.mark.parametrize(("point", "module"), BOTH)
def test_frozen_and_replaced(point: Any, module: Any) -> None:
    one = point(1)
    with pytest.raises(AttributeError):
        one.x = 2
    with pytest.raises(AttributeError):
        del one.x
    assert module.replace(one, x=5) == point(5)
    with pytest.raises(TypeError):
        module.replace(one, z=5)


@pytest.mark.parametrize(("point", "module"), BOTH)
def test_as_mappings(point: Any, module: Any) -> None:
    assert module.asdict(point(point(1), (point(2), [3]))) == {
        "x": {"x": 1, "y": 2, "tags": {}},
        "y": ({"x": 2, "y": 2, "tags": {}}, [3]),
        "tags": {},
    }
