"""The index of the server: every path that is a place to begin."""

from __future__ import annotations

from kx.practice.resources import SERVED
from kx.practice.status import Obj

HEALTH = ("/healthz", "/livez", "/readyz")
_OTHERS = ("/api", "/api/v1", "/apis", "/openapi/v2", "/openapi/v3", "/version")


def index() -> Obj:
    """What ``GET /`` answers."""
    groups = {f"/apis/{each.group}" for each in SERVED if each.group}
    versions = {f"/apis/{each.api_version}" for each in SERVED if each.group}
    return {"paths": sorted({*HEALTH, *_OTHERS, *groups, *versions})}
