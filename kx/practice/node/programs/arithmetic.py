"""A shell's sums: integers of 64 bits, variables, assignments. Evaluates what stands inside ``$((…))``."""

from __future__ import annotations

import re
from collections.abc import Callable

_SUM = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|\*\*|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|[-+*/%&|^]=|[-+*/%()<>!=?:~&|^,])",
    re.ASCII,
)
_BITS = 64
_LARGEST_POWER = 4096
_DEEPEST = 15  # parentheses inside parentheses


class ArithmeticProblem(Exception):  # noqa: N818 - the shell's own wording decides what it is
    """The expression cannot be evaluated; the message is the shell's."""


_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_CALCULATE: dict[str, Callable[[int, int], int]] = {
    "||": lambda a, b: int(bool(a or b)),
    "&&": lambda a, b: int(bool(a and b)),
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << (b % _BITS),
    ">>": lambda a, b: a >> (b % _BITS),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1),
    "%": lambda a, b: abs(a) % abs(b) * (-1 if a < 0 else 1),
}
_ASSIGNMENTS = ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def calculate(text: str, get: Callable[[str], str | None], put: Callable[[str, str], None] | None = None) -> int:
    """An arithmetic expression of integers and variables; raises ArithmeticProblem."""
    parts: list[str] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _SUM.match(text, at)
        if match is None:
            raise ArithmeticProblem(f'arithmetic syntax error: "{text}"')
        parts.append(match.group(1))
        at = match.end()
    return _Sum(parts, get, put, text).result()


class _Sum:
    """Precedence climbing over the parts of an expression."""

    def __init__(
        self,
        parts: list[str],
        get: Callable[[str], str | None],
        put: Callable[[str, str], None] | None,
        text: str,
    ) -> None:
        self._parts = parts
        self._get = get
        self._put = put
        self._text = text
        self._depth = 0

    def result(self) -> int:
        if not self._parts:
            return 0
        value = self._list()
        if self._parts:
            raise self._wrong()
        return value

    def _wrong(self) -> ArithmeticProblem:
        return ArithmeticProblem(f'arithmetic syntax error: "{self._text}"')

    def _next(self) -> str:
        return self._parts[0] if self._parts else ""

    def _list(self) -> int:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong()
        value = self._assignment()
        while self._next() == ",":
            self._parts.pop(0)
            value = self._assignment()
        self._depth -= 1
        return value

    def _assignment(self) -> int:
        if len(self._parts) > 1 and _NAME.fullmatch(self._parts[0]) and self._parts[1] in _ASSIGNMENTS:
            name, operator = self._parts.pop(0), self._parts.pop(0)
            value = self._deeper(self._assignment)
            if operator != "=":
                value = self._apply(operator[:-1], self._variable(name), value)
            return self._keep(name, value)
        value = self._level(0)
        if self._next() != "?":
            return value
        self._parts.pop(0)
        first = self._deeper(self._assignment)
        if self._next() != ":":
            raise self._wrong()
        self._parts.pop(0)
        second = self._deeper(self._assignment)
        return first if value else second

    def _deeper(self, read: Callable[[], int]) -> int:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong()
        value = read()
        self._depth -= 1
        return value

    def _level(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._power()
        value = self._level(level + 1)
        while self._next() in _LEVELS[level] and self._parts:
            operator = self._parts.pop(0)
            value = self._apply(operator, value, self._level(level + 1))
        return value

    def _power(self) -> int:
        value = self._operand()
        if self._next() != "**":
            return value
        self._parts.pop(0)
        exponent = self._deeper(self._power)
        if exponent < 0:
            raise ArithmeticProblem("exponent less than 0")
        return _wrapped(pow(value, min(exponent, _LARGEST_POWER), 1 << _BITS))

    def _apply(self, operator: str, left: int, right: int) -> int:
        if operator in ("/", "%") and right == 0:
            raise ArithmeticProblem("divide by zero")
        return _wrapped(_CALCULATE[operator](left, right))

    def _operand(self) -> int:
        part = self._parts.pop(0) if self._parts else ""
        if part == "(":
            value = self._list()
            if not self._parts or self._parts.pop(0) != ")":
                raise self._wrong()
            return value
        if part in ("++", "--") and _NAME.fullmatch(self._next()):
            name = self._parts.pop(0)
            return self._keep(name, self._variable(name) + (1 if part == "++" else -1))
        if part in ("-", "+", "!", "~"):
            value = self._deeper(self._operand)
            return {"-": -value, "+": value, "!": int(not value), "~": ~value}[part]
        if part[:1].isdecimal():
            return _number(part)
        if _NAME.fullmatch(part):
            value = self._variable(part)
            if self._next() in ("++", "--"):
                self._keep(part, value + (1 if self._parts.pop(0) == "++" else -1))
            return value
        raise self._wrong()

    def _variable(self, name: str) -> int:
        held = (self._get(name) or "0").strip()
        sign = -1 if held.startswith("-") else 1
        digits = held.lstrip("+-")
        return sign * _number(digits) if re.fullmatch(r"\d{1,25}|0[xX][0-9a-fA-F]{1,25}", digits, re.ASCII) else 0

    def _keep(self, name: str, value: int) -> int:
        value = _wrapped(value)
        if self._put:
            self._put(name, str(value))
        return value


def _number(text: str) -> int:
    if text[:2].lower() == "0x":
        return _wrapped(int(text, 16))
    if text.startswith("0") and len(text) > 1:
        if set(text) - set("01234567"):
            raise ArithmeticProblem(f'value too great for base (error token is "{text}")')
        return _wrapped(int(text, 8))
    return _wrapped(int(text[:40]))


def _wrapped(value: int) -> int:
    """As a 64-bit register holds it."""
    half = 1 << (_BITS - 1)
    return (value + half) % (1 << _BITS) - half
