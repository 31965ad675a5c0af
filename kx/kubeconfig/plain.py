"""Text that may stand in a kubeconfig as it is: it means itself to every YAML reader. Needs no regular expressions."""

from __future__ import annotations

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
# No sign that could end a scalar or mean something. A colon may stand inside; at the end it would make a key.
_SIGNS = _LETTERS | frozenset("0123456789._/@:+-")
WORDS = frozenset("y n yes no on off true false null nan inf".split())


def is_plain(text: str) -> bool:
    """Whether ``text`` may stand as a value without quotes."""
    return text[:1] in _LETTERS and _SIGNS.issuperset(text) and text[-1] != ":" and text.lower() not in WORDS
