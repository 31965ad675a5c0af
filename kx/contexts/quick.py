"""The everyday calls of ``kx ctx`` (NAME, ``-``, ``-c``, and the list for a script) without reading everything anew.

What is not plain is left to ``ctx``, which can do all of it, and does these in the same way.
"""

from __future__ import annotations

from kx.contexts import proof as proofs
from kx.contexts import talk
from kx.contexts.refused import prefixed
from kx.errors import EXIT_ERROR, KxError
from kx.kubeconfig import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kx.contexts.desk import Desk
    from kx.contexts.proof import Proof

_CURRENT = ("-c", "--current")


def answer(words: Sequence[str], desk: Desk) -> int | None:
    """Do what ``words`` ask for, and return the exit status; None, and nothing was done, where it is not plain."""
    word = words[0] if words else ""
    if list(words) == [""] or len(words) > 1 or "=" in word or (word[:1] == "-" and word not in ("-", *_CURRENT)):
        return None
    if not _is_plain(desk):
        return None
    files = find.names(desk.env, desk.kubeconfig)
    if len(files) != 1:
        return None
    try:
        proof = proofs.of(desk.env, files[0])
    except (OSError, KxError):
        return None  # whoever reads everything will meet it too, and say it
    if proof is None:
        return None
    return _switch(desk, proof, word) if word and word not in _CURRENT else _show(desk, proof, word)


def _is_plain(desk: Desk) -> bool:
    """Whether a switch is for every terminal, and there is nothing to say before it."""
    return desk.narrow is None and "KUBECTX_ISOLATED_SHELL" not in desk.env and talk.DEPRECATED.isdisjoint(desk.env)


def _show(desk: Desk, proof: Proof, word: str) -> int | None:
    """The current context, or all of them for a script: a person chooses, or sees colours."""
    if not proof.current if word else desk.picks or desk.out.isatty() or talk.wants_colour(desk.out, desk.env):
        return None
    if not _holds(proof):
        return None
    desk.out.write("".join(f"{name}\n" for name in ([proof.current] if word else proof.names())))
    desk.out.flush()
    return 0


def _switch(desk: Desk, proof: Proof, word: str) -> int | None:
    from kx.contexts import state  # late: looking remembers nothing
    from kx.contexts.arrived import arrived

    target = state.previous(desk.env) if word == "-" else state.Place(word, None)
    namespace = proof.namespace(target.context)
    if namespace is None or not _is_same(target.namespace, namespace):
        return None
    try:
        if not (_holds(proof) if target.context == proof.current else _write(desk, proof, target.context)):
            return None
    except KxError as error:
        talk.fail(desk, prefixed("failed to switch context", error))
        return EXIT_ERROR
    before = state.Place(proof.current, proof.namespace(proof.current) or "")
    now = state.Place(target.context, namespace)
    arrived(desk, lambda before, now: state.remember(desk.env, before, now), before, now)
    return 0


def _holds(proof: Proof) -> bool:
    try:
        return proof.holds()
    except OSError:
        return False


def _is_same(wanted: str | None, namespace: str) -> bool:
    """Whether the namespace to go back to, if any, is the one that the context has."""
    return wanted is None or (wanted or "default") == (namespace or "default")


def _write(desk: Desk, proof: Proof, name: str) -> bool:
    """Whether ``name`` is current now; False where the file cannot be written in the plain way. Raises ``KxError``."""
    from kx.kubeconfig import write  # late: looking writes nothing
    from kx.kubeconfig.splice import CannotEditError

    switched = proof.switched(name)
    if switched is None:
        return False

    def fill(descriptor: int) -> None:
        if not proof.holds(descriptor, switched.value):
            raise CannotEditError("it is not the file that was proved")

    try:
        if not write.swap(proof.path, fill, proof.holds):
            return False
    except CannotEditError:
        return False
    proofs.keep(desk.env, switched)
    return True
