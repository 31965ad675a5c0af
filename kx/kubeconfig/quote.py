"""Scalars of kubeconfig files: which text may stand there as it is, and how every other is quoted.

The rules are those of the YAML reader inside kubectl (YAML 1.1, go-yaml's resolve table), where `y`, `0o7`, `1e3` and
`null` are no text. Knows nothing of files.
"""

from __future__ import annotations

import re

from kx.kubeconfig.plain import is_plain

# The patterns are compiled by the first that needs them: most runs need none, and compiling costs more than they do.
_WORDS_FOR_VALUES = frozenset(
    "y Y yes Yes YES on On ON true True TRUE n N no No NO off Off OFF false False FALSE".split()
) | {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", "<<"}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# Go's ParseInt and ParseUint with base 0, after all underscores are taken out: sign, prefix, digits.
_INTEGER = r"([+-]?)(0[xX](?=[0-9a-fA-F])|0[bB]|0[oO]?(?=[0-7])|)([0-9a-fA-F]+)"
_BASES = {"0x": 16, "0b": 2, "0o": 8, "0": 8, "": 10}
_MOST = {"": 2**64 - 1, "+": 2**63 - 1, "-": 2**63}
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
# What begins with a dot goes to Go's ParseFloat as it is: an underscore must stand between two digits.
_FRACTION = r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?"
_BINARY = r"0b[-+]?[01]+|-0b[01]+"  # go-yaml's own


def written(text: str) -> str:
    """``text`` as a value in a kubeconfig: as it is where that is plainly safe, else in double quotes."""
    return text if is_plain(text) else quoted(text)


def rewritten(sign: str, text: str) -> str:
    """``text`` in the place of a value that began with ``sign``: double quotes stay."""
    return quoted(text) if sign == '"' else written(text)


def quoted(text: str) -> str:
    """A double-quoted scalar, the same in YAML and in JSON: control characters are escaped, others left alone."""
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    # Beyond 16 bits JSON writes two escapes, which YAML refuses; all that lies there may stand as it is.
    return char if char.isprintable() or char > "\uffff" else f"\\u{ord(char):04x}"


def is_null(plain: str) -> bool:
    """Whether a scalar without quotes means "nothing"."""
    return plain in _NULLS


def is_text(plain: str) -> bool:
    """Whether kubectl reads a scalar without quotes as text, and not as a number, a truth value or nothing.

    Dates are text to it: what becomes of a kubeconfig is JSON, which has none.
    """
    if plain in _NULLS or plain in _WORDS_FOR_VALUES:
        return False
    if plain[0] not in "0123456789+-.":
        return True
    digits = plain.replace("_", "")
    if plain[0] == ".":
        return not (re.fullmatch(_FRACTION, plain) and _is_float(digits))
    return not (_is_integer(digits) or re.fullmatch(_BINARY, digits) or _is_float(digits))


def _is_integer(text: str) -> bool:
    match = re.fullmatch(_INTEGER, text)
    if match is None:
        return False
    try:
        return int(match[3], _BASES[match[2].lower()]) <= _MOST[match[1]]
    except ValueError:  # digits that the base does not have, or more than Python reads
        return False


def _is_float(text: str) -> bool:
    return bool(re.fullmatch(_FLOAT, text)) and abs(float(text)) != float(
        "inf"
    )  # Go has no number for what is too large
