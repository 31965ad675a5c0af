"""The body of a PATCH, understood: which of the four kinds it is, and what it makes of an object."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kx.practice.decode import syntax_error
from kx.practice.handlers.api import Call
from kx.practice.patch import APPLY, JSON, MERGE, STRATEGIC, apply_patch
from kx.practice.patch.apply import apply_configuration
from kx.practice.status import ApiError, FieldError, Obj, bad_request, invalid, unsupported_media

_KINDS = (JSON, MERGE, STRATEGIC, APPLY)


@dataclass(frozen=True)
class Patch:
    """A decoded patch."""

    media: str
    body: Any
    force: bool

    @property
    def applies(self) -> bool:
        """Whether this is a server-side apply."""
        return self.media == APPLY

    def onto(self, old: Obj) -> Obj:
        """The object after the patch (not for server-side apply)."""
        return apply_patch(self.media, old, self.body)

    def configured(self, live: Obj | None, config: Obj, manager: str, time: str) -> Obj:
        """The object after a server-side apply of ``config``."""
        return apply_configuration(live, config, manager=manager, force=self.force, time=time)


def read_patch(call: Call) -> Patch:
    """The patch in a request; refuses unknown media types and options that do not fit."""
    request = call.request
    content_type = request.header("content-type")
    media = content_type.partition(";")[0].strip()
    if media not in _KINDS:
        raise unsupported_media(content_type, _KINDS)
    errors: list[FieldError] = []
    if media == APPLY and not request.param("fieldManager"):
        errors.append(FieldError("FieldValueRequired", "fieldManager", detail="is required for apply patch"))
    if media != APPLY and request.params("force"):
        errors.append(FieldError("FieldValueForbidden", "force", detail="may not be specified for non-apply patch"))
    if errors:
        raise invalid("PatchOptions", "meta.k8s.io", "", errors)
    return Patch(media, _decoded(request.body, media), request.flag("force"))


def _decoded(body: bytes, media: str) -> Any:
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        if media != APPLY:
            raise bad_request(f"error decoding patch: {syntax_error(error)}") from error
    except RecursionError:
        raise bad_request("error decoding patch: exceeded max depth") from None
    return _from_yaml(body)


def _from_yaml(body: bytes) -> Any:
    import yaml  # kubectl sends JSON even under this media type; others may not

    try:
        return yaml.safe_load(body)
    except yaml.YAMLError as error:
        raise ApiError(400, "BadRequest", f"error decoding YAML: {error}") from error
