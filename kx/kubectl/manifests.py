"""Which objects the files of a line hold: the type, the name and the namespace of each. Nothing else is kept of a file.

Reads only what kubectl would read from this machine, and only where the text tells which file that will be: no URL, no
kustomization, no pipe, nothing the shell still has to expand, nothing that an earlier command of the line may change.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

from kx.kubectl.invocation import FlagUse, Invocation, Word
from kx.records import dataclass

_LARGEST = 500_000  # bytes of all files of a line; more is not worth the wait
_MOST = 200  # files of one line, and a hundred times as many objects
_EXTENSIONS = (".json", ".yaml", ".yml")  # what kubectl takes out of a folder
_HERE_DOCUMENTS = ("<<", "<<-")


@dataclass(frozen=True)
class Manifest:
    """One object in a file."""

    api_version: str  # "apps/v1"
    kind: str  # "Deployment"
    name: str = ""  # "" where the server is to make one up
    namespace: str = ""  # "" where the file leaves it open


# What an invocation's files hold; None where that is not known.
Reader = Callable[[Invocation], tuple[Manifest, ...] | None]


class UnknownError(Exception):
    """What the files hold cannot be told."""


def reader(folder: str = "") -> Reader:
    """A reader for lines that run in ``folder`` (default: the current one)."""

    def read(invocation: Invocation) -> tuple[Manifest, ...] | None:
        try:
            return tuple(found for text in _not_too_many(_texts(invocation, folder)) for found in objects_in(text))
        except (UnknownError, OSError):
            return None

    return read


def _not_too_many(texts: Iterator[str]) -> Iterator[str]:
    size = 0
    for number, text in enumerate(texts):
        size += len(text)
        if size > _LARGEST or number >= _MOST:
            raise UnknownError
        yield text


def _texts(invocation: Invocation, folder: str) -> Iterator[str]:
    for name in _names(invocation):
        if name == "-":
            yield _input(invocation, folder)
            continue
        if invocation.segment != invocation.line.segments[0] or name.startswith(("http://", "https://")):
            raise UnknownError  # what ran before may have written the file, or changed the folder
        for file in _files(os.path.join(folder, name), recursive=invocation.value("recursive") == "true"):
            yield _text(file)


def _names(invocation: Invocation) -> Iterator[str]:
    if invocation.values("kustomize"):
        raise UnknownError
    for use in invocation.flags:
        if use.name == "filename":
            if use.value is None or _word(invocation, use).expands:
                raise UnknownError
            yield from filter(None, use.value.split(","))


def _word(invocation: Invocation, use: FlagUse) -> Word:
    return invocation.line.words[use.word if use.value_word is None else use.value_word]


def _input(invocation: Invocation, folder: str) -> str:
    """What standard input will be, where the line itself says so: a here-document, or a file behind ``<``."""
    words = invocation.line.words
    first = invocation.segment.words[0]
    end = next((at for at in range(first, len(words)) if words[at].kind == "operator"), len(words))
    signs = [at for at in range(first, end - 1) if words[at].kind == "redirect" and words[at].value.startswith("<")]
    if not signs or words[signs[-1] + 1].kind != "redirect":
        raise UnknownError
    sign, target = words[signs[-1]].value, words[signs[-1] + 1]
    bodies = [word for word in words if word.kind == "heredoc"]
    if sign in _HERE_DOCUMENTS and len(bodies) == 1 and not bodies[0].expands and not bodies[0].unfinished:
        return bodies[0].value
    if sign == "<" and not target.expands and invocation.segment == invocation.line.segments[0]:
        return _text(os.path.join(folder, target.value))
    raise UnknownError


def _files(place: str, recursive: bool) -> Iterator[str]:
    """The file itself; of a folder the files that kubectl takes, in its order."""
    if not os.path.isdir(place):
        yield place
        return
    for name in sorted(os.listdir(place)):
        inner = os.path.join(place, name)
        if os.path.isdir(inner):
            if recursive and not os.path.islink(inner):
                yield from _files(inner, recursive)
        elif name.endswith(_EXTENSIONS):
            yield inner


def _text(file: str) -> str:
    if not os.path.isfile(file) or os.path.getsize(file) > _LARGEST:
        raise UnknownError  # a pipe or a device would be used up by reading it
    with open(file, "rb") as opened:
        try:
            return opened.read(_LARGEST + 1).decode("utf-8")
        except UnicodeDecodeError:
            raise UnknownError from None


def objects_in(text: str) -> tuple[Manifest, ...]:
    """The objects of a JSON or YAML text, those inside lists too. Raises UnknownError for what is no manifest."""
    found = tuple(each for document in _documents(text) if document is not None for each in _objects(document))
    if len(found) > _MOST * 100:
        raise UnknownError
    return found


def _documents(text: str) -> list[Any]:
    if text.lstrip().startswith("{"):
        try:
            return [json.loads(text)]
        except (ValueError, RecursionError):
            pass  # perhaps YAML's own braces
    # Late: PyYAML costs more than a whole explanation, and few lines name files.
    import yaml

    try:
        return list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UnknownError from None


def _objects(document: Any) -> Iterator[Manifest]:
    if not isinstance(document, dict):
        raise UnknownError
    version, kind = document.get("apiVersion"), document.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str) or not version or not kind:
        raise UnknownError
    inner = document.get("items")
    if kind.endswith("List") and isinstance(inner, list):
        for each in inner:
            yield from _objects(each)
        return
    metadata = document.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    name, namespace = named.get("name") or "", named.get("namespace") or ""
    if not isinstance(name, str) or not isinstance(namespace, str):
        raise UnknownError
    yield Manifest(version, kind, name, namespace)
