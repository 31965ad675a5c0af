"""curl's ``--write-out``: a format filled with what is known of a transfer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kx.practice.node.files import FileError
from kx.practice.node.process import Process

_PART = re.compile(r"%\{([^}]*)\}|%%|\\([nrt\\])|(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}


@dataclass(frozen=True)
class Facts:
    """What ``-w`` may ask for."""

    url: str
    status: int
    size: int
    header_size: int
    content_type: str
    redirects: int
    location: str
    address: str
    port: int
    source: str
    method: str
    seconds: float
    code: int
    message: str


_VARIABLES: dict[str, Callable[[Facts], str]] = {
    "http_code": lambda facts: f"{facts.status:03d}",
    "response_code": lambda facts: f"{facts.status:03d}",
    "http_version": lambda facts: "1.1" if facts.status else "0",
    "size_download": lambda facts: str(facts.size),
    "size_header": lambda facts: str(facts.header_size),
    "size_upload": lambda facts: "0",
    "speed_download": lambda facts: str(int(facts.size / max(facts.seconds, 0.001))),
    "content_type": lambda facts: facts.content_type,
    "num_redirects": lambda facts: str(facts.redirects),
    "num_connects": lambda facts: str(int(bool(facts.address))),
    "redirect_url": lambda facts: facts.location,
    "remote_ip": lambda facts: facts.address,
    "remote_port": lambda facts: str(facts.port),
    "local_ip": lambda facts: facts.source,
    "method": lambda facts: facts.method,
    "scheme": lambda facts: facts.url.partition("://")[0],
    "url": lambda facts: facts.url,
    "url_effective": lambda facts: facts.url,
    "exitcode": lambda facts: str(facts.code),
    "errormsg": lambda facts: facts.message,
    "ssl_verify_result": lambda facts: "0",
    "onerror": lambda facts: "",
    **{
        f"time_{name}": lambda facts: f"{facts.seconds:.6f}"
        for name in ("total", "connect", "namelookup", "starttransfer", "pretransfer", "appconnect", "redirect")
    },
}


async def write(process: Process, form: str, facts: Facts) -> None:
    """Write the format; ``%{stderr}`` and ``%{stdout}`` say where what follows goes."""
    if form.startswith("@"):
        try:
            form = process.files.read(process.path(form[1:])).decode("utf-8", "replace")
        except FileError as error:
            process.complain(f"curl: Failed to open {form[1:]}: {error.reason}")
            return
    target = process.stdout
    for match in _PART.finditer(form):
        name, escape, plain = match.groups()
        if name == "stderr":
            target = process.stderr
        elif name == "stdout":
            target = process.stdout
        elif name is not None:
            known = _VARIABLES.get(name)
            if known is None:
                process.complain(f"curl: unknown --write-out variable: '{name}'")
            target.write(known(facts).encode() if known else b"")
        else:
            target.write((_ESCAPES[escape] if escape else plain or "%").encode())
