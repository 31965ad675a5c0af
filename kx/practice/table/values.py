"""How single values look in a table cell: ages, labels, selectors, lists that end in ``+ 2 more...``.

Formats from apimachinery (``duration.HumanDuration``, ``FormatLabels``, ``FormatLabelSelector``) and Kubernetes'
``pkg/printers/internalversion/printers.go``. The clock is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from kx.practice.status import Obj

Cells = list[Any]
Printer = Callable[[Obj, datetime], Cells]

NONE = "<none>"
UNSET = "<unset>"
UNKNOWN = "<unknown>"

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365


def parse_time(text: str) -> datetime:
    """An RFC 3339 time, with or without a fraction of a second."""
    moment = datetime.fromisoformat(_six_digits(text.replace("Z", "+00:00")))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _six_digits(text: str) -> str:
    """Python 3.10 reads fractions of three or six digits only."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits[:6].ljust(6, '0')}{rest[len(digits) :]}"


def human_duration(length: timedelta) -> str:
    """``45s``, ``2m30s``, ``17m``, ``3h20m``, ``30h``, ``5d3h``, ``20d``, ``2y40d``: two or three figures."""
    exact = length.total_seconds()
    seconds = int(exact)
    if seconds < -1:
        return "<invalid>"
    if seconds < 0:
        return "0s"
    if seconds < 2 * _MINUTE:
        return f"{seconds}s"
    minutes, hours, days = seconds // _MINUTE, seconds // _HOUR, seconds // _DAY
    if minutes < 10:
        return _pair(minutes, "m", seconds % _MINUTE, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _pair(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 192:
        return _pair(days, "d", hours % 24, "h")
    if days < 2 * _YEAR:
        return f"{days}d"
    if days < 8 * _YEAR:
        return _pair(days // _YEAR, "y", days % _YEAR, "d")
    return f"{days // _YEAR}y"


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def since(timestamp: str | None, now: datetime) -> str:
    """How long ago ``timestamp`` was; ``<unknown>`` when there is none."""
    return human_duration(now - parse_time(timestamp)) if timestamp else UNKNOWN


def meta(obj: Obj) -> Obj:
    """The object's metadata, empty if it has none."""
    return obj.get("metadata") or {}


def spec(obj: Obj) -> Obj:
    """The object's spec, empty if it has none."""
    return obj.get("spec") or {}


def status(obj: Obj) -> Obj:
    """The object's status, empty if it has none."""
    return obj.get("status") or {}


def name(obj: Obj) -> str:
    """The object's name."""
    return str(meta(obj).get("name") or "")


def age(obj: Obj, now: datetime) -> str:
    """How long the object exists."""
    return since(meta(obj).get("creationTimestamp"), now)


def labels(pairs: Mapping[str, str] | None) -> str:
    """``a=b,c=d`` in order of the keys."""
    return ",".join(f"{key}={value}" for key, value in sorted((pairs or {}).items())) or NONE


_EXPRESSIONS: Mapping[str, str] = {"In": "{0} in ({1})", "NotIn": "{0} notin ({1})", "Exists": "{0}"}


def selector(given: Obj | None) -> str:
    """A LabelSelector as text; one that selects all or nothing is ``<none>``."""
    return plain_selector(given) or NONE


def plain_selector(given: Obj | None) -> str:
    """A LabelSelector as text, empty if it has no requirement."""
    given = given or {}
    parts = [(key, f"{key}={value}") for key, value in (given.get("matchLabels") or {}).items()]
    for part in given.get("matchExpressions") or ():
        form = _EXPRESSIONS.get(part.get("operator"), "!{0}")
        parts.append((part["key"], form.format(part["key"], ",".join(sorted(part.get("values") or ())))))
    return ",".join(text for _, text in sorted(parts, key=lambda pair: pair[0]))


def containers(template: Obj | None) -> tuple[str, str]:
    """The names and the images of a pod template's containers."""
    found = spec(template or {}).get("containers") or ()
    return ",".join(each.get("name") or "" for each in found), ",".join(each.get("image") or "" for each in found)


def listed(items: Sequence[str], count: int, limit: int, empty: str) -> str:
    """The first ``limit`` items, then how many of ``count`` are left."""
    shown = ",".join(items[:limit])
    if count > limit:
        return f"{shown} + {count - limit} more..."
    return shown or empty


def true_false(value: bool | None) -> str:
    """A boolean as Go prints it; ``<unset>`` for none."""
    return UNSET if value is None else str(bool(value))


def condition(conditions: Iterable[Obj] | None, kind: str) -> Obj | None:
    """The condition of this type."""
    return next((each for each in conditions or () if each.get("type") == kind), None)


def is_true(conditions: Iterable[Obj] | None, kind: str) -> bool:
    """Whether the condition of this type is there and True."""
    return (condition(conditions, kind) or {}).get("status") == "True"
