"""The few lines that put the place into a shell's prompt, for ``eval``."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

SHELLS = ("bash", "zsh", "fish")


def integration(shell: str) -> str:
    """The lines for ``shell`` (one of ``SHELLS``). They call this Python by its path: nothing is looked up."""
    folder = Path(__file__).parent
    text = (folder / f"init.{shell}").read_text(encoding="utf-8")
    return text.replace("{python}", shlex.quote(sys.executable)).replace(
        "{script}", shlex.quote(str(folder / "fast.py"))
    )
