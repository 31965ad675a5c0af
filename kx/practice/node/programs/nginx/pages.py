"""nginx' answers: files, redirections, texts and its own pages of errors."""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import replace

from kx.practice.node.dialog import PHRASES
from kx.practice.node.process import Headers, HttpAnswer, HttpCall, Process
from kx.practice.node.programs import web
from kx.practice.node.programs.dial import NoConnectionError, UnknownHostError, lookup, open_link
from kx.practice.node.programs.nginx.site import Location, Server, Site, upstream_url

_ROOT = "/usr/share/nginx/html"
_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".css": "text/css",
    ".js": "application/javascript",
    ".json": "application/json",
    ".txt": "text/plain",
    ".xml": "text/xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
}
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "content-type", "server", "date"})


class Pages:
    """Answers of one running nginx."""

    def __init__(self, process: Process, site: Site, version: str) -> None:
        self._process = process
        self._site = site
        self._version = version
        self._turn = 0

    def answer(self, call: HttpCall, port: int) -> HttpAnswer:
        server = self._site.server(port, call.header("host"))
        path = _decoded(call.path.partition("?")[0])
        answer = self._from(call, server, server.locate(path), path, port)
        extra: Headers = tuple(
            (one.words[0], self._filled(one.words[1], call, server, port))
            for one in server.locate(path).directives.all("add_header")
            if len(one.words) > 1
        )
        date = self._process.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        return replace(
            answer,
            headers=(
                ("Server", f"nginx/{self._version}"),
                ("Date", date),
                *answer.headers[:1],
                ("Connection", "keep-alive"),
                *answer.headers[1:],
                *extra,
            ),
        )

    def _from(self, call: HttpCall, server: Server, location: Location, path: str, port: int) -> HttpAnswer:
        told = location.directives.first("return") or (location.outer.first("return") if location.outer else None)
        if told:
            return self._returned(told.words, location, call, server, port)
        target = location.directives.first("proxy_pass")
        if target:
            return self._proxied(target.words[0], location, call)
        if location.directives.first("stub_status"):
            return HttpAnswer(200, b"Active connections: 1 \n", "text/plain")
        if call.method not in ("GET", "HEAD"):
            return self.failure(405)
        return self._file(location, path, call)

    def _returned(
        self, words: tuple[str, ...], location: Location, call: HttpCall, server: Server, port: int
    ) -> HttpAnswer:
        code, text = (words[0], " ".join(words[1:])) if words and words[0].isdecimal() else ("302", " ".join(words))
        status = int(code[:3])
        text = self._filled(text, call, server, port)
        if status in (301, 302, 303, 307, 308):
            return replace(self.failure(status), headers=(("Location", text),))
        if not text and status != 200:
            return self.failure(status)
        return HttpAnswer(status, text.encode(), location.word("default_type", _type(call.path)))

    def _filled(self, text: str, call: HttpCall, server: Server, port: int) -> str:
        host = call.header("host").partition(":")[0]
        path, _, args = call.path.partition("?")
        known = {
            "hostname": self._process.box.hostname,
            "host": host,
            "http_host": call.header("host"),
            "uri": path,
            "request_uri": call.path,
            "args": args,
            "query_string": args,
            "remote_addr": call.client,
            "request_method": call.method,
            "scheme": "http",
            "server_port": str(port),
            "server_protocol": "HTTP/1.1",
            "server_name": next(iter(server.names), ""),
            "server_addr": self._process.box.address,
            "nginx_version": self._version,
            "time_iso8601": self._process.clock.now().isoformat(timespec="seconds"),
        }

        def value(match: re.Match[str]) -> str:
            name = match.group(1) or match.group(2)
            if name.startswith("http_") and name not in known:
                return call.header(name[5:].replace("_", "-"))
            return known.get(name, "")

        return _VARIABLE.sub(value, text)

    def _file(self, location: Location, path: str, call: HttpCall) -> HttpAnswer:
        for candidate in self._candidates(location, path):
            if candidate.startswith("="):
                return self.failure(int(candidate[1:]) if candidate[1:].isdecimal() else 404)
            found = self._readable(location, candidate, call)
            if found is not None:
                return found
        self._error(f'open() "{self._place(location, path)}" failed (2: No such file or directory)', call)
        return self.failure(404)

    def _candidates(self, location: Location, path: str) -> list[str]:
        wanted = location.words("try_files")
        return [one.replace("$uri", path).replace("$args", "") for one in wanted] if wanted else [path]

    def _place(self, location: Location, path: str) -> str:
        alias = location.directives.first("alias")
        if alias and alias.words:
            return posixpath.normpath(alias.words[0] + path[len(location.path) :])
        return posixpath.normpath(location.word("root", _ROOT) + "/" + path)

    def _readable(self, location: Location, path: str, call: HttpCall) -> HttpAnswer | None:
        files, place = self._process.files, self._place(location, path)
        if files.is_folder(place):
            if not path.endswith("/"):
                target = f"http://{call.header('host')}{path}/"
                return replace(self.failure(301), headers=(("Location", target),))
            for name in location.words("index") or ("index.html", "index.htm"):
                inside = posixpath.join(place, name)
                if files.exists(inside) and not files.is_folder(inside):
                    return self._page(inside)
            self._error(f'directory index of "{place}/" is forbidden', call)
            return self.failure(403)
        return self._page(place) if files.exists(place) and not path.endswith("/") else None

    def _page(self, place: str) -> HttpAnswer:
        data = self._process.files.read(place)
        changed = self._process.box.started.strftime("%a, %d %b %Y %H:%M:%S GMT")
        mark = f'"{hashlib.sha256(data).hexdigest()[:8]}-{len(data):x}"'
        headers = (("Last-Modified", changed), ("ETag", mark), ("Accept-Ranges", "bytes"))
        return HttpAnswer(200, data, _type(place), headers)

    def _proxied(self, target: str, location: Location, call: HttpCall) -> HttpAnswer:
        url = upstream_url(target)
        if url is None:
            return self.failure(500)
        has_path = bool(re.fullmatch(r"https?://[^/]+/.*", target))
        path = url.path.rstrip("/") + "/" + call.path[len(location.path) :].lstrip("/") if has_path else call.path
        host, port = self._upstream(url)
        headers = [(name, value) for name, value in call.headers if name.lower() not in ("host", "connection")]
        headers = [("Host", url.authority), ("Connection", "close"), *headers]
        try:
            link = open_link(self._process, lookup(self._process, host)[0], port)
            answered = web.ask_plainly(link, replace(url, path=path), call.method, tuple(headers), call.body)
        except (NoConnectionError, UnknownHostError, web.EmptyReplyError, web.NoHttpError) as error:
            reason = "(111: Connection refused)" if isinstance(error, NoConnectionError) else "(no live upstreams)"
            self._error(f"connect() failed {reason} while connecting to upstream", call)
            return self.failure(502)
        kept = tuple(pair for pair in answered.headers if pair[0].lower() not in _HOP)
        return HttpAnswer(answered.status, answered.body, answered.header("content-type"), kept)

    def _upstream(self, url: web.Url) -> tuple[str, int]:
        places = self._site.upstreams.get(url.host)
        if not places:
            return url.host, url.port
        self._turn += 1
        host, _, port = places[self._turn % len(places)].partition(":")
        return host, int(port) if port.isdecimal() else 80

    def _error(self, text: str, call: HttpCall) -> None:
        stamp = self._process.clock.now().strftime("%Y/%m/%d %H:%M:%S")
        who = f'client: {call.client}, server: , request: "{call.method} {call.path} HTTP/1.1"'
        self._process.complain(f'{stamp} [error] 29#29: *1 {text}, {who}, host: "{call.header("host")}"')

    def failure(self, status: int) -> HttpAnswer:
        """nginx' own page for a status."""
        title = f"{status} {PHRASES.get(status, '')}".strip()
        title = {405: "405 Not Allowed", 503: "503 Service Temporarily Unavailable"}.get(status, title)
        if status == 302:
            title = "302 Found"
        body = (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
            f"<hr><center>nginx/{self._version}</center>\r\n</body>\r\n</html>\r\n"
        )
        return HttpAnswer(status, body.encode(), "text/html")


def _type(path: str) -> str:
    return _TYPES.get(posixpath.splitext(path.partition("?")[0])[1].lower(), "application/octet-stream")


def _decoded(path: str) -> str:
    data = re.sub(rb"%([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), path.encode("utf-8", "replace"))
    text = data.decode("utf-8", "replace")
    clean = posixpath.normpath("/" + text)
    clean = "/" + clean.lstrip("/")
    return clean + "/" if text.endswith("/") and clean != "/" else clean
