"""What a line editor is offered for the word before its cursor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Completion:
    """``insert`` is what to type at once; ``choices`` what there is to choose from when that is nothing."""

    insert: str = ""
    choices: tuple[str, ...] = ()
