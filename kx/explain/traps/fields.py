"""Selectors that the API server refuses or reads as nothing: the rules of labels, and the fields each kind knows.

Sources: apimachinery/pkg/labels/selector.go and fields/selector.go, and AddFieldLabelConversionFunc of each group
(pkg/apis/*/v1/conversion.go); a type that is not built in takes the two fields that every object has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kx.explain.subject import Subject

_EVERY = ("metadata.name", "metadata.namespace")
_INVOLVED = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
_EVENTS = (*(f"involvedObject.{part}" for part in _INVOLVED), "reason", "reportingComponent", "source", "type")
_PODS = (
    *("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork"),
    *("status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName"),
)
FIELDS: dict[str, tuple[str, ...]] = {
    "pods": _PODS,
    "events": _EVENTS,
    "events.events.k8s.io": tuple(field.replace("involvedObject", "regarding") for field in _EVENTS),
    "nodes": ("spec.unschedulable",),
    "namespaces": ("status.phase",),
    "secrets": ("type",),
    "services": ("spec.clusterIP", "spec.type"),
    "replicationcontrollers": ("status.replicas",),
    "replicasets.apps": ("status.replicas",),
    "jobs.batch": ("status.successful",),
    "certificatesigningrequests.certificates.k8s.io": ("spec.signerName",),
}

_NAME = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_KEY = rf"(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?{_NAME}"
_VALUE = rf"(?:{_NAME})?"
_SET = rf"\(\s*{_VALUE}\s*(?:,\s*{_VALUE}\s*)*\)"
_REQUIREMENT = re.compile(
    rf"\s*(?:!\s*{_KEY}|{_KEY}(?:\s*(?:==|=|!=)\s*{_VALUE}|\s+(?:in|notin)\s*{_SET}|\s*[<>]\s*\d+)?)\s*$"
)
_OUTSIDE = re.compile(r",(?![^(]*\))")
_TERM = re.compile(r"(.*?)(!=|==|=)(.*)$", re.DOTALL)


def label_mistake(selector: str) -> str:
    """The part of a label selector that the server refuses, or ""."""
    if not selector.strip():
        return ""
    return next((part.strip() or "," for part in _OUTSIDE.split(selector) if not _REQUIREMENT.match(part)), "")


def field_mistakes(subject: Subject, selector: str) -> Iterator[str]:
    """What the server refuses in a field selector, as sentences."""
    for term in filter(None, re.split(r"(?<!\\),", selector)):
        match = _TERM.match(term)
        if match is None:
            yield f'"{term}" is no comparison: fields are only compared with = or !=, the way status.phase=Running is.'
            continue
        for target in subject.targets:
            if target.type is None:
                continue
            known = (*_EVERY[: 2 if target.type.namespaced else 1], *FIELDS.get(target.type.key, ()))
            if match.group(1) not in known:
                yield (
                    f"{target.type.plural} cannot be chosen by {match.group(1)}: the server only knows "
                    f"{', '.join(known)} there."
                )
