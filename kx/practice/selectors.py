"""Label and field selectors: text to a test on objects, refused with the words Kubernetes uses.

Grammar and wording: apimachinery ``pkg/labels/selector.go`` and ``pkg/fields/selector.go``. Field labels per kind: the
``AddFieldLabelConversionFunc`` registrations of each API group. Nothing here knows the store or a request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kx.practice.status import Obj, bad_request

Operator = Literal["=", "!=", "in", "notin", "exists", "!", "gt", "lt"]

_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_TOKEN = re.compile(r"\s*(?:(==|!=|[=<>!,()])|([^\s=<>!,()]+))")


@dataclass(frozen=True)
class Requirement:
    """One comma-separated part of a label selector."""

    key: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether ``labels`` meet this requirement; a missing label satisfies the negative ones."""
        return _MATCH[self.operator](labels.get(self.key), self.values)


_MATCH: dict[str, Callable[[str | None, frozenset[str]], bool]] = {
    "=": lambda value, values: value in values,
    "in": lambda value, values: value in values,
    "!=": lambda value, values: value not in values,
    "notin": lambda value, values: value not in values,
    "exists": lambda value, values: value is not None,
    "!": lambda value, values: value is None,
    "gt": lambda value, values: _integer(value) is not None and _compare(value, values) > 0,
    "lt": lambda value, values: _integer(value) is not None and _compare(value, values) < 0,
}


def _integer(value: str | None) -> int | None:
    return int(value) if value is not None and re.fullmatch(r"[+-]?\d+", value) else None


def _compare(value: str | None, values: frozenset[str]) -> int:
    return (_integer(value) or 0) - int(next(iter(values)))


@dataclass(frozen=True)
class LabelSelector:
    """Requirements, all of which must hold; none: everything matches."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        """Whether an object with these labels (None: no labels) is selected."""
        return all(requirement.matches(labels or {}) for requirement in self.requirements)


def parse_label_selector(text: str) -> LabelSelector:
    """Parse ``a=b,c!=d,e in (f,g),!h``; raises a 400 ``ApiError`` worded as the API server words it."""
    tokens = _tokens(text)
    requirements: list[Requirement] = []
    at = 0
    while at < len(tokens):
        requirement, at = _requirement(tokens, at)
        requirements.append(requirement)
        if at < len(tokens):
            if tokens[at] != ",":
                raise _unparsable(f"found '{tokens[at]}', expected: ',' or 'end of string'")
            at += 1
            if at == len(tokens):
                raise _unparsable("found '', expected: identifier after ','")
    return LabelSelector(tuple(requirements))


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while match := _TOKEN.match(text, at):
        found.append(match[1] or match[2])
        at = match.end()
    return found


def _unparsable(why: str) -> Exception:
    return bad_request(f"unable to parse requirement: {why}")


def _requirement(tokens: Sequence[str], at: int) -> tuple[Requirement, int]:
    negated = tokens[at] == "!"
    at += negated
    key = tokens[at] if at < len(tokens) else ""
    if not key or key in "=!=<>(),":
        raise _unparsable(f"found '{key}', expected: identifier")
    _check_key(key)
    at += 1
    operator = tokens[at] if at < len(tokens) else ","
    if negated or operator == ",":
        return Requirement(key, "!" if negated else "exists"), at
    if operator in _WITH_SET:
        values, at = _value_set(tokens, at + 1)
        return _checked(key, _WITH_SET[operator], values), at
    if operator in _WITH_VALUE:
        has_value = at + 1 < len(tokens) and tokens[at + 1] != ","
        value = tokens[at + 1] if has_value else ""
        return _checked(key, _WITH_VALUE[operator], frozenset({value})), at + 1 + has_value
    raise _unparsable(f"found '{operator}', expected: in, notin, =, ==, !=, gt, lt")


_WITH_SET: dict[str, Operator] = {"in": "in", "notin": "notin"}
_WITH_VALUE: dict[str, Operator] = {"=": "=", "==": "=", "!=": "!=", ">": "gt", "<": "lt"}


def _value_set(tokens: Sequence[str], at: int) -> tuple[frozenset[str], int]:
    if at >= len(tokens) or tokens[at] != "(":
        raise _unparsable(f"found '{tokens[at] if at < len(tokens) else ''}', expected: '('")
    try:
        end = tokens.index(")", at)
    except ValueError:
        raise _unparsable("found '', expected: ',' or ')'") from None
    inside = tokens[at + 1 : end]
    # An empty place between commas is the empty value, as in `x in (,a)`.
    values = "\0".join(inside).replace("\0,\0", ",").replace(",\0", ",").replace("\0,", ",").split(",")
    return frozenset(values), end + 1


def _checked(key: str, operator: Operator, values: frozenset[str]) -> Requirement:
    for value in values:
        if operator in ("gt", "lt"):
            if _integer(value) is None:
                raise _unparsable(
                    f"values[0][{key}]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, "
                    "the value must be an integer"
                )
        elif value and (len(value) > 63 or not _NAME.fullmatch(value)):
            raise bad_request(
                f'unable to parse requirement: values[0][{key}]: Invalid value: "{value}": a valid label must be an '
                "empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
                "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
            )
    return Requirement(key, operator, values)


def _check_key(key: str) -> None:
    prefix, slash, name = key.rpartition("/")
    if not _NAME.fullmatch(name) or len(name) > 63 or (slash and (not _PREFIX.fullmatch(prefix) or len(prefix) > 253)):
        raise bad_request(
            f'unable to parse requirement: key: Invalid value: "{key}": name part must consist of alphanumeric '
            "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
            "'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        )


_EXPRESSIONS: dict[str, Operator] = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


def from_object(selector: Obj | None) -> LabelSelector | None:
    """A ``LabelSelector`` object (matchLabels, matchExpressions) as a test; None selects nothing."""
    if selector is None:
        return None
    equal = [Requirement(key, "=", frozenset({value})) for key, value in (selector.get("matchLabels") or {}).items()]
    expressions = [
        Requirement(part["key"], _EXPRESSIONS[part["operator"]], frozenset(part.get("values") or ()))
        for part in selector.get("matchExpressions") or ()
    ]
    return LabelSelector((*equal, *expressions))


def match_labels(selector: Obj | None, labels: Mapping[str, str] | None) -> bool:
    """Whether a ``LabelSelector`` object selects these labels: an empty one selects all, None selects nothing."""
    found = from_object(selector)
    return found is not None and found.matches(labels)


# Resource key -> the field labels its lists understand beside metadata.name and metadata.namespace.
_POD_FIELDS = (
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.podIPs",
    "status.nominatedNodeName",
)
_INVOLVED = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
_EVENT_FIELDS = (*(f"involvedObject.{part}" for part in _INVOLVED), "reason", "reportingComponent", "source", "type")
FIELDS: dict[str, tuple[str, ...]] = {
    "pods": _POD_FIELDS,
    "events": _EVENT_FIELDS,
    "events.events.k8s.io": tuple(field.replace("involvedObject", "regarding") for field in _EVENT_FIELDS),
    "nodes": ("spec.unschedulable",),
    "namespaces": ("status.phase",),
    "secrets": ("type",),
    "services": ("spec.clusterIP", "spec.type"),
    "replicationcontrollers": ("status.replicas",),
    "replicasets.apps": ("status.replicas",),
    "jobs.batch": ("status.successful",),
    "certificatesigningrequests.certificates.k8s.io": ("spec.signerName",),
}
# Kinds whose own conversion refuses a field in short words; all others name the two fields that every kind has.
_SHORT_REFUSAL = frozenset(FIELDS) - {"events.events.k8s.io"}


@dataclass(frozen=True)
class FieldTest:
    """One ``field=value`` or ``field!=value``."""

    field: str
    equal: bool
    value: str

    def matches(self, obj: Obj) -> bool:
        """Whether the object's field has (or has not) this value; unset fields read as their empty value."""
        return (_field_value(obj, self.field) == self.value) is self.equal


@dataclass(frozen=True)
class FieldSelector:
    """Field tests, all of which must hold."""

    tests: tuple[FieldTest, ...] = ()

    def matches(self, obj: Obj) -> bool:
        """Whether the object is selected."""
        return all(test.matches(obj) for test in self.tests)


def parse_field_selector(text: str, resource: str) -> FieldSelector:
    """Parse ``status.phase!=Running,metadata.name=a`` for a resource key such as ``pods``; a 400 ``ApiError`` else."""
    tests = tuple(_field_test(part) for part in _split_unescaped(text) if part)
    known = ("metadata.name", "metadata.namespace", *FIELDS.get(resource, ()))
    for test in tests:
        if test.field not in known:
            raise bad_request(_refused_field(test.field, resource))
    return FieldSelector(tests)


def _refused_field(field: str, resource: str) -> str:
    if resource in _SHORT_REFUSAL:
        return f"field label not supported: {field}"
    return f'"{field}" is not a known field selector: only "metadata.name", "metadata.namespace"'


def _split_unescaped(text: str) -> list[str]:
    return re.split(r"(?<!\\),", text)


def _field_test(part: str) -> FieldTest:
    match = re.match(r"((?:[^=!\\]|\\.)*)(!=|==|=)(.*)$", part, re.DOTALL)
    if not match:
        raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
    return FieldTest(match[1].strip(), match[2] != "!=", re.sub(r"\\([\\,=])", r"\1", match[3]))


# Field labels that are not plain paths.
_SPECIAL: dict[str, Callable[[Obj], object]] = {
    "source": lambda obj: (obj.get("source") or {}).get("component") or obj.get("reportingComponent") or "",
    "status.podIPs": lambda obj: ",".join(ip["ip"] for ip in obj.get("status", {}).get("podIPs", ())),
    "status.successful": lambda obj: obj.get("status", {}).get("succeeded") or 0,
    "status.replicas": lambda obj: obj.get("status", {}).get("replicas") or 0,
    "spec.unschedulable": lambda obj: bool(obj.get("spec", {}).get("unschedulable")),
    "spec.hostNetwork": lambda obj: bool(obj.get("spec", {}).get("hostNetwork")),
}


def _field_value(obj: Obj, field: str) -> str:
    special = _SPECIAL.get(field)
    if special:
        found: object = special(obj)
    else:
        found = obj
        for part in field.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, bool):
        return "true" if found else "false"
    return "" if found is None else str(found)
