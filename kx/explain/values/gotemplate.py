"""A Go template, action by action. Knows the words of text/template and those that kubectl adds; runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kx.explain.values import fieldpath
from kx.explain.values.jsonpath import printed
from kx.explain.values.piece import Meaning, Piece, refused

_TOKEN = re.compile(r"\"(?:\\.|[^\"\\])*\"|`[^`]*`|[^\s|()\"`]+|\||[()]")
_DEEPEST = 20
_LITERAL = re.compile(r"\"(?:\\.|[^\"\\])*\"|`[^`]*`")
_VARIABLES = re.compile(r"^(\$\w+)(?:\s*,\s*(\$\w+))?\s*:?=\s*(.*)$", re.DOTALL)
# What a function makes of the values that follow it.
_FUNCTIONS = {
    "index": "the entry {last} of {first}",
    "len": "how many there are in {first}",
    "base64decode": "{first}, decoded from base64",
    "print": "{all}",
    "println": "{all}, and a line break",
    "printf": "{rest}, formatted as {first}",
    "html": "{first}, made safe for HTML",
    "js": "{first}, made safe for JavaScript",
    "urlquery": "{first}, made safe for a web address",
    "eq": "{first} is {rest}",
    "ne": "{first} is not {rest}",
    "lt": "{first} is less than {rest}",
    "le": "{first} is at most {rest}",
    "gt": "{first} is more than {rest}",
    "ge": "{first} is at least {rest}",
    "and": "{all}, all of them",
    "or": "{all}, the first that is there",
    "not": "not {first}",
    "exists": "there is a {rest} in {first}",
    "slice": "a part of {first}",
    "call": "the result of {first}",
}
_OTHERS = {"template": "the template called ", "break": "leave the loop", "continue": "go on with the next one"}
_ENDS = {
    "range": "the end of what is repeated",
    "if": "the end of if",
    "with": "the end of with",
    "define": "the end of that template",
    "block": "the end of that template",
}
_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge", "not", "exists")
_FIELD = re.compile(r"\.[\w.]+")
_ELSEWHERE = "?"  # a path of which nothing is known
_BLOCKS = {"range": "for {0}:", "if": "only if {0}:", "with": "if there is {0}, with it:"}


def read(text: str) -> Meaning:
    """A template as ``-o go-template=`` takes it."""
    pieces: list[Piece] = []
    reader = _Reader()
    place = 0
    for start, end in _actions(text):
        if start > place:
            pieces.append(Piece(place, start, printed(text[place:start])))
        inside = _inside(text[start:end])
        told = reader.action(inside)
        if told is None:
            return refused(f"it has one {{{{{inside}}}}} too many")
        pieces.append(Piece(start, end, told))
        place = end
    rest = text[place:]
    if "{{" in rest:
        return refused("a {{ that is not closed")
    if reader.opened:
        return refused(f"there is no {{{{end}}}} for {reader.opened[-1][0]}")
    if rest:
        pieces.append(Piece(place, len(text), printed(rest)))
    return Meaning("", tuple(pieces))


def asks_items(text: str) -> bool | None:
    """Whether a template looks into a list of objects: its first field tells. None: it does not tell."""
    for start, end in _actions(text):
        for token in _TOKEN.findall(_inside(text[start:end])):
            if re.match(r"\.\w", token) and token not in (".kind", ".apiVersion"):
                return fieldpath.asks_items(token)
    return None


def _actions(text: str) -> Iterator[tuple[int, int]]:
    """Where each {{action}} begins and ends, quotes and comments inside it observed; stops at one that does not end."""
    start = text.find("{{")
    while start >= 0:
        end = _end(text, start + 2)
        if end < 0:
            return
        yield start, end
        start = text.find("{{", end)


def _end(text: str, place: int) -> int:
    if text.startswith(("/*", "- /*"), place):
        close = text.find("*/", place)
        end = text.find("}}", close) if close >= 0 else -1
        return end + 2 if end >= 0 else -1
    quote = ""
    while place < len(text):
        char = text[place]
        if char == "\\" and quote == '"':
            place += 1
        elif char == quote:
            quote = ""
        elif not quote and char in '"`':
            quote = char
        elif not quote and text.startswith("}}", place):
            return place + 2
        place += 1
    return -1


def _inside(action: str) -> str:
    return action[2:-2].strip().removeprefix("- ").removesuffix(" -").strip()


def _too_deep(inside: str) -> bool:
    """Whether parentheses stand in each other deeper than anybody writes them."""
    depth = 0
    for char in inside:
        depth += (char == "(") - (char == ")")
        if depth > _DEEPEST:
            return True
    return False


class _Reader:
    """Reads one action after the other; knows which blocks are open, and what the dot is inside each of them."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, str]] = []  # the block's word, and the path its dot stands for from then on

    @property
    def dot(self) -> str:
        return self.opened[-1][1] if self.opened else ""

    def action(self, inside: str) -> str | None:
        """What one action does; None for an end or an else that nothing opened."""
        word, _, rest = inside.partition(" ")
        if inside.startswith("/*"):
            return "a comment"
        if _too_deep(inside):
            return "a value"
        if word in _BLOCKS:
            told = _BLOCKS[word].format(self.condition(rest) if word == "if" else self.each(word, rest))
            self.opened.append((word, self.dot if word == "if" else self.inner(rest)))
            return told
        if word == "end":
            return _ENDS[self.opened.pop()[0]] if self.opened else None
        if word == "else":
            return self.otherwise(rest) if self.opened else None
        if word in ("define", "block"):
            self.opened.append((word, ""))
            return f"a template of its own, called {rest.split(' ')[0]}:"
        if word in _OTHERS:
            return f"{_OTHERS[word]}{rest}"
        if found := _VARIABLES.match(inside):
            return f"remember {_pipeline(found[3], self.dot)} as {found[1]}"
        return printed(inside[1:-1]) if _LITERAL.fullmatch(inside) else _pipeline(inside, self.dot)

    def condition(self, rest: str) -> str:
        """A comparison reads as one; of any other value counts whether there is something in it."""
        told = _pipeline(rest, self.dot)
        compared = rest.lstrip("( ").split(" ")[0] in _COMPARISONS
        return told if compared else f"this is not empty, zero or false: {told}"

    def each(self, word: str, rest: str) -> str:
        named = _VARIABLES.match(rest)
        value = named[3] if named else rest
        if word == "range":
            path = f"{self.dot}.{value[1:]}".lstrip(".") if _FIELD.fullmatch(value) else ""
            told = (
                fieldpath.every(path, len(_names(self.dot))) if path else f"every one of {_pipeline(value, self.dot)}"
            )
        else:
            told = _pipeline(value, self.dot)
        if named is None:
            return told
        return f"{told}, called {named[2]} (its place or key: {named[1]})" if named[2] else f"{told}, called {named[1]}"

    def inner(self, rest: str) -> str:
        """The path of what the dot is inside a block; objects of a list are objects, whose paths begin anew."""
        named = _VARIABLES.match(rest)
        value = named[3] if named else rest
        path = f"{self.dot}.{value[1:]}".lstrip(".") if _FIELD.fullmatch(value) else _ELSEWHERE
        return "" if path == "items" else path

    def otherwise(self, rest: str) -> str:
        if rest.startswith("if "):
            return f"otherwise, only if {self.condition(rest[3:])}:"
        return "if there was none:" if self.opened[-1][0] == "range" else "otherwise:"


def _names(path: str) -> list[str]:
    return path.split(".") if path else []


def _pipeline(text: str, dot: str) -> str:
    """A pipeline in words: each command gets what stands before it as its last value."""
    told = ""
    tokens = _TOKEN.findall(text)
    while tokens:
        stop = _bar(tokens)
        told = _command(tokens[:stop], told, dot)
        tokens = tokens[stop + 1 :]
    return told or "nothing"


def _bar(tokens: list[str]) -> int:
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token == "(") - (token == ")")
        if token == "|" and not depth:
            return place
    return len(tokens)


def _command(tokens: list[str], piped: str, dot: str) -> str:
    template = _FUNCTIONS.get(tokens[0]) if tokens else None
    values = _values(tokens[1:] if template else tokens, dot)
    values += [piped] if piped else []
    if template is None:
        return " ".join(values)
    first, rest = (values or ["nothing"])[0], values[1:] or ["nothing"]
    return template.format(first=first, rest=" and ".join(rest), last=", ".join(rest), all=", ".join(values))


def _values(tokens: list[str], dot: str) -> list[str]:
    """Each value in words; what stands in parentheses is a pipeline of its own."""
    found: list[str] = []
    place = 0
    while place < len(tokens):
        if tokens[place] == "(":
            stop, depth = place + 1, 1
            while stop < len(tokens) and depth:
                depth += (tokens[stop] == "(") - (tokens[stop] == ")")
                stop += 1
            inner = tokens[place + 1 : stop - 1 if not depth else stop]
            found.append(_pipeline(" ".join(inner), dot))
            place = stop
        else:
            found.append(_value(tokens[place], dot))
            place += 1
    return found


def _value(token: str, dot: str) -> str:
    if token == ".":
        return "this one"
    if token.startswith("."):
        return fieldpath.words(f"{dot}.{token[1:]}".lstrip("."), len(_names(dot)))
    if token.startswith("$") and "." in token:
        variable, _, path = token.partition(".")
        return f"{fieldpath.words(path)} ({'from the top' if variable == '$' else 'of ' + variable})"
    return f"the value of {token}" if token.startswith("$") and len(token) > 1 else token
