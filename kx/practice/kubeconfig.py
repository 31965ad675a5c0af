"""The practice cluster's own kubeconfig: one context, cluster and user, all named ``practice``. Mode 0600.

What kubectl writes into it (a default namespace, say) stays, unless the address or the credentials changed.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

from kx.practice.certificates import write_private
from kx.practice.home import Home

NAME = "practice"

# In the order kubectl writes, which kx reads without a YAML parser.
_TEXT = """\
apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: {authority}
    server: {server}
  name: {name}
contexts:
- context:
    cluster: {name}
    namespace: default
    user: {user}
  name: {context}
current-context: {context}
preferences: {{}}
users:
- name: {user}
  user:
    token: {token}
"""


def server_url(port: int) -> str:
    """Where the server answers."""
    return f"https://127.0.0.1:{port}"


def write(home: Home, port: int, token: str) -> None:
    """Make the kubeconfig say where the server is and how to be let in."""
    authority = base64.b64encode((home.folder / "ca.crt").read_bytes()).decode()
    needed = (f"server: {server_url(port)}\n", authority, token)
    if home.kubeconfig.exists():
        found = home.kubeconfig.read_text()
        if all(part in found for part in needed):
            home.kubeconfig.chmod(0o600)
            return
    write_private(home.kubeconfig, _text(authority, port, NAME, NAME, token).encode())


def write_for(home: Home, port: int, user: str, token: str) -> Path:
    """A kubeconfig for somebody else, in a file of its own (0600), which is returned."""
    authority = base64.b64encode((home.folder / "ca.crt").read_bytes()).decode()
    home.users.mkdir(mode=0o700, exist_ok=True)
    path = home.users / quote(user, safe="")
    write_private(path, _text(authority, port, json.dumps(user), json.dumps(f"{user}@{NAME}"), token).encode())
    return path


def _text(authority: str, port: int, user: str, context: str, token: str) -> str:
    return _TEXT.format(
        name=NAME, authority=authority, server=server_url(port), user=user, context=context, token=token
    )
