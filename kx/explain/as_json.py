"""An explanation as the JSON of ``kx explain -o json``, version 1. The contract is stable: fields are only added."""

from __future__ import annotations

import json
from typing import Any

from kx.explain.explanation import Explanation
from kx.records import asdict

VERSION = 1


def as_dict(explanation: Explanation) -> dict[str, Any]:
    """The contract's object, in the contract's order."""
    where = explanation.where
    return {
        "version": VERSION,
        "line": explanation.line,
        "program": explanation.program,
        "path": list(explanation.path),
        "summary": explanation.summary,
        "effect": explanation.effect,
        "where": {"context": where.context, "namespace": where.namespace, "server": where.server},
        "words": [asdict(note) for note in explanation.words],
        "traps": [asdict(trap) for trap in explanation.traps],
        "requests": [asdict(request) for request in explanation.requests],
        "undo": asdict(explanation.undo),
        "preview": None,
    }


def dumps(explanation: Explanation, indent: int | None = None, **more: Any) -> str:
    """The object as text, with fields besides; one line unless ``indent`` is given.

    Always ASCII, so that any stream can carry it.
    """
    return json.dumps({**as_dict(explanation), **more}, indent=indent)
