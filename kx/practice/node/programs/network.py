"""Tools that talk to the network: those that can be answered from the simulated one are, the others say no loudly."""

from __future__ import annotations

import re

from kx.practice.node.process import HttpAnswer, HttpCall, Process

_PHRASES = {404: "Not Found", 500: "Internal Server Error"}
_URL = re.compile(r"^(?:(https?)://)?([^/:?]+)(?::(\d+))?(/[^\s]*)?$")


class _RefusedError(Exception):
    """No answer; code and message are curl's, ``busybox`` is what busybox' wget says."""

    def __init__(self, code: int, message: str, busybox: str) -> None:
        super().__init__(message)
        self.code = code
        self.busybox = busybox


def _get(process: Process, url: str, agent: str) -> HttpAnswer:
    match = _URL.match(url)
    if match is None:
        raise _RefusedError(3, "URL rejected: Malformed input to a URL function", f"bad address '{url}'")
    scheme, host, port_text, path = match.groups()
    if scheme == "https":
        refusal = "kx: TLS is not emulated in the simulated network"
        raise _RefusedError(35, refusal, refusal)
    port = int(port_text or 80)
    is_local = host in ("localhost", "127.0.0.1")
    host = process.box.address if is_local else host
    places = process.box.network.addresses(host, port)
    if places is None:
        raise _RefusedError(6, f"Could not resolve host: {host}", f"bad address '{host}'")
    for place in places:
        listener = process.box.network.listener(*place)
        if listener is None:
            continue
        if listener.get is None:
            raise _RefusedError(52, "Empty reply from server", "error getting response")
        return listener.get(HttpCall(path or "/", "127.0.0.1" if is_local else process.box.address, agent))
    address = process.box.network.resolve(host)
    raise _RefusedError(
        7,
        f"Failed to connect to {host} port {port} after 0 ms: Couldn't connect to server",
        f"can't connect to remote host ({next(iter(address[1]), host) if address else host}): Connection refused",
    )


async def curl(process: Process) -> int:
    """GET from a Service or pod of the simulated cluster."""
    urls = [word for word in process.argv[1:] if not word.startswith("-")]
    flags = "".join(word[1:] for word in process.argv[1:] if re.fullmatch(r"-[a-zA-Z]+", word))
    unknown = [word for word in process.argv[1:] if word.startswith("--") and word != "--silent"]
    if set(flags) - set("sSifkvLI") or unknown:
        process.complain("curl: only -s, -S, -f, -i, -I, -k, -L and -v are emulated in the practice cluster")
        return 2
    if not urls:
        process.complain("curl: (2) no URL specified")
        return 2
    for url in urls:
        try:
            answer = _get(process, url, "curl/8.12.1")
        except _RefusedError as refusal:
            if "s" not in flags or "S" in flags:
                process.complain(f"curl: ({refusal.code}) {refusal}")
            return refusal.code
        if "f" in flags and answer.status >= 400:
            process.complain(f"curl: (22) The requested URL returned error: {answer.status}")
            return 22
        if set("iI") & set(flags):
            process.say(f"HTTP/1.1 {answer.status}\r\nContent-Type: {answer.content_type}\r")
            process.say(f"Content-Length: {len(answer.body)}\r\n\r")
        if "I" not in flags:
            process.stdout.write(answer.body)
    return 0


async def wget(process: Process) -> int:
    """busybox's wget, printing to stdout (``-O-``) or saving into the container."""
    words = list(process.argv[1:])
    target, quiet, urls = "", False, []
    while words:
        word = words.pop(0)
        if word in ("-O", "-qO", "-T"):
            quiet |= "q" in word
            value = words.pop(0) if words else ""
            target = value if "O" in word else target
        elif word.startswith(("-O", "-qO")):
            quiet |= "q" in word
            target = word.partition("O")[2]
        elif word.startswith("-"):
            quiet |= "q" in word
        else:
            urls.append(word)
    if not urls:
        process.complain("wget: missing URL")
        return 1
    try:
        answer = _get(process, urls[0], "Wget")
    except _RefusedError as refusal:
        process.complain(f"wget: {refusal.busybox}")
        return 1
    if answer.status >= 400:
        process.complain(f"wget: server returned error: HTTP/1.1 {answer.status} {_PHRASES.get(answer.status, '')}")
        return 1
    if target in ("-", "/dev/stdout"):
        process.stdout.write(answer.body)
        return 0
    name = target or urls[0].rstrip("/").rpartition("/")[2] or "index.html"
    process.files.write(process.path(name), answer.body)
    if not quiet:
        process.complain(f"'{name}' saved")
    return 0


async def refuse(process: Process) -> int:
    """A tool the real image has and the simulated one has not."""
    tool = process.argv[0].rpartition("/")[2]
    process.complain(f"{tool}: kx does not emulate this program in the practice cluster")
    return 1
