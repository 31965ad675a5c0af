"""What can go wrong by the user's hand, and how it ends: one sentence, one hint, one exit status.

Bugs are not caught here: they crash, so that they are reported and mended.
"""

from __future__ import annotations

EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


class KxError(Exception):
    """A mistake or a circumstance the user can act on.

    ``message`` says what and where in one sentence; ``hint`` says what to do about it (may be empty);
    ``status`` is the exit status of the process.
    """

    def __init__(self, message: str, hint: str = "", status: int = EXIT_ERROR) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status


class UsageError(KxError):
    """The words of a kx command line are off (exit status 2)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, EXIT_USAGE)
