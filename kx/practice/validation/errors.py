"""The ways a field can be wrong, one short call each; and Go's way of writing a whole value into a message.

Words are ``kx.practice.status``'s. Validators yield these; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kx.practice.defaults.shapes import fields
from kx.practice.status import FieldError, Obj

Errors = Iterator[FieldError]
# What a kind's validator is given: the new object, and the old one on update.
Validator = Callable[[Obj, "Obj | None"], Errors]

IMMUTABLE = "field is immutable"
NEGATIVE = "must be greater than or equal to 0"


def required(path: str, detail: str = "") -> FieldError:
    """Something is missing."""
    return FieldError("FieldValueRequired", path, None, detail)


def invalid(path: str, value: Any, detail: str) -> FieldError:
    """Something does not follow its rule."""
    return FieldError("FieldValueInvalid", path, value, detail)


def each_invalid(path: str, value: Any, details: Iterable[str]) -> Errors:
    """One error per broken rule of the same value."""
    for detail in details:
        yield invalid(path, value, detail)


def forbidden(path: str, detail: str) -> FieldError:
    """Something may not be set here."""
    return FieldError("FieldValueForbidden", path, None, detail)


def duplicate(path: str, value: Any, detail: str = "") -> FieldError:
    """Something must be unique and is not."""
    return FieldError("FieldValueDuplicate", path, value, detail)


def not_found(path: str, value: Any, detail: str = "") -> FieldError:
    """Something refers to what is not there."""
    return FieldError("FieldValueNotFound", path, value, detail)


def unsupported(path: str, value: Any, supported: Iterable[str]) -> FieldError:
    """Something is not one of the words known here, which are listed in the order given."""
    quoted = ", ".join(f'"{word}"' for word in supported)
    return FieldError("FieldValueNotSupported", path, value, f"supported values: {quoted}")


def too_long(path: str, limit: int) -> FieldError:
    """Something has more bytes than it may have."""
    return FieldError("FieldValueTooLong", path, None, f"may not be more than {limit} bytes")


def too_many(path: str, count: int, limit: int) -> FieldError:
    """Something has more items than it may have."""
    return FieldError(
        "FieldValueTooMany", path, count, f"must have at most {limit} {'item' if limit == 1 else 'items'}"
    )


def nonnegative(path: str, value: int | None) -> Errors:
    """An integer that may be missing but not below zero."""
    if value is not None and value < 0:
        yield invalid(path, value, NEGATIVE)


def one_of(path: str, value: str | None, supported: Iterable[str]) -> Errors:
    """A word that must be there and be known."""
    words = tuple(supported)
    if not value:
        yield required(path)
    elif value not in words:
        yield unsupported(path, value, words)


def immutable(path: str, new: Any, old: Any) -> Errors:
    """A value that may not change."""
    if (new or None) != (old or None):
        yield invalid(path, new, IMMUTABLE)


_GO_NAMES = {"apiVersion": "APIVersion", "apiGroup": "APIGroup", "uid": "UID", "tty": "TTY"}


def go_json(type_name: str, value: Any) -> Any:
    """A value as Go writes its internal type: every field, by its Go name; types of metav1 as usual."""
    if type_name.startswith("*"):
        return None if value is None else go_json(type_name[1:], value)
    if type_name.startswith("[]"):
        return [go_json(type_name[2:], item) for item in value] if value else None
    if type_name.startswith("{}"):
        return {key: go_json(type_name[2:], item) for key, item in value.items()} if value else None
    if "." not in type_name or type_name.startswith("meta."):
        return _GO_ZERO.get(type_name) if value is None else value
    given: Obj = value or {}
    return {_go_name(field.name): go_json(field.type, given.get(field.name)) for field in fields(type_name)}


_GO_ZERO: dict[str, Any] = {"string": "", "int": 0, "bool": False, "IntOrString": 0, "Quantity": "0"}


def _go_name(name: str) -> str:
    return _GO_NAMES.get(name, name[:1].upper() + name[1:])
