"""Which objects a list, a watch or a collection delete is about: labels, fields, and the one name in the path."""

from __future__ import annotations

from dataclasses import dataclass

from kx.practice.handlers.api import Call
from kx.practice.selectors import FieldSelector, LabelSelector, parse_field_selector, parse_label_selector
from kx.practice.status import ApiError, Obj, bad_request


@dataclass(frozen=True)
class Selection:
    """A test on served objects."""

    labels: LabelSelector
    fields: FieldSelector

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.labels.requirements and not self.fields.tests

    def matches(self, obj: Obj) -> bool:
        """Whether the object is meant."""
        return self.labels.matches(obj["metadata"].get("labels")) and self.fields.matches(obj)


def selection(call: Call) -> Selection:
    """The selectors of a request; 400 as a real server words it."""
    labels = parse_label_selector(call.request.param("labelSelector"))
    fields = parse_field_selector(call.request.param("fieldSelector"), call.target.resource.key)
    return Selection(labels, fields)


def revision_param(text: str) -> int:
    """A resourceVersion from a query; 0 when empty. 400 when it is no number."""
    if not text:
        return 0
    if not text.isdecimal():
        message = f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        raise bad_request(message)
    return int(text)


def too_large(asked: int, current: int) -> ApiError:
    """A resourceVersion from the future."""
    message = f"Timeout: Too large resource version: {asked}, current: {current}"
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    return ApiError(504, "Timeout", message, {"causes": [cause], "retryAfterSeconds": 1})
