"""Which contexts are to be handled with care: those whose name holds a match of the user's pattern."""

from __future__ import annotations

import re

from kx.errors import KxError


def is_protected(context: str, pattern: str) -> bool:
    """Whether ``pattern`` (a regular expression, in any case; empty: none) is found in the name ``context``."""
    if not pattern or not context:
        return False
    try:
        return re.search(pattern, context, re.IGNORECASE) is not None
    except re.error as error:
        raise KxError(f'the setting protected = "{pattern}" is not a regular expression: {error}') from error
