"""YAML bodies: read with the JSON-like subset that Kubernetes takes, keys that stand twice remembered.

The only module that imports the YAML library for the practice server; it is imported when a body needs it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import yaml

from kx.practice.scalars import Real

MakeObject = Callable[[list[tuple[str, Any]]], Any]

_BEGIN = "error converting YAML to JSON: yaml: "
# Aliases can make a short text stand for a huge value; no manifest comes near this.
_MOST_NODES = 500_000


def load_yaml(body: bytes, make_object: MakeObject) -> Any:
    """The first document in ``body``; ``make_object`` gets each mapping's pairs in order. Raises ValueError."""
    try:
        loader = yaml.SafeLoader(body)
        try:
            node = loader.get_node() if loader.check_node() else None
            return _Builder(loader, make_object).value(node) if node is not None else None
        finally:
            loader.dispose()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError(_BEGIN + " ".join(str(error).split())) from None


class _Builder:
    """Makes JSON values from nodes."""

    def __init__(self, loader: yaml.SafeLoader, make_object: MakeObject) -> None:
        self._loader = loader
        self._make_object = make_object
        self._left = _MOST_NODES

    def value(self, node: yaml.Node) -> Any:
        self._left -= 1
        if self._left < 0:
            raise ValueError("document contains excessive aliasing")
        if isinstance(node, yaml.MappingNode):
            self._loader.flatten_mapping(node)
            return self._make_object([(self._key(key), self.value(value)) for key, value in node.value])
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each) for each in node.value]
        return self._scalar(node)

    def _key(self, node: yaml.Node) -> str:
        value = self._scalar(node)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _scalar(self, node: yaml.Node) -> Any:
        # JSON has no dates: a scalar that looks like one stays the text it is.
        if node.tag == "tag:yaml.org,2002:timestamp":
            return node.value
        value = self._loader.construct_object(node)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise ValueError(f"{node.value} is no JSON number")
            return Real(repr(value))
        return value
