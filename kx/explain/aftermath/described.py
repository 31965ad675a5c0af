"""What `kubectl describe` shows that wants a look: the events and states of one object. Pure: reads text, asks nobody.

Of a pod that is ready the events are history, and nothing is said.
"""

from __future__ import annotations

import re

from kx.explain.aftermath.advice import Advice
from kx.explain.aftermath.errors import first
from kx.explain.aftermath.tables.described import RULES
from kx.explain.subject import Subject

_ONE = re.compile(r"^Name:\s", re.MULTILINE)
_FINE = re.compile(r"^  Ready\s+True\s*$|^Status:\s+(?:Succeeded|Bound|Active)\b", re.MULTILINE)


def explain(text: str, subject: Subject) -> tuple[Advice, ...]:
    """What to say of a description; () where several objects are described, or all is well."""
    if len(_ONE.findall(text)) != 1 or _FINE.search(text):
        return ()
    return first(RULES, text, subject)
