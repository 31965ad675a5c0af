"""What curl sends: method, headers and body, from its options."""

from __future__ import annotations

import base64

from kx.practice.node.files import FileError
from kx.practice.node.process import Headers, Process, ProgramError
from kx.practice.node.programs.curl.options import Call
from kx.practice.node.programs.web import Url

_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


async def body_of(process: Process, call: Call) -> bytes:
    """The data to send; ProgramError 26 for a file that cannot be read."""
    if "upload-file" in call.values:
        return await _file(process, call.values["upload-file"], call, keep_lines=True)
    parts = []
    for option, value in call.data:
        if option == "data-urlencode":
            parts.append(await _encoded(process, value, call))
        elif value.startswith("@") and option != "data-raw":
            parts.append(await _file(process, value[1:], call, keep_lines=option in ("data-binary", "json")))
        else:
            parts.append(value.encode())
    joint = b"" if any(option == "json" for option, _ in call.data) else b"&"
    return joint.join(parts)


async def _file(process: Process, name: str, call: Call, keep_lines: bool) -> bytes:
    if name in ("-", "."):
        data = await process.stdin.read_all()
    else:
        try:
            data = process.files.read(process.path(name))
        except FileError as error:
            words = f"Failed to open {name}" if call.data else f"cannot open '{name}'"
            raise ProgramError(f"curl: (26) {words}" if call.data else f"curl: {words}", 26) from error
    return data if keep_lines else data.replace(b"\r", b"").replace(b"\n", b"")


async def _encoded(process: Process, value: str, call: Call) -> bytes:
    name, sign, content = value.partition("=")
    if not sign and "@" in value:
        name, _, path = value.partition("@")
        data = await _file(process, path, call, keep_lines=True)
    else:
        data = (content if sign else value).encode()
        name = name if sign else ""
    return (name.encode() + b"=" if name else b"") + quote(data).encode()


def quote(data: bytes) -> str:
    """Bytes as they are written in a URL's query."""
    return "".join(chr(one) if one in _SAFE else f"%{one:02X}" for one in data)


def method_of(call: Call) -> str:
    if "request" in call.values:
        return call.values["request"]
    if "head" in call:
        return "HEAD"
    if "upload-file" in call.values:
        return "PUT"
    return "POST" if call.data and "get" not in call else "GET"


def headers_of(call: Call, url: Url, agent: str, body: bytes) -> Headers:
    """curl's own headers, then those given; ``Name:`` without a value takes one away."""
    given = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in call.headers)]
    empty = {
        line.rstrip(";").strip().lower() for line in call.headers if line.rstrip().endswith(";") and ":" not in line
    }
    named = {name.lower() for name, _ in given}
    own = [("Host", url.authority)]
    user = call.values.get("user", url.user)
    if user:
        own.append(("Authorization", "Basic " + base64.b64encode(user.encode()).decode()))
    own += [("User-Agent", call.values.get("user-agent", agent)), ("Accept", "*/*")]
    if "referer" in call.values:
        own.append(("Referer", call.values["referer"]))
    if "compressed" in call:
        own.append(("Accept-Encoding", "deflate, gzip"))
    if "cookie" in call.values and "=" in call.values["cookie"]:
        own.append(("Cookie", call.values["cookie"]))
    is_json = any(option == "json" for option, _ in call.data)
    if is_json:
        own = [(name, "application/json" if name == "Accept" else value) for name, value in own]
        own.append(("Content-Type", "application/json"))
    if body or (call.data and "get" not in call):
        own.append(("Content-Length", str(len(body))))
        if not is_json and "upload-file" not in call.values:
            own.append(("Content-Type", "application/x-www-form-urlencoded"))
    kept = [(name, value) for name, value in own if name.lower() not in named and value]
    added = [(name, value) for name, value in given if name and value]
    if "host" in named:  # the first line stays the first
        added.sort(key=lambda pair: pair[0].lower() != "host")
        return (*added[:1], *kept, *added[1:], *((name, "") for name in empty))
    return (*kept, *added, *((name, "") for name in empty))
