"""The values of -o: a word the texts know, or FORMAT=TEMPLATE, whose template is read by its own kind."""

from __future__ import annotations

from collections.abc import Callable

from kx.explain.values import gotemplate, jsonpath
from kx.explain.values.piece import Meaning, Piece, shifted
from kx.kubectl.catalog import texts

_TEMPLATES: dict[str, Callable[[str], Meaning]] = {
    "jsonpath": jsonpath.read,
    "jsonpath-as-json": jsonpath.read,
    "go-template": gotemplate.read,
    "template": gotemplate.read,
    "custom-columns": jsonpath.columns,
}
_IN_FILES = ("jsonpath-file", "go-template-file", "templatefile", "custom-columns-file")


def read(text: str) -> Meaning:
    """-o. Formats that kubectl does not know are refused elsewhere, as they differ from command to command."""
    form, equals, template = text.partition("=")
    if form in _IN_FILES and template:
        start = len(form) + 1
        pieces = (Piece(0, len(form), texts.flag_value("output", form)), Piece(start, len(text), "the file"))
        return Meaning(texts.flag_value("output", form), pieces, whole=True)
    if not equals or form not in _TEMPLATES:
        return Meaning()
    found = _TEMPLATES[form](template)
    if found.refused or not template:
        return found
    known = texts.flag_value("output", form)
    gist = found.gist if found.whole and found.gist else f"{known}: {found.gist}" if found.gist else known
    return Meaning(gist, shifted(found.pieces, len(form) + 1), whole=True)


def template(text: str) -> Meaning:
    """--template, which is a Go template unless -o says otherwise."""
    return gotemplate.read(text)


def asks_items(text: str) -> bool | None:
    """Whether a template looks into a list (``.items``); None where it does not tell, or the form has no root."""
    form, _, rest = text.partition("=")
    if form in ("jsonpath", "jsonpath-as-json"):
        return jsonpath.asks_items(rest)
    return gotemplate.asks_items(rest) if form in ("go-template", "template") else None
