"""Patches: one call for the four media types, with refusals worded as the API server words them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kx.practice.patch.json_patch import PatchError, apply_json_patch
from kx.practice.patch.listkeys import shape_of
from kx.practice.patch.merge_patch import apply_merge_patch
from kx.practice.patch.strategic import apply_strategic_patch
from kx.practice.status import ApiError, Obj, bad_request, unsupported_media

JSON = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"

_APPLIERS: dict[str, Callable[[Obj, Any], Any]] = {
    JSON: apply_json_patch,
    MERGE: apply_merge_patch,
    STRATEGIC: lambda old, patch: apply_strategic_patch(old, patch, shape_of(old)),
}


def apply_patch(content_type: str, old: Obj, patch: Any) -> Obj:
    """``old`` after ``patch`` (already decoded) of a media type; neither is changed.

    Server-side apply is not one of them: see ``apply.apply_configuration``. Raises ``ApiError``: 415 for another
    media type, 422 for a patch that cannot be done, 400 for one that is no patch.
    """
    media = content_type.partition(";")[0].strip()
    applier = _APPLIERS.get(media)
    if applier is None:
        raise unsupported_media(content_type, (JSON, MERGE, STRATEGIC, APPLY))
    try:
        result = applier(old, patch)
    except PatchError as error:
        raise _refused(media, error) from error
    if not isinstance(result, dict):
        raise bad_request("the patch does not leave an object")
    return result


def _refused(media: str, error: PatchError) -> ApiError:
    if media != JSON:
        return bad_request(str(error))
    # As the API server does: it does not say which operation it was.
    return ApiError(422, "Invalid", "the server rejected our request due to an error in our request")
