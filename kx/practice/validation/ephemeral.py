"""The update of a pod's ephemeral containers: they may be added, and nothing else.

Source: kubernetes ``ValidatePodEphemeralContainersUpdate``.
"""

from __future__ import annotations

from collections.abc import Iterator

from kx.practice.status import FieldError, Obj
from kx.practice.validation.errors import forbidden

_PATH = "spec.ephemeralContainers"


def added_only(new: Obj, old: Obj) -> Iterator[FieldError]:
    """Existing ephemeral containers stay, and stay as they are."""
    given = {one.get("name"): one for one in new["spec"].get("ephemeralContainers") or ()}
    for before in old["spec"].get("ephemeralContainers") or ():
        name = before.get("name")
        if name not in given:
            yield forbidden(_PATH, f'existing ephemeral containers "{name}" may not be removed\n')
        elif given[name] != before:
            yield forbidden(_PATH, f'existing ephemeral containers "{name}" may not be changed\n')


def alone(new: Obj, old: Obj) -> Obj:
    """``old`` with the ephemeral containers of ``new``: whatever else an update of them says is not heard."""
    spec = {key: value for key, value in old["spec"].items() if key != "ephemeralContainers"}
    given = (new.get("spec") or {}).get("ephemeralContainers")
    return {**old, "spec": {**spec, **({"ephemeralContainers": given} if given else {})}, "metadata": new["metadata"]}
