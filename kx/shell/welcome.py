"""The first words of a shell: where it is, or that there is no cluster and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping

from kx import term
from kx.errors import KxError
from kx.kubeconfig import find, read
from kx.shell.talk import ask_on_terminal

_OFFER = "Start the practice cluster and use it? [Y/n] "


def offer_practice(env: Mapping[str, str], kubeconfig: str | None) -> bool:
    """Say so when no kubeconfig holds a context, and ask whether to practise instead."""
    try:
        if read.load(env, kubeconfig).contexts:
            return False
    except KxError:
        return False  # the file is there and broken: that is said when the session opens
    looked = ", ".join(str(path) for path in find.files(env, kubeconfig)) or "an empty KUBECONFIG"
    term.say(f"No cluster is configured (looked in {looked}).")
    term.say("kx brings a practice cluster that runs on this machine and needs nothing else.")
    answer = ask_on_terminal(_OFFER)
    if answer is None or answer.strip().lower() not in ("", "y", "yes"):
        term.say("Opening without a cluster: explaining works. `kx --practice` starts the practice cluster.")
        return False
    return True
