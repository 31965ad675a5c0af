"""What kubectx and kubens say on standard error, in their form: a mark, a sentence, names in colour.

Scripts may compare these lines, so nothing is added to them; more is said only to a person, by ``hint``.
"""

from __future__ import annotations

from kx import term

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time none of it is needed, and importing it would cost a tenth of a switch
    from collections.abc import Mapping
    from typing import TextIO

    from kx.contexts.desk import Desk
    from kx.errors import KxError

# What is painted -> how it begins and ends. The ends are those of kubectx, byte for byte.
_SGR = {
    "plain": ("", ""),
    "active": ("32;1", "0;22"),
    "success": ("32", "0"),
    "warning": ("33;1", "0;22"),
    "error": ("31;1", "0;22"),
    "dim": ("2", "0;22"),
    "isolated": ("41;37;1", "0;0;22"),
    "readonly": ("43;30;1", "0;0;22"),
}
_FORCED = "_KUBECTX_FORCE_COLOR"
DEPRECATED = frozenset({"KUBECTX_CURRENT_FGCOLOR", "KUBECTX_CURRENT_BGCOLOR"})


def wants_colour(stream: TextIO, env: Mapping[str, str]) -> bool:
    """As everywhere in kx, unless kubectx's own variable forces colour."""
    return bool(env.get(_FORCED)) or term.wants_colour(stream, env)


def paint(text: str, style: str, colour: bool) -> str:
    """``text`` without live escape sequences, in a style of this table."""
    shown = term.visible(text)
    begin, end = _SGR[style]
    return f"\x1b[{begin}m{shown}\x1b[{end}m" if colour and begin else shown


def name(desk: Desk, text: str, style: str = "success") -> str:
    """A name inside a sentence on standard error."""
    return paint(text, style, wants_colour(desk.err, desk.env))


def success(desk: Desk, sentence: str) -> None:
    """Something was done. ``sentence`` holds names that went through ``name``."""
    _say(desk, name(desk, "✔ ") + sentence)


def warning(desk: Desk, sentence: str) -> None:
    """Something was done that deserves a second look."""
    _say(desk, name(desk, "warning: ", "warning") + term.visible(sentence))


def hint(desk: Desk, sentence: str) -> None:
    """More than kubectx says: for a person only."""
    if sentence and desk.err.isatty():
        _say(desk, f"  {term.visible(sentence)}")


def fail(desk: Desk, error: KxError) -> None:
    """Nothing was done, and why; what to do about it, to a person."""
    _say(desk, name(desk, "error: ", "error") + term.visible(error.message))
    hint(desk, error.hint)


def deprecations(desk: Desk) -> None:
    """The variables kubectx no longer heeds; kx heeds them no more than it does."""
    for variable in desk.env:
        if variable in DEPRECATED:
            warning(desk, f"{variable} environment variable is now deprecated")


def _say(desk: Desk, line: str) -> None:
    print(line, file=desk.err, flush=True)
