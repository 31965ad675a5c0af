"""Shared by the tests of what is said afterwards: a typed line becomes what its command was about."""

from __future__ import annotations

from kx.explain.subject import Subject
from kx.explain.targets import read
from kx.kubectl.catalog.load import load
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from tests.explain.tools import PRACTICE


def subject(line: str) -> Subject:
    """What the first command of a line is about."""
    invocation = parse(split(line), load())[0]
    return Subject(invocation, read(invocation), load(), PRACTICE)
