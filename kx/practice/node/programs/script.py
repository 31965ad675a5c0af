"""A shell script as a tree: words, simple commands, pipelines, lists, if/while/for and groups.

Only reads; running is ``interpreter``'s business. What it does not know it refuses by name instead of guessing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kx.practice.node.programs.tokens import IncompleteError, ScriptError, Token, tokens

_RESERVED = frozenset({"if", "then", "elif", "else", "fi", "while", "until", "for", "in", "do", "done", "{", "}", "!"})
_NAME = re.compile(r"^[A-Za-z_]\w*$", re.ASCII)
_REDIRECTS = ("<", ">", ">>", "2>", "2>>", "2>&1", ">&2", "1>&2")


@dataclass(frozen=True)
class Redirect:
    """``operator`` "2>" and so on; ``target`` is a word as written, "" for 2>&1."""

    operator: str
    target: str = ""


@dataclass(frozen=True)
class Simple:
    """``NAME=value … word word … <file``; all words as written."""

    assignments: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class Pipeline:
    """Commands joined by ``|``; ``negated`` by ``!``."""

    commands: tuple[Command, ...]
    negated: bool = False


@dataclass(frozen=True)
class Link:
    """A pipeline and how it follows the one before: ``;`` always, ``&&``, ``||``; ``background`` with ``&``."""

    pipeline: Pipeline
    when: Literal[";", "&&", "||"] = ";"
    background: bool = False


Body = tuple[Link, ...]


@dataclass(frozen=True)
class Group:
    """``{ …; }`` or ``( … )``."""

    body: Body
    subshell: bool
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class If:
    """Conditions with their bodies, then what else."""

    branches: tuple[tuple[Body, Body], ...]
    otherwise: Body = ()
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class While:
    """``until`` when ``negated``."""

    condition: Body
    body: Body
    negated: bool
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class For:
    """``words`` None stands for "$@"."""

    name: str
    words: tuple[str, ...] | None
    body: Body
    redirects: tuple[Redirect, ...] = ()


Command = Simple | Group | If | While | For


def parse(text: str) -> Body:
    """A whole script; ScriptError, or IncompleteError when it only lacks its end."""
    reader = _Reader(tokens(text))
    body = reader.sequence(())
    if reader.peek():
        raise ScriptError(f'unexpected "{_visible(reader.peek())}"')
    return body


def _visible(token: Token | None) -> str:
    return "newline" if token is None or token.text == "\n" else token.text


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0

    def peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _is(self, *texts: str) -> bool:
        token = self.peek()
        return token is not None and token.text in texts

    def _take(self) -> Token:
        token = self.peek()
        if token is None:
            raise IncompleteError("unexpected end of file")
        self._at += 1
        return token

    def _expect(self, text: str) -> None:
        token = self._take()
        if token.text != text:
            raise ScriptError(f'unexpected "{_visible(token)}" (expecting "{text}")')

    def _skip_lines(self) -> None:
        while self._is("\n"):
            self._at += 1

    def sequence(self, ends: tuple[str, ...]) -> Body:
        """Links up to one of the words ``ends`` (not taken), a ")" or the end."""
        links: list[Link] = []
        when: Literal[";", "&&", "||"] = ";"
        self._skip_lines()
        while self.peek() and not self._is(")", *ends):
            pipeline = self._pipeline()
            background = False
            following: Literal[";", "&&", "||"] = ";"
            if self._is("&&"):
                following = "&&"
            elif self._is("||"):
                following = "||"
            if following != ";":
                self._at += 1
                self._skip_lines()
                if self.peek() is None:
                    raise IncompleteError("unexpected end of file")
            elif self._is("&", ";", "\n"):
                background = self._take().text == "&"
            links.append(Link(pipeline, when, background))
            when = following
            self._skip_lines()
            if following == ";" and not background and self._is(";", "&"):
                raise ScriptError(f'unexpected "{_visible(self.peek())}"')
        return tuple(links)

    def _body(self, *ends: str) -> Body:
        body = self.sequence(ends)
        if self.peek() is None:
            raise IncompleteError(f'unexpected end of file (expecting "{ends[0]}")')
        if not body:
            raise ScriptError(f'unexpected "{_visible(self.peek())}"')
        return body

    def _pipeline(self) -> Pipeline:
        negated = self._is("!")
        if negated:
            self._at += 1
        commands = [self._command()]
        while self._is("|"):
            self._at += 1
            self._skip_lines()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        token = self.peek()
        if token is None:
            raise IncompleteError("unexpected end of file")
        compounds: dict[str, Callable[[], Command]] = {
            "if": self._if,
            "while": self._while,
            "until": self._while,
            "for": self._for,
        }
        if token.text in compounds:
            return compounds[token.text]()
        if token.text in ("{", "("):
            return self._group()
        if token.operator and token.text not in _REDIRECTS or token.text in _RESERVED - {"in"}:
            raise ScriptError(f'unexpected "{_visible(token)}"')
        if token.text in ("case", "function", "select"):
            raise ScriptError(f'"{token.text}" is not emulated in the practice cluster\'s shell')
        return self._simple()

    def _simple(self) -> Simple:
        assignments: list[tuple[str, str]] = []
        words: list[str] = []
        redirects: list[Redirect] = []
        while (token := self.peek()) is not None:
            if token.operator:
                if token.text == "<<":
                    raise ScriptError("here-documents are not emulated in the practice cluster's shell")
                if token.text == "(" and words:
                    raise ScriptError('unexpected "("')
                if token.text not in _REDIRECTS:
                    break
                redirects.append(self._redirect())
                continue
            self._at += 1
            name, equals, value = token.text.partition("=")
            if equals and not words and _NAME.match(name):
                assignments.append((name, value))
            else:
                words.append(token.text)
        return Simple(tuple(assignments), tuple(words), tuple(redirects))

    def _redirect(self) -> Redirect:
        operator = self._take().text
        if operator in ("2>&1", ">&2", "1>&2"):
            return Redirect(operator)
        target = self._take()
        if target.operator:
            raise ScriptError(f'unexpected "{_visible(target)}"')
        return Redirect(operator, target.text)

    def _redirects(self) -> tuple[Redirect, ...]:
        found = []
        while self._is(*_REDIRECTS):
            found.append(self._redirect())
        return tuple(found)

    def _group(self) -> Group:
        subshell = self._take().text == "("
        body = self.sequence(()) if subshell else self._body("}")
        self._expect(")" if subshell else "}")
        return Group(body, subshell, self._redirects())

    def _if(self) -> If:
        branches = []
        otherwise: Body = ()
        self._expect("if")
        while True:
            condition = self._body("then")
            self._expect("then")
            branches.append((condition, self._body("elif", "else", "fi")))
            end = self._take().text
            if end == "else":
                otherwise = self._body("fi")
                self._expect("fi")
            if end != "elif":
                return If(tuple(branches), otherwise, self._redirects())

    def _while(self) -> While:
        negated = self._take().text == "until"
        condition = self._body("do")
        self._expect("do")
        body = self._body("done")
        self._expect("done")
        return While(condition, body, negated, self._redirects())

    def _for(self) -> For:
        self._expect("for")
        name = self._take().text
        words: tuple[str, ...] | None = None
        self._skip_lines()
        if self._is("in"):
            self._at += 1
            found = []
            while (token := self.peek()) is not None and not token.operator:
                found.append(token.text)
                self._at += 1
            words = tuple(found)
        if self._is(";"):
            self._at += 1
        self._skip_lines()
        self._expect("do")
        body = self._body("done")
        self._expect("done")
        return For(name, words, body, self._redirects())
