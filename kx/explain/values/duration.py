"""Lengths of time as Go writes them: 30s, 1h5m, 500ms, 0. What is none is refused elsewhere (kubectl.govalues)."""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, listed

_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_WHOLE = re.compile(rf"[+-]?(?:{_PART.pattern})+$")
_UNITS = {
    "h": "hour", "m": "minute", "s": "second", "ms": "thousandth of a second", "us": "millionth of a second",
    "µs": "millionth of a second", "μs": "millionth of a second", "ns": "thousand-millionth of a second",
}  # fmt: skip


def read(text: str) -> Meaning:
    """A length of time."""
    return Meaning(_words(text))


def waiting(text: str) -> Meaning:
    """--timeout of wait, rollout status, drain and others."""
    return Meaning("" if text.startswith("-") or not text.strip("0smh") else _words(text))


deleting = waiting


def request(text: str) -> Meaning:
    """--request-timeout, where a bare number is one of seconds."""
    if not text.strip("0smh"):
        return Meaning("no limit")
    return Meaning(_words(f"{text}s" if text.isdecimal() else text))


def ago(text: str) -> Meaning:
    """--since."""
    told = _words(text)
    return Meaning(f"only what was written in the last {told}" if told and text.strip("0smh") else "", whole=True)


def grace(text: str) -> Meaning:
    """--grace-period, a number of seconds."""
    special = {"-1": "as long as each object says itself", "0": "none, so at once", "1": "1 second"}
    return Meaning(special.get(text) or (f"{text} seconds" if text.isdecimal() else ""))


def _words(text: str) -> str:
    if not _WHOLE.match(text):
        return "none" if text == "0" else ""
    told = [_counted(number, unit) for number, unit in _PART.findall(text)]
    return ("minus " if text.startswith("-") else "") + listed(told)


def _counted(number: str, unit: str) -> str:
    name = _UNITS[unit]
    if number == "1":
        return f"1 {name}"
    head, blank, rest = name.partition(" ")
    return f"{number} {head}s{blank}{rest}"
