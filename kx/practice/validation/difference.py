"""The difference between two values, as a refusal to change something shows it.

Kubernetes prints a unified diff of its internal types; here the names are those of the API.
"""

from __future__ import annotations

import difflib
import json

from kx.practice.status import Obj


def difference(old: Obj, new: Obj) -> str:
    """A unified diff of two values written as JSON."""
    before, after = (json.dumps(each, indent=1, sort_keys=True).splitlines() for each in (old, new))
    lines = list(difflib.unified_diff(before, after, lineterm=""))
    return "\n".join(lines[2:]) + "\n"
