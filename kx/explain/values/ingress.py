"""--rule and --default-backend of create ingress. Source: k8s.io/kubectl/pkg/cmd/create; each form tried."""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, Piece, refused

_RULE = re.compile(
    r"(?P<host>[\w*.\-]*)(?P<path>/[^=]*)=(?P<service>[^:,=]+):(?P<port>[^:,=]+)(?:,(?P<tls>tls(?:=.*)?))?$"
)


def rule(text: str) -> Meaning:
    """HOST/PATH[*]=SERVICE:PORT[,tls[=SECRET]]."""
    found = _RULE.match(text)
    if found is None:
        return refused("a rule is written HOST/PATH=SERVICE:PORT, and ,tls=SECRET if wanted")
    pieces = [Piece(*found.span("host"), _host(found["host"]))] if found["host"] else []
    pieces.append(Piece(*found.span("path"), _path(found["path"])))
    pieces.append(Piece(found.start("service"), found.end("port"), _backend(found["service"], found["port"])))
    if found["tls"]:
        secret = found["tls"].partition("=")[2]
        which = f"the certificate in the Secret {secret}" if secret else "the controller's own certificate"
        pieces.append(Piece(*found.span("tls"), f"encrypted, with {which}"))
    return Meaning(f"{found['host'] or 'any host'}{found['path']} leads to {pieces[-1 - bool(found['tls'])].note}",
                   tuple(pieces))  # fmt: skip


def backend(text: str) -> Meaning:
    """SERVICE:PORT, for what no rule matches."""
    service, colon, port = text.partition(":")
    if not colon or not service or not port:
        return refused("it is written SERVICE:PORT")
    return Meaning(_backend(service, port))


def _host(host: str) -> str:
    return f"any host right below {host[2:]}" if host.startswith("*.") else "the host name that was asked for"


def _path(path: str) -> str:
    return f"every path from {path[:-1]} on" if path.endswith("*") else "exactly this path"


def _backend(service: str, port: str) -> str:
    which = f"port {port}" if port.isdecimal() else f"the port called {port}"
    return f"{which} of the service {service}"
