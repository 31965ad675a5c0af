"""Quantities: read, compared and written back as apimachinery does."""

from __future__ import annotations

import pytest

from kx.practice.quantity import canonical, compare, parse, round_up_milli


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("0", "0"),
        ("0.5", "500m"),
        ("1.5", "1500m"),
        ("1000m", "1"),
        ("100", "100"),
        ("1000", "1k"),
        ("1500", "1500"),
        ("5000000000", "5G"),
        ("1e3", "1e3"),
        ("12e6", "12e6"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1500Ki", "1500Ki"),
        ("0.1Mi", "104857600m"),
        ("1023", "1023"),
        ("-1", "-1"),
        ("+3", "3"),
        ("0.0000000001", "1n"),
        ("1.0001", "1000100u"),
        (2, "2"),
    ],
)
def test_the_canonical_form(written: str | int, shown: str) -> None:
    assert canonical(written) == shown


@pytest.mark.parametrize("text", ["", "Mi", "1.2.3", "1 Gi", "abc", "1KI", "--1"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="quantities must match the regular expression"):
        parse(text)


def test_what_cannot_be_read_stays_as_it_is() -> None:
    assert canonical("abc") == "abc"


@pytest.mark.parametrize(
    ("left", "right", "order"), [("1", "1000m", 0), ("1Gi", "1G", 1), ("0.1", "200m", -1), ("1e3", "1k", 0)]
)
def test_comparison(left: str, right: str, order: int) -> None:
    assert compare(left, right) == order


def test_rounding_up_to_thousandths() -> None:
    assert round_up_milli("0.0001") == "1m"
    assert round_up_milli("250m") == "250m"
