"""Which kind of value stands where: a table from flags and operands to the functions that read them.

The functions are named by module and imported only when such a value is on the line: most lines have none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

from kx.explain.values.piece import Meaning
from kx.kubectl.catalog.resources import BUILT_IN, Types
from kx.records import replace

_LONGEST = 4000  # characters of a value that are read; more is data, not something a person typed

# Flag -> "module.function", for the commands that have nothing of their own below.
_FLAGS = {
    "output": "output.read",
    "template": "output.template",
    "sort-by": "jsonpath.sort",
    "selector": "selector.labels",
    "pod-selector": "selector.labels",
    "field-selector": "selector.fields",
    "image": "image.read",
    "set-image": "container.several",
    "requests": "quantity.several",
    "limits": "quantity.several",
    "hard": "quantity.several",
    "timeout": "duration.waiting",
    "request-timeout": "duration.request",
    "pod-running-timeout": "duration.read",
    "duration": "duration.read",
    "keepalive": "duration.read",
    "log-flush-frequency": "duration.read",
    "since": "duration.ago",
    "since-time": "moment.read",
    "tcp": "port.service",
    "labels": "pair.labels",
    "overrides": "patch.read",
    "from-literal": "source.literal",
    "from-file": "source.file",
    "filename": "source.manifest",
    "from-env-file": "source.env_file",
    "env": "env.read",
    "schedule": "cron.read",
    "rule": "ingress.rule",
    "default-backend": "ingress.backend",
    "annotation": "pair.annotation",
    "annotations": "pair.annotation",
    "verb": "rights.verbs",
    "resource": "rights.types",
    "serviceaccount": "rights.account",
    "as": "rights.user",
    "max-unavailable": "quantity.share",
    "min-available": "quantity.share",
    "chunk-size": "quantity.chunk",
    "grace-period": "duration.grace",
    "node-port": "port.node",
}
# (first words of the command, flag) -> "module.function"; "" where the flag means something else there.
_OWN = {
    ("wait", "for"): "waiting.read",
    ("events", "for"): "typename.one",
    ("create", "selector"): "selector.chosen",
    ("expose", "selector"): "selector.chosen",
    ("set", "env", "from"): "typename.one",
    ("create", "job", "from"): "typename.one",
    ("create", "deployment", "image"): "image.several",
    ("set", "env", "env"): "env.read",
    ("set", "subject", "serviceaccount"): "rights.account",
    ("kustomize", "env"): "",
    ("top", "sort-by"): "",  # columns, not paths
    ("api-resources", "sort-by"): "",
    ("patch", "patch"): "patch.given",
    ("explain", "output"): "",
    ("expose", "port"): "port.exposed",
    ("expose", "target-port"): "port.target",
    ("delete", "timeout"): "duration.deleting",
    ("config", "set-credentials", "exec-env"): "env.read",
    ("create", "quota", "scopes"): "",
    ("create", "clusterrole", "aggregation-rule"): "selector.labels",
}
# (first word of the command, role of the operand) -> "module.function".
_OPERANDS = {
    ("label", "pair"): "pair.label",
    ("label", "removal"): "pair.removed",
    ("annotate", "pair"): "pair.annotation",
    ("annotate", "removal"): "pair.removed",
    ("taint", "pair"): "taint.read",
    ("taint", "removal"): "taint.removed",
    ("set", "env", "pair"): "env.read",
    ("set", "env", "removal"): "env.removed",
    ("set", "image", "pair"): "container.several",
    ("set", "selector", "pair"): "selector.pods",
    ("cp", "source"): "podpath.source",
    ("cp", "destination"): "podpath.destination",
    ("config", "field"): "configpath.read",
    ("port-forward", "port"): "port.forwarded",
    ("type-name",): "typename.one",
    ("type",): "typename.kind",
    ("unknown-type",): "typename.kind",
    ("types",): "typename.kinds",
    ("explain", "field"): "typename.field",
    ("auth", "can-i", "verb"): "rights.verbs",
    ("auth", "can-i", "resource"): "rights.types",
    ("create", "new-name"): "",
}

# The kinds that name resource types, and are told which there are.
_WITH_TYPES = frozenset({"typename.one", "typename.kind", "typename.kinds", "typename.field", "rights.types"})


def flag(path: tuple[str, ...], name: str, value: str, types: Types = BUILT_IN) -> Meaning | None:
    """What the value of a flag of the command at ``path`` means; None where no kind is known for it."""
    for length in range(len(path), 0, -1):
        if (kind := _OWN.get((*path[:length], name))) is not None:
            return read_as(kind, value, types)
    return read_as(_FLAGS.get(name, ""), value, types)


def operand(path: tuple[str, ...], role: str, value: str, types: Types = BUILT_IN) -> Meaning | None:
    """What an operand with this role means; None where no kind is known for it."""
    for length in range(len(path), -1, -1):
        if (kind := _OPERANDS.get((*path[:length], role))) is not None:
            return read_as(kind, value, types)
    return None


def read_as(kind: str, value: str, types: Types = BUILT_IN) -> Meaning | None:
    """What ``value`` means as one of the kinds of the table, without pieces that hold nothing."""
    if not kind or not value or len(value) > _LONGEST:
        return None
    found = _reader(kind)(value, types) if kind in _WITH_TYPES else _reader(kind)(value)
    if all(piece.start < piece.end and piece.note for piece in found.pieces):
        return found
    return replace(found, pieces=tuple(piece for piece in found.pieces if piece.start < piece.end and piece.note))


@lru_cache(maxsize=128)
def _reader(kind: str) -> Callable[..., Meaning]:
    module, _, function = kind.partition(".")
    reader: Callable[..., Meaning] = getattr(import_module(f"kx.explain.values.{module}"), function)
    return reader


def every() -> tuple[str, ...]:
    """All kinds of the table, for the test that each has its reader."""
    return tuple(kind for table in (_FLAGS, _OWN, _OPERANDS) for kind in table.values() if kind)
