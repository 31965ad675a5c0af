"""curl itself: asks each URL, follows redirections, tries again, and says how it went."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace

from kx.practice.node.files import FileError
from kx.practice.node.process import Process
from kx.practice.node.programs import web
from kx.practice.node.programs.curl import options, writeout
from kx.practice.node.programs.curl.options import Call
from kx.practice.node.programs.curl.request import body_of, headers_of, method_of
from kx.practice.node.programs.curl.transfer import CurlError, Transfer, agent, transfer

_REDIRECTS = (301, 302, 303, 307, 308)
_TRANSIENT = (408, 429, 500, 502, 503, 504)
_METER = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
)


async def main(process: Process) -> int:
    call = options.read(process.argv[1:])
    if "version" in call or "help" in call:
        return _about(process, "version" in call)
    if not call.urls:
        process.complain("curl: (2) no URL specified")
        return 2
    code = 0
    body = await body_of(process, call)
    for number, text in enumerate(call.urls):
        code = await _one(process, call, text, number, body)
    return code


def _about(process: Process, version: bool) -> int:
    if version:
        process.say(f"{agent(process).replace('/', ' ')} (simulated in the kx practice cluster)")
        process.say("Protocols: http https")
    else:
        process.say("Usage: curl [options...] <url>")
        for line in _HELP:
            process.say(line)
    return 0


_HELP = (
    " -d, --data <data>           HTTP POST data",
    " -f, --fail                  Fail fast with no output on HTTP errors",
    " -h, --help <category>       Get help for commands",
    " -i, --include               Include response headers in output",
    " -o, --output <file>         Write to file instead of stdout",
    " -O, --remote-name           Write output to file named as remote file",
    " -s, --silent                Silent mode",
    " -T, --upload-file <file>    Transfer local FILE to destination",
    " -u, --user <user:password>  Server user and password",
    " -A, --user-agent <name>     Send User-Agent <name> to server",
    " -v, --verbose               Make the operation more talkative",
    " -V, --version               Show version number and quit",
)


@dataclass
class _Outcome:
    """What is known when a URL is done."""

    url: str
    code: int = 0
    message: str = ""
    done: list[Transfer] = field(default_factory=list)
    seconds: float = 0.0


async def _one(process: Process, call: Call, text: str, number: int, body: bytes) -> int:
    begun = process.clock.now()
    output = _target(call, text, number)
    outcome = _Outcome(text)
    for turn in range(call.count("retry", 0) + 1):
        if turn:
            await process.clock.sleep(call.seconds("retry-delay") or float(min(2 ** (turn - 1), 600)))
        outcome = await _followed(process, call, text, body)
        if not _worth_a_retry(call, outcome):
            break
    outcome.seconds = (process.clock.now() - begun).total_seconds()
    try:
        _write(process, call, outcome, output)
    except FileError as error:
        outcome.code, outcome.message = 23, f"client returned ERROR on write, {error.reason}"
    if outcome.code and ("silent" not in call or "show-error" in call):
        process.complain(f"curl: ({outcome.code}) {outcome.message}")
    if "write-out" in call.values:
        facts = _facts(process, outcome)
        await writeout.write(process, call.values["write-out"], facts)
    return outcome.code


def _target(call: Call, text: str, number: int) -> str:
    """The file to write to, "" for stdout."""
    if number < len(call.outputs):
        return "" if call.outputs[number] == "-" else call.outputs[number]
    if "remote-name" in call:
        url = web.parse_url(text)
        name = posixpath.basename(url.path.partition("?")[0]) if url else ""
        return name or "curl_response"
    return ""


def _worth_a_retry(call: Call, outcome: _Outcome) -> bool:
    if "retry-all-errors" in call and outcome.code:
        return True
    if outcome.code == 28 or (outcome.code == 7 and "retry-connrefused" in call):
        return True
    return bool(outcome.done) and outcome.done[-1].answered.status in _TRANSIENT


async def _followed(process: Process, call: Call, text: str, body: bytes) -> _Outcome:
    """One try: the request, and those it is redirected to."""
    outcome = _Outcome(text)
    url = web.parse_url(text)
    if url is None:
        outcome.code, outcome.message = 3, "URL rejected: Malformed input to a URL function"
        return outcome
    method, most = method_of(call), call.count("max-redirs", 50)
    if "get" in call and body:
        joint = "&" if "?" in url.path else "?"
        url, body = replace(url, path=url.path + joint + body.decode("utf-8", "replace")), b""
    deadline = call.seconds("max-time")
    begun = process.clock.now()
    while True:
        outcome.url = str(url)
        left = None if deadline is None else deadline - (process.clock.now() - begun).total_seconds()
        headers = headers_of(call, url, agent(process), body)
        try:
            done = await transfer(process, call, url, method, headers, body, left)
        except CurlError as error:
            outcome.code, outcome.message = error.code, str(error)
            return outcome
        outcome.done.append(done)
        location = done.answered.header("location")
        if "location" not in call or done.answered.status not in _REDIRECTS or not location:
            break
        if len(outcome.done) > most >= 0:
            outcome.code, outcome.message = 47, f"Maximum ({most}) redirects followed"
            return outcome
        following = web.follow(url, location)
        if following is None:
            outcome.code, outcome.message = 3, "URL rejected: Malformed input to a URL function"
            return outcome
        url = following
        if method == "POST" and done.answered.status in (301, 302, 303) and "request" not in call.values:
            method, body, call = "GET", b"", replace(call, data=[])
    if done.answered.status >= 400 and {"fail", "fail-with-body"} & call.flags:
        outcome.code, outcome.message = 22, f"The requested URL returned error: {done.answered.status}"
    return outcome


def _write(process: Process, call: Call, outcome: _Outcome, output: str) -> None:
    """Headers where asked for, then the last body; and the meter, where curl shows one."""
    hidden = "silent" in call or "no-progress-meter" in call
    to_terminal = not output and process.terminal is not None and process.stdout is process.stderr
    size = len(outcome.done[-1].answered.body) if outcome.done else 0
    if not hidden and not to_terminal:
        process.stderr.write(_METER.encode() + _meter(size, outcome.seconds).encode() + b"\n")
    pieces: list[bytes] = []
    heads = "".join(_head(one) for one in outcome.done).encode("utf-8", "replace")
    if {"include", "head", "show-headers"} & call.flags:
        pieces.append(heads)
    if "dump-header" in call.values:
        target = call.values["dump-header"]
        if target == "-":
            pieces.insert(0, heads)
        else:
            process.files.write(process.path(target), heads)
    # --fail throws the page away, as curl does.
    if outcome.done and "head" not in call and not (outcome.code == 22 and "fail" in call):
        pieces.append(outcome.done[-1].answered.body)
    if not output:
        process.stdout.write(b"".join(pieces))
    elif outcome.done:
        process.files.write(process.path(output), b"".join(pieces))


def _meter(size: int, seconds: float) -> str:
    speed = _short(int(size / max(seconds, 0.001)))
    percent = 100 if size else 0
    return (
        f"{percent:3} {_short(size):>5}  {percent:3} {_short(size):>5}    0     0  {speed:>5}      0 "
        f"--:--:-- --:--:-- --:--:-- {speed:>5}"
    )


def _short(number: int) -> str:
    """A size in five places, as the meter shows it."""
    for unit in ("", "k", "M"):
        if number < 100_000:
            return f"{number}{unit}"
        number //= 1024
    return f"{number}G"


def _head(done: Transfer) -> str:
    answered = done.answered
    lines = [f"HTTP/{answered.version} {answered.status} {answered.reason}"]
    lines += [f"{name}: {value}" for name, value in answered.headers]
    return "".join(f"{line}\r\n" for line in (*lines, ""))


def _facts(process: Process, outcome: _Outcome) -> writeout.Facts:
    last = outcome.done[-1] if outcome.done else None
    answered = last.answered if last else None
    return writeout.Facts(
        url=outcome.url,
        status=answered.status if answered else 0,
        size=len(answered.body) if answered else 0,
        header_size=len(_head(last)) if last else 0,
        content_type=answered.header("content-type") if answered else "",
        redirects=max(0, len(outcome.done) - 1),
        location=answered.header("location") if answered else "",
        address=last.link.address if last else "",
        port=last.link.port if last else 0,
        source=last.link.source if last else "",
        method=last.method if last else "GET",
        seconds=outcome.seconds,
        code=outcome.code,
        message=outcome.message,
    )
