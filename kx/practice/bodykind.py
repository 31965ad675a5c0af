"""What kind of thing a request body is: the type of the object in it, or the sort of patch. Never what it says.

Refuses to judge: a body that cannot be read is of no kind, and the handlers say what is wrong with it.
"""

from __future__ import annotations

import json

from kx.practice import patch, protobuf
from kx.practice.accept import media_type
from kx.practice.decode import JSON, PROTOBUF, YAML, decode
from kx.practice.status import ApiError

_PATCHES = {
    patch.JSON: "JSON patch",
    patch.MERGE: "merge patch",
    patch.STRATEGIC: "strategic merge patch",
    patch.APPLY: "apply patch",
}


def body_kind(content_type: str, body: bytes) -> str:
    """``apps/v1 Deployment``, ``strategic merge patch``; "" for no body and for one of no known kind."""
    sent_as = media_type(content_type) or JSON
    if not body or sent_as in _PATCHES:
        return _PATCHES[sent_as] if body else ""
    try:
        version, kind = _told(sent_as, body)
    except (ValueError, RecursionError, ApiError):
        return ""
    known = isinstance(version, str) and isinstance(kind, str) and kind
    return f"{version} {kind}".strip() if known else ""


def _told(sent_as: str, body: bytes) -> tuple[object, object]:
    if sent_as == PROTOBUF:
        return protobuf.envelope_kind(body)
    if sent_as not in (JSON, YAML):
        return "", ""
    made = json.loads(body) if sent_as == JSON else decode(body, sent_as)
    return (made.get("apiVersion", ""), made.get("kind", "")) if isinstance(made, dict) else ("", "")
