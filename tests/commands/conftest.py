"""The fixtures of the shell's tests serve the commands that open sessions as well."""

from tests.shell.conftest import desk, session

__all__ = ["desk", "session"]
