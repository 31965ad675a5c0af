"""Which requests only look. The rule of kubectx's read-only shell: it knows HTTP, and nothing of sockets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
# Questions that are asked with POST, and leave nothing behind.
_QUESTIONS = re.compile(
    r"/apis/(authorization\.k8s\.io/[^/]+/"
    r"(selfsubjectaccessreviews|subjectaccessreviews|selfsubjectrulesreviews|namespaces/[^/]+/localsubjectaccessreviews)"
    r"|authentication\.k8s\.io/[^/]+/(tokenreviews|selfsubjectreviews))"
)


def refusal(method: str, target: str, headers: Mapping[str, str]) -> str:
    """Why a request is not let through; "" for one that only looks, or is a dry run."""
    named = {name.lower(): value for name, value in headers.items()}
    if "upgrade" in named or "upgrade" in named.get("connection", "").lower():
        return "operations like exec, cp, and port-forward are not allowed"
    if "transfer-encoding" in named or not named.get("content-length", "0").isdecimal():
        return "requests without a known length are not allowed"
    parts = urlsplit(target)
    asks = method == "POST" and _QUESTIONS.fullmatch(parts.path) is not None
    dry = parse_qs(parts.query).get("dryRun") == ["All"]
    return "" if method in _LOOKS or asks or dry else f"{method} requests are not allowed"
