"""Asks the running practice cluster what only kx may ask (``kx.practice.own``), as its owner.

Every refusal becomes a ``KxError`` in the server's words.
"""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from urllib.parse import urlencode

from kx.errors import KxError
from kx.practice.home import Home
from kx.practice.status import Obj

_SECONDS = 60.0
_GONE = "the practice cluster went away before it had answered"


class GoneError(KxError):
    """The server ended, or began anew, while it was asked."""


@dataclass(frozen=True)
class Asking:
    """One running server."""

    home: Home
    port: int

    def ask(self, method: str, path: str, **query: str) -> Obj:
        """The JSON it answers with. Raises ``KxError`` when it refuses, ``GoneError`` when nobody is there."""
        context = ssl.create_default_context(cafile=str(self.home.folder / "ca.crt"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=_SECONDS, context=context)
        headers = {"authorization": f"Bearer {self.home.token.read_text().strip()}"}
        try:
            connection.request(method, f"{path}?{urlencode(query)}", headers=headers)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise GoneError(_GONE, f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()
        answer: Obj = json.loads(body)
        if response.status >= 400:
            raise KxError(str(answer.get("message", "the practice cluster refused")))
        return answer
