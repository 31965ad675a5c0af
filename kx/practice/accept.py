"""Reads Accept and Content-Type headers: media types with their parameters, best first.

Knows the grammar only; what is served in which form is decided by those who ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class MediaRange(NamedTuple):
    """One alternative of an Accept header."""

    type: str  # "application/json", "application/*", "*/*", lower case
    params: Mapping[str, str]  # without q
    quality: float


def media_ranges(header: str) -> tuple[MediaRange, ...]:
    """The alternatives of an Accept header, best first; equals stay in order; an empty header accepts anything."""
    found = [_read(each) for each in header.split(",") if each.strip()]
    wanted = [each for each in found if each.quality > 0]
    return tuple(sorted(wanted, key=lambda each: -each.quality)) or (MediaRange("*/*", {}, 1.0),)


def media_type(header: str) -> str:
    """``application/json; charset=utf-8`` -> ``application/json``."""
    return header.partition(";")[0].strip().lower()


def _read(text: str) -> MediaRange:
    kind, *rest = text.split(";")
    params = {key.strip().lower(): value.strip() for key, _, value in (each.partition("=") for each in rest)}
    return MediaRange(kind.strip().lower(), params, _quality(params.pop("q", "1")))


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
