"""A Job's rules about failed pods, enough success and replacement.

Rules: Kubernetes' ``pkg/apis/batch/validation``.
"""

from __future__ import annotations

from collections.abc import Iterable

from kx.practice.status import OMITTED, Obj
from kx.practice.validation.errors import (
    Errors,
    duplicate,
    each_invalid,
    invalid,
    nonnegative,
    required,
    too_long,
    too_many,
    unsupported,
)
from kx.practice.validation.names import qualified_name

_MOST_RULES, _MOST_CODES, _MOST_PATTERNS = 20, 255, 20
_LONGEST_INDEXES = 64 * 1024
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")


def failure_policy(path: str, spec: Obj) -> Errors:
    """``podFailurePolicy``."""
    rules = spec["podFailurePolicy"].get("rules") or ()
    if len(rules) > _MOST_RULES:
        yield too_many(f"{path}.rules", len(rules), _MOST_RULES)
    inner = (spec.get("template") or {}).get("spec") or {}
    named = {one.get("name") for group in ("containers", "initContainers") for one in inner.get(group) or ()}
    for at, rule in enumerate(rules):
        yield from _rule(f"{path}.rules[{at}]", rule, named, spec.get("backoffLimitPerIndex") is not None)


def _rule(path: str, rule: Obj, named: set[str | None], by_index: bool) -> Errors:
    action = rule.get("action") or ""
    if action == "FailIndex" and not by_index:
        yield invalid(f"{path}.action", action, "requires the backoffLimitPerIndex to be set")
    else:
        yield from _word(f"{path}.action", action, _ACTIONS)
    codes, patterns = rule.get("onExitCodes"), rule.get("onPodConditions") or ()
    if codes is not None:
        yield from _codes(f"{path}.onExitCodes", codes, named)
    if len(patterns) > _MOST_PATTERNS:
        yield too_many(f"{path}.onPodConditions", len(patterns), _MOST_PATTERNS)
    for at, pattern in enumerate(patterns):
        here, type = f"{path}.onPodConditions[{at}]", pattern.get("type") or ""
        yield from each_invalid(f"{here}.type", type, qualified_name(type))
        yield from _word(f"{here}.status", pattern.get("status") or "", _STATUSES)
    if codes is not None and patterns:
        yield invalid(path, OMITTED, "specifying both OnExitCodes and OnPodConditions is not supported")
    if codes is None and not patterns:
        yield invalid(path, OMITTED, "specifying one of OnExitCodes and OnPodConditions is required")


def _codes(path: str, codes: Obj, named: set[str | None]) -> Errors:
    operator, values = codes.get("operator") or "", codes.get("values") or []
    yield from _word(f"{path}.operator", operator, _OPERATORS)
    if codes.get("containerName") is not None and codes["containerName"] not in named:
        detail = "must be one of the container or initContainer names in the pod template"
        yield invalid(f"{path}.containerName", codes["containerName"], detail)
    if not values:
        yield invalid(f"{path}.values", codes.get("values"), "at least one value is required")
    elif len(values) > _MOST_CODES:
        yield too_many(f"{path}.values", len(values), _MOST_CODES)
    for at, value in enumerate(values):
        if operator == "In" and value == 0:
            yield invalid(f"{path}.values[{at}]", value, "must not be 0 for the In operator")
        if value in values[:at]:
            yield duplicate(f"{path}.values[{at}]", value)
    if list(values) != sorted(values):
        yield invalid(f"{path}.values", values, "must be ordered")


def _word(path: str, value: str, supported: Iterable[str]) -> Errors:
    """A word that must be there and be known; the words as Go prints a list of them."""
    words = tuple(supported)
    if not value:
        shown = " ".join(f'"{word}"' for word in words)
        yield required(path, f"valid values: [{shown}]")
    elif value not in words:
        yield unsupported(path, value, words)


def success_policy(path: str, spec: Obj) -> Errors:
    """``successPolicy`` of an indexed Job."""
    rules, completions = spec["successPolicy"].get("rules") or (), int(spec.get("completions") or 0)
    if not rules:
        detail = "at least one rules must be specified when the successPolicy is specified"
        yield required(f"{path}.rules", detail)
    if len(rules) > _MOST_RULES:
        yield too_many(f"{path}.rules", len(rules), _MOST_RULES)
    for at, rule in enumerate(rules):
        yield from _enough(f"{path}.rules[{at}]", rule, completions)


def _enough(path: str, rule: Obj, completions: int) -> Errors:
    text, count = rule.get("succeededIndexes"), rule.get("succeededCount")
    if text is None and count is None:
        yield required(path, "at least one of succeededCount or succeededIndexes must be specified")
    total = 0
    if text is not None:
        if len(text) > _LONGEST_INDEXES:
            yield too_long(f"{path}.succeededIndexes", _LONGEST_INDEXES)
        try:
            total = _count_indexes(text, completions)
        except _FormatError as error:
            yield invalid(f"{path}.succeededIndexes", text, f"error parsing succeededIndexes: {error}")
    if count is None:
        return
    here = f"{path}.succeededCount"
    yield from nonnegative(here, count)
    if count > completions:
        yield invalid(here, count, f"must be less than or equal to {completions} (the number of specified completions)")
    if text is not None and count > total:
        words = "(the number of indexes in the specified succeededIndexes field)"
        yield invalid(here, count, f"must be less than or equal to {total} {words}")


class _FormatError(ValueError):
    """What is wrong with a list of indexes; never leaves this module."""


def _count_indexes(text: str, completions: int) -> int:
    """How many numbers ``"0,2-4"`` names; they rise, and are below ``completions``."""
    total, last = 0, -1
    for part in text.split(",") if text else ():
        limits = part.split("-")
        if len(limits) > 2:
            rule = "violates the requirement that an index interval can have at most two parts separated by '-'"
            raise _FormatError(f'the fragment "{part}" {rule}')
        ends = [_index(limit, completions) for limit in limits]
        for end in ends:
            if end <= last:
                raise _FormatError(f"non-increasing order, previous: {last}, current: {end}")
            last = end
        total += ends[-1] - ends[0] + 1
    return total


def _index(text: str, completions: int) -> int:
    if not text.isascii() or not text.isdecimal():
        raise _FormatError(f'cannot convert string to integer for index: "{text}"')
    if int(text) >= completions:
        raise _FormatError(f'too large index: "{text}"')
    return int(text)


def replacement_policy(path: str, spec: Obj) -> Errors:
    """``podReplacementPolicy``; with a failure policy pods are replaced only once they have failed."""
    given = spec.get("podReplacementPolicy")
    allowed = ("Failed",) if spec.get("podFailurePolicy") is not None else ("Failed", "TerminatingOrFailed")
    if given is not None and given not in allowed:
        yield unsupported(path, given, allowed)
