"""What the shell puts into a word before kubectl sees it. Expands nothing and looks at no variable."""

from __future__ import annotations

import re

from kx.kubectl.invocation import Word

# Compiled when a word needs them, which few do.
_VARIABLE = r"\$(?:\{([A-Za-z_]\w*)[^}]*\}|([A-Za-z_]\w*|[0-9@*#?$!-]))"
_SINGLE_QUOTED = r"(?s)'[^']*'?|\\."


def told(word: Word, program: str = "kubectl") -> str:
    """One clause about a word that the shell changes before ``program`` sees it, "" about any other."""
    if not word.expands:
        return ""
    open_text = re.sub(_SINGLE_QUOTED, "", word.text)
    names = [match[1] or match[2] for match in re.finditer(_VARIABLE, open_text)]
    pieces = [f"the value of {name}" for name in dict.fromkeys(names)]
    pieces += ["what the command inside prints"] if re.search(r"\$\(|`", open_text) else []
    pieces += ["a file to read from or write to"] if open_text.startswith(("<(", ">(")) else []
    pieces += ["your home folder"] if open_text.startswith("~") else []
    if pieces:
        return f"your shell puts in {' and '.join(pieces)} before {program} sees it"
    return "your shell takes this for a pattern and may put in the names of files here; quotes keep it as it is"


def kept_for_pod(word: Word) -> str:
    """What single quotes keep from the shell here, so that it reaches the pod; "" where nothing is kept."""
    if word.expands or not word.quoted or not re.search(r"[$|&;<>*`]", word.value):
        return ""
    return "the quotes keep it from your shell, so it reaches the pod as it stands"
