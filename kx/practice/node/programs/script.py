"""Reads a shell script into its ``tree``, by recursive descent.

Only reads; running is ``interpreter``'s business. What it does not know it refuses by name instead of guessing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from kx.practice.node.programs.tokens import IncompleteError, ScriptError, Token, tokens
from kx.practice.node.programs.tree import (
    Body,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Link,
    Pipeline,
    Redirect,
    Simple,
    While,
)

_RESERVED = frozenset(
    {"if", "then", "elif", "else", "fi", "while", "until", "for", "in", "do", "done", "case", "esac", "{", "}", "!"}
)
_DEEPEST = 60  # groups inside groups; more is nobody's script
_NAME = re.compile(r"^[A-Za-z_]\w*$", re.ASCII)
# What each may test with && and so on, as words of its own.
_IN_BRACKETS = frozenset({"&&", "||", "<", ">", "(", ")"})


def parse(text: str, bash: bool = True) -> Body:
    """A whole script; ScriptError, or IncompleteError when it only lacks its end. ``bash``: also what only it knows."""
    reader = _Reader(tokens(text), bash)
    body = reader.sequence(())
    if reader.peek():
        raise ScriptError(f'unexpected "{_visible(reader.peek())}"')
    return body


def _visible(token: Token | None) -> str:
    return "newline" if token is None or token.text == "\n" else token.text


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, found: list[Token], bash: bool) -> None:
        self._tokens = found
        self._bash = bash
        self._at = 0
        self._depth = 0

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
        while self._is("|", "|&"):
            if self._take().text == "|&":
                commands[-1] = Group((Link(Pipeline((commands[-1],))),), False, (Redirect(2, ">&", "1"),))
            self._skip_lines()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ScriptError("too deeply nested")
        try:
            return self._any_command()
        finally:
            self._depth -= 1

    def _any_command(self) -> Command:
        token = self.peek()
        if token is None:
            raise IncompleteError("unexpected end of file")
        compounds: dict[str, Callable[[], Command]] = {
            "if": self._if,
            "while": self._while,
            "until": self._while,
            "for": self._for,
            "case": self._case,
        }
        if self._bash and token.text == "function":
            compounds["function"] = self._function
        if token.text in compounds:
            return compounds[token.text]()
        if token.text in ("{", "("):
            return self._group()
        if (token.operator and not token.redirect) or token.text in _RESERVED - {"in"}:
            raise ScriptError(f'unexpected "{_visible(token)}"')
        if token.text == "select":
            raise ScriptError(f'"{token.text}" is not emulated in the practice cluster\'s shell')
        return self._simple()

    def _simple(self) -> Simple | Function:
        assignments: list[tuple[str, str]] = []
        words: list[str] = []
        redirects: list[Redirect] = []
        while (token := self.peek()) is not None:
            in_brackets = words[:1] == ["[["] and words[-1] != "]]"
            if token.operator and not (in_brackets and token.text in _IN_BRACKETS):
                if token.text == "(" and len(words) == 1 and not assignments and _NAME.match(words[0]):
                    self._at += 1
                    self._expect(")")
                    return self._function_body(words[0])
                if token.text == "(" and words:
                    raise ScriptError('unexpected "("')
                if not token.redirect:
                    break
                redirects.append(self._redirect())
                continue
            self._at += 1
            name, equals, value = token.text.partition("=")
            if equals and not words and _NAME.match(name.removesuffix("+")):
                assignments.append((name, value))
            else:
                words.append(token.text)
        return Simple(tuple(assignments), tuple(words), tuple(redirects))

    def _redirect(self) -> Redirect:
        operator = self._take().text
        digits = operator[0] if operator[0].isdecimal() else ""
        kind = operator.removeprefix(digits)
        if kind == "<<<" and not self._bash:
            raise ScriptError("unexpected redirection")
        target = self._take()
        if target.operator:
            raise ScriptError(f'unexpected "{_visible(target)}"')
        descriptor = int(digits) if digits else 0 if kind.startswith("<") else 1
        if descriptor > 2:
            raise ScriptError(f"redirection of {descriptor} is not emulated in the practice cluster's shell")
        return Redirect(descriptor, kind, target.text)

    def _redirects(self) -> tuple[Redirect, ...]:
        found = []
        while (token := self.peek()) is not None and token.redirect:
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

    def _case(self) -> Case:
        self._expect("case")
        word = self._take().text
        self._skip_lines()
        self._expect("in")
        self._skip_lines()
        branches: list[tuple[tuple[str, ...], Body]] = []
        while not self._is("esac"):
            if self._is("("):
                self._at += 1
            patterns = [self._take().text]
            while self._is("|"):
                self._at += 1
                patterns.append(self._take().text)
            self._expect(")")
            branches.append((tuple(patterns), self.sequence((";;", "esac"))))
            if not self._is("esac"):
                self._expect(";;")
            self._skip_lines()
        self._expect("esac")
        return Case(word, tuple(branches), self._redirects())

    def _function(self) -> Function:
        self._expect("function")
        name = self._take().text
        if self._is("("):
            self._at += 1
            self._expect(")")
        return self._function_body(name)

    def _function_body(self, name: str) -> Function:
        self._skip_lines()
        body = self._command()
        if isinstance(body, Simple | Function):
            raise ScriptError(f'unexpected "{body.words[0] if isinstance(body, Simple) and body.words else name}"')
        return Function(name, body)

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
