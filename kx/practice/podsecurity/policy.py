"""What the labels of a namespace ask of its pods. Rules: ``k8s.io/pod-security-admission/api`` and ``policy``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kx.practice.podsecurity.checks import BASELINE, NEWEST, RESTRICTED, Check
from kx.practice.podsecurity.subject import Subject
from kx.practice.status import FieldError, Obj

LABELS = "pod-security.kubernetes.io/"
LEVELS = ("privileged", "baseline", "restricted")
_VERSION = re.compile(r"v1\.(0|[1-9]\d*)")


@dataclass(frozen=True)
class Standard:
    """A level of the standards in one version: ``restricted:latest``."""

    level: str = "privileged"
    version: str = "latest"

    def __str__(self) -> str:
        return f"{self.level}:{self.version}"

    @property
    def strictness(self) -> int:
        return LEVELS.index(self.level)

    def violations(self, spec: Obj, annotations: Obj) -> Iterator[tuple[str, str]]:
        """(reason, detail) of each check that a pod does not pass."""
        minor = NEWEST if self.version == "latest" else min(int(self.version.removeprefix("v1.")), NEWEST)
        subject = Subject(spec, annotations, minor)
        for check in self._checks(minor):
            if detail := check.detail(subject):
                yield (check.reason if isinstance(check.reason, str) else check.reason(subject)), detail

    def _checks(self, minor: int) -> list[Check]:
        if self.level == "privileged":
            return []
        restricted = [each for each in RESTRICTED if each.since <= minor] if self.level == "restricted" else []
        replaced = {each.replaces for each in restricted}
        return [each for each in BASELINE if each.since <= minor and each.id not in replaced] + restricted


@dataclass(frozen=True)
class Policy:
    """What is refused and what is warned of. Audits go to a log that nobody keeps here."""

    enforce: Standard
    warn: Standard


def policy(labels: Mapping[str, str]) -> Policy:
    """The policy of a namespace. Where pods are refused, their makers are warned unless the labels say otherwise."""
    enforce, warn = _standard(labels, "enforce", "restricted"), _standard(labels, "warn", "privileged")
    if f"{LABELS}warn" not in labels and labels.get(f"{LABELS}enforce") in LEVELS:
        version = warn.version if f"{LABELS}warn-version" in labels else enforce.version
        warn = Standard(enforce.level, version)
    return Policy(enforce, warn)


def problems(labels: Mapping[str, str]) -> list[FieldError]:
    """What is wrong with the labels."""
    found = []
    for mode in ("enforce", "audit", "warn"):
        for name, is_known, detail in (
            (mode, LEVELS.__contains__, f"must be one of {', '.join(LEVELS)}"),
            (f"{mode}-version", _is_version, 'must be "latest" or "v1.x"'),
        ):
            label = f"{LABELS}{name}"
            if label in labels and not is_known(labels[label]):
                found.append(FieldError("FieldValueInvalid", f"metadata.labels[{label}]", labels[label], detail))
    return found


def _standard(labels: Mapping[str, str], mode: str, otherwise: str) -> Standard:
    """``otherwise`` is the level where a label cannot be read."""
    level, version = labels.get(f"{LABELS}{mode}", "privileged"), labels.get(f"{LABELS}{mode}-version", "latest")
    return Standard(level if level in LEVELS else otherwise, version if _is_version(version) else "latest")


def _is_version(text: str) -> bool:
    return text == "latest" or _VERSION.fullmatch(text) is not None
