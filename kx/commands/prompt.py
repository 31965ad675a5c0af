"""``kx prompt``: where one is, for a shell's prompt. Options only; ``kx/prompt`` does the work."""

from __future__ import annotations

import os
import sys

from kx.commands.plain import OwnWords
from kx.errors import UsageError
from kx.prompt import fast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_USAGE = """\
Print the current context and namespace, for a shell's prompt. Asks no cluster and runs no kubectl.

  kx prompt                          context/namespace; "!" follows a protected context
  eval "$(kx prompt init bash)"      in ~/.bashrc: the place stands in front of the prompt
  eval "$(kx prompt init zsh)"       in ~/.zshrc
  kx prompt init fish | source       in ~/.config/fish/config.fish

Which contexts are protected is a setting: protected = "prod|live" in kx's config.toml.
"""


def run(arguments: Sequence[str], given: Mapping[str, str | None]) -> int:
    """Run the words after ``kx prompt``; ``given`` are options that stood before its name."""
    words = list(arguments)
    kubeconfig = given.get("--kubeconfig")
    if not words:
        place = fast.line({**os.environ, "KUBECONFIG": kubeconfig} if kubeconfig else os.environ)
        sys.stdout.write(f"{place}\n" if place else "")
        return 0
    sys.stdout.write(_USAGE if words in (["-h"], ["--help"]) else _integration(words))
    return 0


def _integration(words: list[str]) -> str:
    from kx.prompt import shells  # late: a prompt needs none of it

    if len(words) != 2 or words[0] != "init" or words[1] not in shells.SHELLS:
        raise UsageError(
            f"kx prompt does not know {' '.join(words)}",
            f"It is: kx prompt, or kx prompt init {'|'.join(shells.SHELLS)}",
        )
    return shells.integration(words[1])


PLAIN = OwnWords("prompt", run)
