"""How control leaves a shell's construct early. Raised by built-ins, caught by the interpreter and the shell."""

from __future__ import annotations


class ExitShell(Exception):  # noqa: N818 - no error: the shell ends
    """``exit``."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ReturnControl(Exception):  # noqa: N818 - no error: the function ends
    """``return``."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class LoopControl(Exception):  # noqa: N818 - no error: the loop ends or goes on
    """``break`` and ``continue``, out of so many loops."""

    def __init__(self, kind: str, levels: int) -> None:
        super().__init__(kind)
        self.kind = kind
        self.levels = levels
