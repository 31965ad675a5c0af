"""What somebody wants to do, as authorization sees it, and how a refusal says it."""

from __future__ import annotations

from dataclasses import dataclass

from kx.practice.http import User


@dataclass(frozen=True)
class Attributes:
    """One question: may ``user`` do this? Either about a resource, or about a ``path`` that is none."""

    user: User
    verb: str
    group: str = ""
    resource: str = ""  # the plural: "pods"
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def what(self) -> str:
        """As rules name it: ``pods/log``."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def refusal(asked: Attributes, reason: str = "") -> str:
    """The words of an API server (endpoints/handlers/responsewriters: forbiddenMessage)."""
    if asked.path:
        text = f'User "{asked.user.name}" cannot {asked.verb} path "{asked.path}"'
    else:
        where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
        text = (
            f'User "{asked.user.name}" cannot {asked.verb} resource "{asked.what}" in API group "{asked.group}" {where}'
        )
    return f"{text}: {reason}" if reason else text
