"""Refusals of the practice API server: Status objects worded as Kubernetes words them.

Wording and codes follow apimachinery's ``errors.go`` and ``field/errors.go``; golden rows in tests hold them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

Obj = dict[str, Any]

FieldErrorType = Literal[
    "FieldValueRequired",
    "FieldValueInvalid",
    "FieldValueNotSupported",
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueNotFound",
    "FieldValueTooLong",
    "FieldValueTooMany",
    "FieldValueTypeInvalid",
]

OMITTED = object()  # the value of an error that shows none

# How each type opens its sentence; those marked True then show the offending value.
_WORDS: dict[str, tuple[str, bool]] = {
    "FieldValueRequired": ("Required value", False),
    "FieldValueForbidden": ("Forbidden", False),
    "FieldValueInvalid": ("Invalid value", True),
    "FieldValueNotSupported": ("Unsupported value", True),
    "FieldValueDuplicate": ("Duplicate value", True),
    "FieldValueNotFound": ("Not found", True),
    "FieldValueTooLong": ("Too long", False),
    "FieldValueTooMany": ("Too many", True),
    "FieldValueTypeInvalid": ("Invalid value", True),
}


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field. ``detail`` follows the value; ``value`` is shown as JSON."""

    type: FieldErrorType
    field: str  # "spec.containers[0].image"
    value: Any = None
    detail: str = ""

    @property
    def body(self) -> str:
        """The message without the field: what a cause carries."""
        words, shows = _WORDS[self.type]
        shown = f"{words}: {go_value(self.value)}" if shows and self.value is not OMITTED else words
        return f"{shown}: {self.detail}" if self.detail else shown

    def __str__(self) -> str:
        return f"{self.field}: {self.body}"


def go_value(value: Any) -> str:
    """A value as a field error shows it: strings quoted, the rest as compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class ApiError(Exception):
    """A refusal; ``body()`` is the Status object to send with HTTP status ``code``."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: Obj | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.headers = headers

    def body(self) -> Obj:
        """The Status object."""
        status: Obj = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            status["reason"] = self.reason
        if self.details:
            status["details"] = self.details
        return {**status, "code": self.code}


def _details(resource: str, name: str) -> Obj:
    plural, _, group = resource.partition(".")
    found: Obj = {"name": name} if name else {}
    if group:
        found["group"] = group
    return {**found, "kind": plural}


def not_found(resource: str, name: str) -> ApiError:
    """``resource`` is written ``pods`` or ``deployments.apps``."""
    return ApiError(404, "NotFound", f'{resource} "{name}" not found', _details(resource, name))


def already_exists(resource: str, name: str) -> ApiError:
    return ApiError(409, "AlreadyExists", f'{resource} "{name}" already exists', _details(resource, name))


def conflict(resource: str, name: str, why: str = "") -> ApiError:
    why = why or ("the object has been modified; please apply your changes to the latest version and try again")
    message = f'Operation cannot be fulfilled on {resource} "{name}": {why}'
    return ApiError(409, "Conflict", message, _details(resource, name))


def forbidden(resource: str, name: str, why: str) -> ApiError:
    subject = f'{resource} "{name}"' if name else resource
    return ApiError(403, "Forbidden", f"{subject} is forbidden: {why}", _details(resource, name))


def bad_request(message: str) -> ApiError:
    return ApiError(400, "BadRequest", message)


def method_not_allowed() -> ApiError:
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def not_emulated(what: str) -> ApiError:
    """What the practice cluster refuses loudly instead of pretending."""
    return ApiError(501, "NotImplemented", f"the kx practice cluster does not emulate {what}")


def unsupported_media(got: str, accepted: tuple[str, ...]) -> ApiError:
    message = "the body of the request was in an unknown format - accepted media types include: " + ", ".join(accepted)
    return ApiError(415, "UnsupportedMediaType", message, {"causes": [{"message": got}]} if got else None)


def expired(message: str = "The resourceVersion for the provided watch is too old.") -> ApiError:
    return ApiError(410, "Expired", message)


def invalid(kind: str, group: str, name: str, errors: list[FieldError]) -> ApiError:
    """422: ``kind`` "Deployment", ``group`` "apps"; one error is shown bare, several in brackets."""
    qualified = f"{kind}.{group}" if group else kind
    texts = list(dict.fromkeys(str(error) for error in errors))
    shown = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    causes = [{"reason": error.type, "message": error.body, "field": error.field} for error in errors]
    details: Obj = {"name": name} if name else {}
    if group:
        details["group"] = group
    details |= {"kind": kind, "causes": causes}
    return ApiError(422, "Invalid", f'{qualified} "{name}" is invalid: {shown}', details)
