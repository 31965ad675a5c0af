"""Servers that tell what they were asked, and those that just say who they are: favourites of tutorials.

Each answers in outline as the real image does; the log says that it is simulated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from kx.practice.node.process import HttpAnswer, HttpCall, Listener, Process, until_signalled

_Answer = Callable[[HttpCall], HttpAnswer]
_JSON = "application/json; charset=utf-8"


async def _serve(process: Process, port: int, hello: str, answer: _Answer, logs: bool = False) -> int:
    """Listen until told to end."""
    if port in process.box.ports:
        process.complain(f"listen tcp :{port}: bind: address already in use")
        return 1

    def get(call: HttpCall) -> HttpAnswer:
        if logs:
            stamp = process.clock.now().strftime("%Y/%m/%d %H:%M:%S")
            process.say(f"{stamp} {call.client} {call.method} {call.path}")
        return answer(call)

    process.say(hello)
    process.box.ports[port] = Listener(get=get)
    try:
        return await until_signalled(process, {"TERM": 0, "INT": 0})
    finally:
        process.box.ports.pop(port, None)


def _port(text: str, default: int) -> int:
    match = re.fullmatch(r".*?:?(\d{1,5})", text)
    return int(match.group(1)) if match and 0 < int(match.group(1)) < 65536 else default


def _option(process: Process, name: str, default: str = "") -> str:
    """The value of ``-name=value`` or ``-name value``, with one dash or two."""
    words = process.argv[1:]
    for index, word in enumerate(words):
        key, equals, value = word.lstrip("-").partition("=")
        if word.startswith("-") and key == name:
            return value if equals else words[index + 1] if index + 1 < len(words) else ""
    return default


async def http_echo(process: Process) -> int:
    """hashicorp/http-echo: one text, whatever is asked."""
    text = _option(process, "text", process.env.get("ECHO_TEXT", ""))
    if not text:
        process.complain("Missing -text option!")
        return 127
    port = _port(_option(process, "listen", ":5678"), 5678)
    stamp = process.clock.now().strftime("%Y/%m/%d %H:%M:%S")
    body = f"{text}\n".encode()
    headers = (("X-App-Name", "http-echo"), ("X-App-Version", "1.0.0"))
    answer = HttpAnswer(200, body, "text/plain; charset=utf-8", headers)
    return await _serve(process, port, f"{stamp} [INFO] server is listening on :{port}", lambda call: answer, logs=True)


async def ealen(process: Process) -> int:
    """ealen/echo-server: the request and the container's facts as JSON."""
    port = _port(process.env.get("PORT", "80"), 80)

    def answer(call: HttpCall) -> HttpAnswer:
        path, query = _split(call.path)
        status = int(query["echo_code"][:3]) if re.fullmatch(r"[2-5]\d\d", query.get("echo_code", "")) else 200
        if "echo_body" in query:
            return HttpAnswer(status, json.dumps(query["echo_body"]).encode(), _JSON)
        told = {
            "host": {"hostname": call.header("host").partition(":")[0], "ip": call.client, "ips": []},
            "http": {"method": call.method, "baseUrl": "", "originalUrl": call.path, "protocol": "http"},
            "request": {
                "params": {"0": path},
                "query": query,
                "cookies": {},
                "body": call.body.decode("utf-8", "replace") if call.body else {},
                "headers": {name.lower(): value for name, value in call.headers},
            },
            "environment": dict(process.env),
        }
        return HttpAnswer(status, json.dumps(told, separators=(",", ":")).encode(), _JSON)

    return await _serve(process, port, f"Listening on port {port}.", answer, logs=True)


def _split(path: str) -> tuple[str, dict[str, str]]:
    name, _, query = path.partition("?")
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return name, {key: _plain(value) for key, _, value in pairs}


def _plain(text: str) -> str:
    data = re.sub(rb"%([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), text.replace("+", " ").encode())
    return data.decode("utf-8", "replace")


async def echoserver(process: Process) -> int:
    """registry.k8s.io/echoserver: who answers, and the request, as text."""

    def answer(call: HttpCall) -> HttpAnswer:
        path, _, query = call.path.partition("?")
        lines = [
            f"\n\nHostname: {process.box.hostname}\n\nPod Information:\n\t-no pod information available-\n",
            "Server values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n",
            f"Request Information:\n\tclient_address={call.client}\n\tmethod={call.method}\n\treal path={call.path}",
            f"\tquery={query}\n\trequest_version=1.1\n\trequest_scheme=http",
            f"\trequest_uri=http://{call.header('host')}:8080{path}\n\nRequest Headers:",
            *(f"\t{name.lower()}={value}" for name, value in sorted(call.headers)),
            f"\nRequest Body:\n\t{call.body.decode('utf-8', 'replace') or '-no body in request-'}\n",
        ]
        return HttpAnswer(200, "\n".join(lines).encode() + b"\n", "text/plain")

    return await _serve(process, 8080, "Generating self-signed cert\nStarting nginx", answer)


async def kicbase(process: Process) -> int:
    """kicbase/echo-server and jmalloc/echo-server: the request as it came."""
    port = _port(process.env.get("PORT", "8080"), 8080)

    def answer(call: HttpCall) -> HttpAnswer:
        head = [f"Request served by {process.box.hostname}", "", f"{call.method} {call.path} HTTP/1.1", ""]
        head += [f"{name}: {value}" for name, value in call.headers]
        body = "\n".join(head).encode() + b"\n" + (b"\n" + call.body if call.body else b"")
        return HttpAnswer(200, body, "text/plain")

    return await _serve(process, port, f"Echo server listening on port {port}.", answer, logs=True)


async def hello_app(process: Process) -> int:
    """gcr.io/google-samples/hello-app: its version and host name."""
    port = _port(process.env.get("PORT", "8080"), 8080)
    version = process.env.get("HELLO_VERSION", "1.0.0")
    body = f"Hello, world!\nVersion: {version}\nHostname: {process.box.hostname}\n".encode()
    stamp = process.clock.now().strftime("%Y/%m/%d %H:%M:%S")
    return await _serve(process, port, f"{stamp} Server listening on port {port}", lambda call: HttpAnswer(200, body))


async def whoami(process: Process) -> int:
    """traefik/whoami: the host, its addresses and the request."""
    port = _port(_option(process, "port", process.env.get("WHOAMI_PORT_NUMBER", "80")), 80)

    def answer(call: HttpCall) -> HttpAnswer:
        if call.path == "/health":
            return HttpAnswer(200)
        lines = [f"Hostname: {process.box.hostname}", "IP: 127.0.0.1", f"IP: {process.box.address}"]
        lines += [f"RemoteAddr: {call.client}:40000", f"{call.method} {call.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in call.headers]
        return HttpAnswer(200, "\n".join(lines).encode() + b"\n\n")

    return await _serve(process, port, f"Starting up on port {port}", answer)


async def agnhost(process: Process) -> int:
    """registry.k8s.io/e2e-test-images/agnhost: ``netexec`` and ``pause``; its other commands are refused."""
    command = process.argv[1] if len(process.argv) > 1 else "pause"
    if command == "pause":
        process.say("Paused")
        return await until_signalled(process, {"TERM": 0, "INT": 0})
    if command not in ("netexec", "serve-hostname"):
        process.complain(f"agnhost: {command} is not emulated in the practice cluster")
        return 1
    default = 8080 if command == "netexec" else 9376
    port = _port(_option(process, "http-port", _option(process, "port", str(default))), default)

    def answer(call: HttpCall) -> HttpAnswer:
        path, query = _split(call.path)
        known: dict[str, Callable[[], str]] = {
            "/": lambda: f"NOW: {process.clock.now():%Y-%m-%d %H:%M:%S}",
            "/hostname": lambda: process.box.hostname,
            "/hostName": lambda: process.box.hostname,
            "/clientip": lambda: f"{call.client}:40000",
            "/echo": lambda: query.get("msg", ""),
            "/healthz": lambda: "",
            "/header": lambda: call.header(query.get("key", "")),
        }
        if command == "serve-hostname":
            return HttpAnswer(200, process.box.hostname.encode())
        return HttpAnswer(200, known[path]().encode()) if path in known else HttpAnswer(404, b"404 page not found\n")

    return await _serve(process, port, f"Started HTTP server on port {port}", answer)


async def httpd(process: Process) -> int:
    """The Apache image: files of its folder, and an access log."""
    root, port = "/usr/local/apache2/htdocs", 80
    stamp = process.clock.now().strftime("%a %b %d %H:%M:%S.%f %Y")
    process.complain(
        f"AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using "
        f"{process.box.address}. Set the 'ServerName' directive globally to suppress this message"
    )
    notice = "AH00489: Apache/2.4 (Unix) configured -- resuming normal operations"
    hello = f"[{stamp}] [mpm_event:notice] [pid 1:tid 1] {notice}"

    def answer(call: HttpCall) -> HttpAnswer:
        path = process.path(f"{root}/{call.path.partition('?')[0]}")
        path = f"{path}/index.html" if process.files.is_folder(path) else path
        inside = path.startswith(root) and process.files.exists(path)
        page = "<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n</body></html>\n"
        date = (("Date", process.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT")), ("Server", "Apache/2.4 (Unix)"))
        told = (
            HttpAnswer(200, process.files.read(path), "text/html", date)
            if inside
            else (HttpAnswer(404, page.encode(), "text/html; charset=iso-8859-1", date))
        )
        when = process.clock.now().strftime("%d/%b/%Y:%H:%M:%S +0000")
        process.say(f'{call.client} - - [{when}] "{call.method} {call.path} HTTP/1.1" {told.status} {len(told.body)}')
        return told

    return await _serve(process, port, hello, answer)
