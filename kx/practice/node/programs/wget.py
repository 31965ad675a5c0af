"""busybox's wget: fetches into a file or to stdout, in busybox' words."""

from __future__ import annotations

import base64
import posixpath
import re
from dataclasses import dataclass, field

from kx.practice.node.process import Headers, Process, ProgramError
from kx.practice.node.programs import web
from kx.practice.node.programs.dial import Link, NoConnectionError, UnknownHostError, connect
from kx.practice.node.programs.web import Answered, Url

_VALUED = {"-O": "output", "-T": "timeout", "-U": "agent", "-P": "folder", "-o": "log", "-t": "tries", "-Y": "proxy"}
_LONG = {
    "--output-document": "output",
    "--timeout": "timeout",
    "--user-agent": "agent",
    "--directory-prefix": "folder",
    "--header": "header",
    "--post-data": "post",
    "--post-file": "post-file",
    "--tries": "tries",
    "--output-file": "log",
}
_PLAIN_LONG = {"--quiet": "q", "--spider": "s", "--continue": "c", "--server-response": "S"}
_IGNORED_LONG = frozenset({"--no-check-certificate", "--no-verbose", "--passive-ftp", "--no-cache"})
_MOST_REDIRECTS = 5


@dataclass
class _Call:
    values: dict[str, str] = field(default_factory=dict)
    headers: list[tuple[str, str]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    urls: list[str] = field(default_factory=list)


async def main(process: Process) -> int:
    call = _read_call(process)
    if not call.urls:
        raise ProgramError(f"wget: missing URL\n{_USAGE}")
    for text in call.urls:
        url = web.parse_url(text)
        if url is None or url.scheme not in ("http", "https"):
            raise ProgramError(
                f"wget: bad address '{text}'" if url is None else f"wget: not an http or ftp url: {text}"
            )
        await _fetch(process, call, url)
    return 0


_USAGE = "BusyBox v1.36.1 multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-P DIR] [-T SEC] URL..."


def _read_call(process: Process) -> _Call:
    call, words = _Call(), list(process.argv[1:])
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if not word.startswith("-") or word == "-":
            call.urls.append(word)
        elif name in _LONG:
            _keep(call, _LONG[name], value if equals else _next(words, name))
        elif word.startswith("--"):
            if word in _PLAIN_LONG:
                call.flags.add(_PLAIN_LONG[word])
            elif word not in _IGNORED_LONG:
                raise ProgramError(f"wget: unrecognized option: {word[2:]}\n{_USAGE}")
        else:
            _letters(call, word[1:], words)
    return call


def _letters(call: _Call, letters: str, words: list[str]) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        if f"-{letter}" in _VALUED:
            _keep(call, _VALUED[f"-{letter}"], letters or _next(words, letter))
            return
        if letter not in "qcSn46":
            raise ProgramError(f"wget: unrecognized option: {letter}\n{_USAGE}")
        call.flags.add(letter)
        letters = "" if letter == "n" else letters


def _next(words: list[str], name: str) -> str:
    if not words:
        raise ProgramError(f"wget: option requires an argument: {name.lstrip('-')}\n{_USAGE}")
    return words.pop(0)


def _keep(call: _Call, name: str, value: str) -> None:
    if name == "header":
        key, _, rest = value.partition(":")
        call.headers.append((key.strip(), rest.strip()))
    else:
        call.values[name] = value


async def _fetch(process: Process, call: _Call, url: Url) -> None:
    for _ in range(_MOST_REDIRECTS):
        answered = await _ask(process, call, url)
        if answered.status not in (301, 302, 303, 307, 308) or not answered.header("location"):
            break
        following = web.follow(url, answered.header("location"))
        if following is None:
            raise ProgramError(f"wget: bad redirect: {answered.header('location')}")
        url = following
    else:
        raise ProgramError("wget: too many redirections")
    if answered.status >= 300:
        raise ProgramError(f"wget: server returned error: HTTP/{answered.version} {answered.status} {answered.reason}")
    if "s" in call.flags:
        _tell(process, call, "remote file exists")
        return
    _save(process, call, url, answered)


async def _ask(process: Process, call: _Call, url: Url) -> Answered:
    link = await _connected(process, call, url)
    _tell(process, call, f"Connecting to {url.host} ({link.address}:{link.port})")
    body = call.values.get("post", "").encode()
    if "post-file" in call.values:
        body = process.files.read(process.path(call.values["post-file"]))
    posts = bool({"post", "post-file"} & call.values.keys())
    try:
        answered = await web.ask(link, url, "POST" if posts else "GET", _headers(call, url, body, posts), body)
    except (web.EmptyReplyError, web.NoHttpError) as error:
        raise ProgramError("wget: error getting response") from error
    except web.NoTlsError as error:
        raise ProgramError("ssl_client: SSL_connect\nwget: error getting response: Connection reset by peer") from error
    if "S" in call.flags:
        process.complain(f"  HTTP/{answered.version} {answered.status} {answered.reason}")
        for name, value in answered.headers:
            process.complain(f"  {name}: {value}")
        process.complain("  ")
    return answered


async def _connected(process: Process, call: _Call, url: Url) -> Link:
    text = call.values.get("timeout", "")
    seconds = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None
    try:
        return await connect(process, url.host, url.port, seconds)
    except UnknownHostError as error:
        raise ProgramError(f"wget: bad address '{url.authority}'") from error
    except TimeoutError as error:
        raise ProgramError("wget: download timed out") from error
    except NoConnectionError as error:
        reason = error.reason(musl=process.box.family == "alpine")
        raise ProgramError(f"wget: can't connect to remote host ({error.address}): {reason}") from error


def _headers(call: _Call, url: Url, body: bytes, posts: bool) -> Headers:
    given = {name.lower() for name, _ in call.headers}
    own = [("Host", url.authority), ("User-Agent", call.values.get("agent", "Wget")), ("Connection", "close")]
    if url.user:
        own.append(("Authorization", "Basic " + base64.b64encode(url.user.encode()).decode()))
    if posts:
        own += [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(body)))]
    return (*((name, value) for name, value in own if name.lower() not in given), *call.headers)


def _save(process: Process, call: _Call, url: Url, answered: Answered) -> None:
    name = posixpath.basename(url.path.partition("?")[0]) or "index.html"
    target = call.values.get("output", "")
    if target in ("-", "/dev/stdout"):
        _tell(process, call, "writing to stdout")
        process.stdout.write(answered.body)
        _tell(process, call, f"{_progress('-', len(answered.body))}\nwritten to stdout")
        return
    if not target:
        target = posixpath.join(call.values.get("folder", ""), name)
        if process.files.exists(process.path(target)) and "c" not in call.flags:
            raise ProgramError(f"wget: can't open '{target}': File exists")
    _tell(process, call, f"saving to '{target}'")
    process.files.write(process.path(target), answered.body)
    _tell(process, call, f"{_progress(posixpath.basename(target), len(answered.body))}\n'{target}' saved")


def _progress(name: str, size: int) -> str:
    return f"{name[:20]:<20} 100% |{'*' * 32}|{size:>6}  0:00:00 ETA"


def _tell(process: Process, call: _Call, text: str) -> None:
    if "q" not in call.flags:
        process.complain(text)
