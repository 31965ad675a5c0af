"""Who may ask: the owner's token from the practice kubeconfig, and tokens issued for service accounts.

Tokens are compared in constant time. Knows nothing of sockets; refusals are ``ApiError`` 401.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kx.practice.certificates import write_private
from kx.practice.http import ANONYMOUS, Pairs, User
from kx.practice.status import ApiError, Obj

OWNER = User("practice", ("system:masters", "system:authenticated"))
ISSUER = "https://kubernetes.default.svc.cluster.local"
_NEVER = 253402300799  # the last second of the year 9999
OPEN_PATHS = frozenset({"/healthz", "/livez", "/readyz", "/version"})


def unauthorized() -> ApiError:
    """What a real server answers to a stranger."""
    return ApiError(401, "Unauthorized", "Unauthorized")


def ensure_token(path: Path) -> str:
    """The secret in ``path``, made (0600) if there is none."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32).encode())
    return path.read_text().strip()


class Keeper:
    """Knows the owner's token and signs tokens for service accounts with ``key``.

    ``alive(namespace, name, uid)`` says whether a service account still exists: a token dies with its account.
    """

    def __init__(
        self, token: str, key: str, now: Callable[[], datetime], alive: Callable[[str, str, str], bool]
    ) -> None:
        self._token = token.encode()
        self._key = key.encode()
        self._now = now
        self._alive = alive

    def gate(self, path: str, headers: Pairs) -> User:
        """The user who asks for ``path``; 401 without valid credentials but for health and version."""
        scheme, _, token = next((value for name, value in headers if name == "authorization"), "").partition(" ")
        if scheme.lower() == "bearer":
            user = self.user(token.strip())
            if user:
                return user
        elif path in OPEN_PATHS:
            return ANONYMOUS
        raise unauthorized()

    def user(self, token: str) -> User | None:
        """Whose token this is."""
        if hmac.compare_digest(token.encode("utf-8", "surrogatepass"), self._token):
            return OWNER
        claims = self._claims(token)
        if claims is None:
            return None
        if claims.get("kx") == "user":
            return User(claims["sub"], (*claims["groups"], "system:authenticated"))
        return self._service_account(claims)

    def issue_user(self, name: str, groups: tuple[str, ...]) -> str:
        """A signed token for a person. It holds as long as the key does: until the cluster's folder is removed."""
        claims = {"iss": ISSUER, "sub": name, "groups": list(groups), "exp": _NEVER, "kx": "user"}
        return self._signed(claims)

    def issue(self, account: Obj, audiences: list[str], seconds: int, bound: Obj | None = None) -> tuple[str, datetime]:
        """A signed token for a ServiceAccount object, and when it expires. ``bound`` names a pod or secret."""
        metadata = account["metadata"]
        now = self._now()
        expires = now + timedelta(seconds=seconds)
        kubernetes: dict[str, Any] = {
            "namespace": metadata["namespace"],
            "serviceaccount": {"name": metadata["name"], "uid": metadata["uid"]},
        }
        if bound:
            kubernetes[str(bound.get("kind", "")).lower()] = {"name": bound.get("name"), "uid": bound.get("uid")}
        claims = {
            "aud": audiences or [ISSUER],
            "exp": int(expires.timestamp()),
            "iat": int(now.timestamp()),
            "iss": ISSUER,
            "jti": secrets.token_hex(16),
            "kubernetes.io": kubernetes,
            "nbf": int(now.timestamp()),
            "sub": f"system:serviceaccount:{metadata['namespace']}:{metadata['name']}",
        }
        return self._signed(claims), expires

    def _signed(self, claims: Obj) -> str:
        unsigned = f"{_pack({'alg': 'HS256', 'typ': 'JWT'})}.{_pack(claims)}"
        return f"{unsigned}.{self._signature(unsigned)}"

    def _signature(self, unsigned: str) -> str:
        return _base64(hmac.new(self._key, unsigned.encode(), hashlib.sha256).digest())

    def _claims(self, token: str) -> Obj | None:
        unsigned, _, signature = token.rpartition(".")
        if not unsigned.isascii() or not signature.isascii():
            return None
        if not hmac.compare_digest(signature, self._signature(unsigned)):
            return None
        claims: Obj = json.loads(_unbase64(unsigned.partition(".")[2]))
        return claims if claims["exp"] > self._now().timestamp() else None

    def _service_account(self, claims: Obj) -> User | None:
        kubernetes = claims["kubernetes.io"]
        namespace, account = kubernetes["namespace"], kubernetes["serviceaccount"]
        if not self._alive(namespace, account["name"], account["uid"]):
            return None
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
        return User(claims["sub"], groups, account["uid"])


def _pack(value: Obj) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
