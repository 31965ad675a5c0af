"""stty: the terminal's size and what little else of it is simulated."""

from __future__ import annotations

from kx.practice.node.process import Process, ProgramError

_MODES = "-brkint -imaxbel"
_SIZES = {"rows": "rows", "cols": "columns", "columns": "columns"}


async def main(process: Process) -> int:
    """``stty [size | -a | rows N | cols N]``."""
    terminal = process.terminal
    if terminal is None:
        busybox = process.box.family in ("busybox", "alpine")
        why = "standard input: Not a tty" if busybox else "'standard input': Inappropriate ioctl for device"
        raise ProgramError(f"stty: {why}")
    words = list(process.argv[1:])
    if not words:
        process.say(f"speed 38400 baud; line = 0;\n{_MODES}")
    while words:
        word = words.pop(0)
        if word == "size":
            process.say(f"{terminal.rows} {terminal.columns}")
        elif word in ("-a", "--all"):
            process.say(f"speed 38400 baud; rows {terminal.rows}; columns {terminal.columns}; line = 0;\n{_MODES}")
        elif word in _SIZES:
            setattr(terminal, _SIZES[word], _number(words.pop(0) if words else ""))
        else:
            raise ProgramError(f"stty: {word}: kx does not emulate this setting in the practice cluster")
    return 0


def _number(word: str) -> int:
    if not (word.isdecimal() and 0 < int(word) < 65536):
        raise ProgramError(f"stty: invalid integer argument: '{word}'")
    return int(word)
