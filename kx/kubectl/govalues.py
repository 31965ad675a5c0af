"""Check a flag's value as Go's pflag does, and refuse it in Go's words.

One function a type, each returning the reason of refusal or "". Types not listed accept anything here: kubectl checks
them later, with knowledge of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_BOOLS = frozenset({"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"})
_INTEGER = re.compile(
    r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)"
)
_CSV_PLAIN = re.compile(rb"[^,\n]*")
_CSV_QUOTED = re.compile(rb'"(?:[^"]|"")*"')
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_ESCAPES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v", "\\": r"\\"}


def refusal(name: str, kind: str, value: str) -> str:
    """Why kubectl refuses ``value`` for the flag called ``name`` of type ``kind``; "" if it does not."""
    check = _KLOG_CHECKS.get(name) or _CHECKS.get(kind)
    return check(value) if check else ""


def encode(text: str) -> bytes:
    """``text`` as the bytes Go sees; half a surrogate pair, which no terminal sends, is no reason to fail."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def quote(text: str, mark: str = '"') -> str:
    """``text`` as Go prints it with ``%q``."""
    return mark + "".join(_quoted(char, mark) for char in text) + mark


def _quoted(char: str, mark: str) -> str:
    if char == mark:
        return "\\" + char
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char == " " or (char.isprintable() and char != "\xad"):
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as Python carries it
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _bool(value: str) -> str:
    return "" if value in _BOOLS else f"strconv.ParseBool: parsing {quote(value)}: invalid syntax"


def _integer(bits: int) -> Callable[[str], str]:
    limit = 1 << (bits - 1)

    def check(value: str) -> str:
        if not _INTEGER.fullmatch(value):
            return f"strconv.ParseInt: parsing {quote(value)}: invalid syntax"
        number = _to_int(value)
        return "" if -limit <= number < limit else f"strconv.ParseInt: parsing {quote(value)}: value out of range"

    return check


def _to_int(value: str) -> int:
    digits = value.lstrip("+-").replace("_", "").lower()
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdecimal():
        digits = "0o" + digits[1:]
    if len(digits) > 100:  # out of every range, and Python minds long numbers
        return 1 << 100
    number = int(digits, 0)
    return -number if value.startswith("-") else number


def _level(value: str) -> str:
    """A 32-bit integer to the base of ten, nothing else."""
    if not re.fullmatch(r"[+-]?[0-9]+", value):
        return f"strconv.ParseInt: parsing {quote(value)}: invalid syntax"
    fits = len(value.lstrip("+-0")) <= 10 and -(1 << 31) <= int(value) < (1 << 31)
    return "" if fits else f"strconv.ParseInt: parsing {quote(value)}: value out of range"


def _duration(value: str) -> str:
    """time.ParseDuration."""
    invalid = f"time: invalid duration {quote(value)}"
    rest = value[1:] if value[:1] in ("+", "-") else value
    if rest == "0":
        return ""
    if rest == "":
        return invalid
    total = 0.0
    while rest:
        number = re.match(r"\d+\.?\d*|\.\d+", rest, re.ASCII)
        if number is None:
            return invalid
        rest = rest[number.end() :]
        unit = re.match(r"[^.0-9]+", rest)
        if unit is None:
            return f"time: missing unit in duration {quote(value)}"
        if unit.group() not in _UNITS:
            return f"time: unknown unit {quote(unit.group())} in duration {quote(value)}"
        total += float(number.group()) * _UNITS[unit.group()]
        rest = rest[unit.end() :]
    return invalid if total > float(2**63) else ""


def _strings(value: str) -> str:
    """encoding/csv, one record, as pflag reads a comma-separated list. Columns count bytes, as Go does."""
    data = encode(value).replace(b"\r\n", b"\n")
    if not data:
        return ""
    record = position = len(data) - len(data.lstrip(b"\n"))
    if record == len(data):
        return "EOF"
    while True:
        quoted = data[position : position + 1] == b'"'
        field = (_CSV_QUOTED if quoted else _CSV_PLAIN).match(data, position)
        end = field.end() if field else len(data)
        if field is None:
            return _csv_error(data, record, end, 'extraneous or missing " in quoted-field')
        if quoted and data[end : end + 1] not in (b"", b",", b"\n"):
            return _csv_error(data, record, end - 1, 'extraneous or missing " in quoted-field')
        if not quoted and b'"' in field.group():
            return _csv_error(data, record, data.index(b'"', position), 'bare " in non-quoted-field')
        if data[end : end + 1] != b",":
            return ""
        position = end + 1


def _csv_error(data: bytes, record: int, mark: int, reason: str) -> str:
    """How encoding/csv names the place of a mistake; a record that began on an earlier line is named too."""
    first = data.count(b"\n", 0, record) + 1
    line, column = data.count(b"\n", 0, mark) + 1, mark - data.rfind(b"\n", 0, mark)
    began = f"record on line {first}; " if line != first else ""
    return f"{began}parse error on line {line}, column {column}: {reason}"


def _pairs(value: str) -> str:
    """pflag's stringToString, for values without quotes."""
    parts = [value] if value.count("=") == 1 else value.split(",")
    bad = next((part for part in parts if "=" not in part), None)
    return "" if bad is None else f"{bad} must be formatted as key=value"


_CHECKS: dict[str, Callable[[str], str]] = {
    "bool": _bool,
    "int": _integer(64),
    "int32": _integer(32),
    "duration": _duration,
    "strings": _strings,
    "stringToString": _pairs,
}

# The flags of the logging library are read by Go's own flag package, which words its refusals otherwise.
_KLOG_CHECKS: dict[str, Callable[[str], str]] = {
    "log-flush-frequency": lambda value: "parse error" if _duration(value) else "",
    "v": _level,
}
