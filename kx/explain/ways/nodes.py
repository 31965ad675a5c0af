"""Back from what is done to nodes: open and closed, tainted or not."""

from __future__ import annotations

import shlex

from kx.explain.explanation import Grade, Undo
from kx.explain.phrases import placed, target_words
from kx.explain.subject import Subject

_BACK = {
    "cordon": ("uncordon", "opens it again, even if it was closed before this"),
    "drain": ("uncordon", "lets new pods onto it again; the evicted pods do not come back by themselves"),
    "uncordon": ("cordon", "closes it again; pods that came meanwhile stay"),
}


def way(subject: Subject) -> Undo | None:
    """The way back from a change of nodes."""
    if subject.path == ("taint",):
        return _taint(subject)
    chosen = target_words(subject)
    back, reason = _BACK[subject.path[0]]
    return Undo("partial", placed(subject, f"kubectl {back} {chosen}"), reason) if chosen else None


def _taint(subject: Subject) -> Undo:
    """A new taint goes by its key and effect, with "-" behind; what was removed is not on the line in full.

    Without --overwrite kubectl refuses a key that is there with the same effect, so what it has set was new.
    """
    added = [subject.word(index).value for index in subject.operands.with_role("pair")]
    target = target_words(subject)
    if not target or not added or subject.operands.with_role("removal"):
        return Undo("partial", "", "set the former taints again; to see them first: kubectl describe nodes")
    command = f"kubectl taint {target} " + " ".join(shlex.quote(f"{_key(taint)}-") for taint in added)
    drives_away = any(taint.endswith(":NoExecute") for taint in added)
    grade: Grade = "partial" if drives_away or subject.on("overwrite") else "exact"
    reason = "takes the new taint away"
    if drives_away:
        reason += "; pods it drove away do not come back"
    if subject.on("overwrite"):
        reason += "; a former value of it does not come back"
    return Undo(grade, placed(subject, command), reason)


def _key(taint: str) -> str:
    """``key:NoSchedule`` of ``key=value:NoSchedule``."""
    setting, colon, effect = taint.rpartition(":")
    return f"{setting.partition('=')[0]}:{effect}" if colon else taint.partition("=")[0]
