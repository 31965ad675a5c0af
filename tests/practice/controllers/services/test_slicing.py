"""Endpoints over slices: each once, never too many, as few slices touched as can be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kx.practice.controllers.services.slicing import Plan, plan
from kx.practice.status import Obj


def endpoint(number: int, ready: bool = True) -> Obj:
    return {"addresses": [f"10.0.{number // 256}.{number % 256}"], "conditions": {"ready": ready}}


def after(present: dict[str, tuple[Obj, ...]], steps: Plan) -> dict[str, tuple[Obj, ...]]:
    kept = {name: content for name, content in present.items() if name not in steps.gone}
    made = {f"new-{number}": content for number, content in enumerate(steps.made)}
    return {**kept, **steps.changed, **made}


def test_the_first_slices_are_filled_one_after_the_other() -> None:
    steps = plan({}, [endpoint(number) for number in range(250)])
    assert [len(content) for content in steps.made] == [100, 100, 50]


def test_one_changed_endpoint_touches_one_slice() -> None:
    present = after({}, plan({}, [endpoint(number) for number in range(250)]))
    steps = plan(present, [endpoint(number, ready=number != 120) for number in range(250)])
    assert (list(steps.changed), steps.gone, steps.made) == (["new-1"], (), ())


def test_a_replaced_endpoint_takes_the_place_of_the_old() -> None:
    present = after({}, plan({}, [endpoint(number) for number in range(250)]))
    steps = plan(present, [endpoint(number) for number in range(251) if number != 5])
    assert (list(steps.changed), steps.gone, steps.made) == (["new-0"], (), ())


def test_a_few_more_go_where_they_fit_best() -> None:
    present = {"a": tuple(map(endpoint, range(60))), "b": tuple(map(endpoint, range(100, 190)))}
    steps = plan(present, [*present["a"], *present["b"], *map(endpoint, range(500, 505))])
    assert {name: len(content) for name, content in steps.changed.items()} == {"b": 95}


def test_an_emptied_slice_goes() -> None:
    present = {"a": (endpoint(1),), "b": (endpoint(2),)}
    assert plan(present, [endpoint(1)]) == Plan({}, ("b",), ())


def test_those_that_come_together_stay_together_and_those_that_come_singly_fill_what_is_there() -> None:
    present = {"a": tuple(map(endpoint, range(4)))}
    wanted = [*present["a"], endpoint(10), endpoint(11)]
    together = plan(present, wanted, 5)
    assert (dict(together.changed), [len(content) for content in together.made]) == ({}, [2])
    singly = plan(present, wanted, 5, singly=True)
    assert ({name: len(content) for name, content in singly.changed.items()}, len(singly.made[0])) == ({"a": 5}, 1)


def test_slices_that_are_too_large_now_are_spread_anew() -> None:
    wanted = list(map(endpoint, range(15)))
    steps = plan({"a": tuple(wanted)}, wanted, 5, singly=True)
    assert ([len(each) for each in steps.changed.values()], [len(each) for each in steps.made]) == ([5], [5, 5])


@given(st.lists(st.integers(1, 9), max_size=8), st.integers(1, 9))
def test_a_service_that_only_grows_has_no_more_slices_than_it_needs(batches: list[int], most: int) -> None:
    slices: dict[str, tuple[Obj, ...]] = {}
    for step in range(len(batches)):
        wanted = [endpoint(number) for number in range(sum(batches[: step + 1]))]
        steps = plan(slices, wanted, most, singly=True)
        slices = {f"{step}-{name}": content for name, content in after(slices, steps).items()}
    assert sorted(map(len, slices.values()), reverse=True)[:-1] == [most] * (len(slices) - 1)


NUMBERS = st.sets(st.integers(0, 40))


@given(st.lists(NUMBERS, max_size=6), st.integers(1, 9))
def test_whatever_comes_and_goes(history: list[set[int]], most: int) -> None:
    slices: dict[str, tuple[Obj, ...]] = {}
    for step, numbers in enumerate(history):
        wanted = [endpoint(number) for number in sorted(numbers)]
        steps = plan(slices, wanted, most)
        slices = {f"{step}-{name}": content for name, content in after(slices, steps).items()}
        held = [each["addresses"][0] for content in slices.values() for each in content]
        assert sorted(held) == sorted(each["addresses"][0] for each in wanted)
        assert all(0 < len(content) <= most for content in slices.values())
        assert plan(slices, wanted, most) == Plan({}, (), ())
