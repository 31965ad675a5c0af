"""The scalar types with a JSON form of their own: read as Kubernetes reads them, given back as it prints them.

Each reader takes a JSON value and returns what an API server would answer with. They raise ``WrongTypeError`` when the
JSON kind does not fit, and ``ValueError`` with the API server's words when the text does not.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from kx.practice import quantity

INT_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


class WrongTypeError(Exception):
    """The JSON value is of another kind; ``wanted`` is the Go type it was to become."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


class Real(float):
    """A JSON number with a fraction or an exponent, with the text it was written in."""

    text: str

    def __new__(cls, text: str) -> Real:
        made = super().__new__(cls, text)
        made.text = text
        return made


def number_text(value: Any) -> str:
    """A JSON number as it was written."""
    return value.text if isinstance(value, Real) else str(value)


def read_int(value: Any, kind: str) -> int:
    """A whole number that fits ``kind`` ("int32" or "int64")."""
    lowest, highest = INT_RANGES[kind]
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise WrongTypeError(kind)
    return value


def read_quantity(value: Any) -> str:
    """``0.5`` -> ``500m``."""
    text = value if isinstance(value, str) else number_text(value) if _is_number(value) else ""
    text = text.strip()
    try:
        return str(quantity.parse(text))
    except ValueError:
        raise ValueError(_quantity_words(text)) from None


_QUANTITY_PARTS = re.compile(r"[+-]?\d*(?:\.\d*)?[eEinumkKMGTP]*[+-]?\d*")


def _quantity_words(text: str) -> str:
    if not text or not _QUANTITY_PARTS.fullmatch(text):
        return quantity.WRONG
    return "unable to parse quantity's suffix"


def read_int_or_string(value: Any) -> int | str:
    """A string, or a number that fits 32 bits."""
    return value if isinstance(value, str) else read_int(value, "int32")


def read_bytes(value: Any) -> str:
    """Base64 text; what it holds is not looked at."""
    if not isinstance(value, str):
        raise WrongTypeError("[]uint8")
    text = value.replace("\n", "").replace("\r", "")
    wrong = _base64_fault(text)
    if wrong is not None:
        raise ValueError(f"illegal base64 data at input byte {wrong}")
    return text


_BASE64 = string.ascii_letters + string.digits + "+/"


def _base64_fault(text: str) -> int | None:
    """Where the first byte stands that cannot be part of padded base64, counted as Go counts."""
    good = len(text) - len(text.lstrip(_BASE64))
    rest, last = text[good:], good % 4
    if not rest:
        return good - last if last else None
    if rest[0] != "=" or last < 2 or (last == 2 and rest[1:2] not in ("", "=")):
        return good
    end = good + 4 - last
    return None if len(text) == end else min(len(text), end)


def read_time(value: Any) -> str:
    """A point in time, in UTC and whole seconds."""
    return _read_time(value, "2006-01-02T15:04:05Z07:00").strftime("%Y-%m-%dT%H:%M:%SZ")


def read_micro_time(value: Any) -> str:
    """A point in time, in UTC, with six digits of a second."""
    return _read_time(value, "2006-01-02T15:04:05.000000Z07:00").strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# Go's layout elements: what they are called in its messages, and what they take.
_ELEMENTS: tuple[tuple[str, str], ...] = (
    ("2006", r"\d{4}"),
    ("-", "-"),
    ("01", r"\d{2}"),
    ("-", "-"),
    ("02", r"\d{2}"),
    ("T", "T"),
    ("15", r"\d{2}"),
    (":", ":"),
    ("04", r"\d{2}"),
    (":", ":"),
    ("05", r"\d{2}"),
    (".000000", r"[.,]\d{6}"),
    ("Z07:00", r"Z|[+-]\d{2}:\d{2}"),
)
_LIMITS = (("month", 1, 12), ("day", 1, 31), ("hour", 0, 23), ("minute", 0, 59), ("second", 0, 59))


def _read_time(value: Any, layout: str) -> datetime:
    if not isinstance(value, str):
        raise WrongTypeError("string")
    micro = ".000000" in layout
    rest, found = value, []
    for name, pattern in _ELEMENTS:
        if name == ".000000" and not micro:
            pattern = r"(?:[.,]\d+)?"  # a fraction may follow the seconds whatever the layout says
        match = re.match(pattern, rest, re.ASCII)
        if match is None:
            raise ValueError(f'parsing time "{value}" as "{layout}": cannot parse "{rest}" as "{name}"')
        if name not in "-T:":
            found.append(match[0])
        rest = rest[match.end() :]
    if rest:
        raise ValueError(f'parsing time "{value}": extra text: "{rest}"')
    return _moment(value, found)


def _moment(value: str, found: list[str]) -> datetime:
    numbers = [int(each) for each in found[:6]]
    for (name, lowest, highest), number in zip(_LIMITS, numbers[1:], strict=True):
        if not lowest <= number <= highest:
            raise ValueError(f'parsing time "{value}": {name} out of range')
    micro = int(Decimal(f"0.{found[6][1:] or 0}") * 1_000_000) if found[6] else 0
    try:
        year, month, day, hour, minute, second = numbers
        moment = datetime(year, month, day, hour, minute, second, micro, tzinfo=timezone.utc)
        return moment - _offset(found[7])
    except (ValueError, OverflowError):
        raise ValueError(f'parsing time "{value}": day out of range') from None


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    away = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return -away if text[0] == "-" else away


_DURATION = re.compile(r"[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)")


def read_duration(value: Any) -> str:
    """A span of time, ``1m30s``."""
    if not isinstance(value, str):
        raise WrongTypeError("string")
    if not _DURATION.fullmatch(value):
        raise ValueError(f'time: invalid duration "{value}"')
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# Types whose readers raise at once, so that nothing after them is looked at, as Go's own unmarshalers do.
CUSTOM: Mapping[str, Callable[[Any], Any]] = {
    "@quantity": read_quantity,
    "@intstr": read_int_or_string,
    "@time": read_time,
    "@microtime": read_micro_time,
    "@duration": read_duration,
}
