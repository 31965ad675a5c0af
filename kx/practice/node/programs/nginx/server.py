"""The nginx image's entrypoint, and the server: its calls, its notices, its access log."""

from __future__ import annotations

import re
from collections.abc import Callable

from kx.practice.node.process import HttpAnswer, HttpCall, Listener, Process, until_signalled
from kx.practice.node.programs.dial import UnknownHostError, lookup
from kx.practice.node.programs.nginx.configuration import MAIN, ConfigurationError, load
from kx.practice.node.programs.nginx.pages import Pages
from kx.practice.node.programs.nginx.site import Site, read_site

_SCRIPTS = "/docker-entrypoint.d"
_DEFAULT = "/etc/nginx/conf.d/default.conf"
_LISTEN = "10-listen-on-ipv6-by-default.sh: info:"


async def entrypoint(process: Process) -> int:
    """/docker-entrypoint.sh: prepares for nginx, then becomes the command it was given."""
    argv = process.argv[1:]
    if not argv:
        return 0
    if argv[0] in ("nginx", "nginx-debug"):
        for line in _preparations(process):
            process.say(line)
    main = process.box.find(argv[0])
    if main is None:
        process.complain(f"/docker-entrypoint.sh: line 47: exec: {argv[0]}: not found")
        return 127
    process.argv = argv
    return await main(process)


def _preparations(process: Process) -> list[str]:
    say = "/docker-entrypoint.sh:"
    first = [
        f"{say} {_SCRIPTS}/ is not empty, will attempt to perform configuration",
        f"{say} Looking for shell scripts in {_SCRIPTS}/",
        f"{say} Launching {_SCRIPTS}/10-listen-on-ipv6-by-default.sh",
    ]
    if process.files.exists(_DEFAULT):
        checked = [
            f"{_LISTEN} Getting the checksum of {_DEFAULT}",
            f"{_LISTEN} Enabled listen on IPv6 in {_DEFAULT}",
        ]
    else:
        checked = [f"{_LISTEN} {_DEFAULT} is not a file or does not exist"]
    last = [
        f"{say} Sourcing {_SCRIPTS}/15-local-resolvers.envsh",
        f"{say} Launching {_SCRIPTS}/20-envsubst-on-templates.sh",
        f"{say} Launching {_SCRIPTS}/30-tune-worker-processes.sh",
        f"{say} Configuration complete; ready for start up",
    ]
    return [*first, *checked, *last]


def _site(process: Process) -> Site:
    def resolvable(host: str) -> bool:
        try:
            return bool(lookup(process, host))
        except UnknownHostError:
            return False

    return read_site(load(process.files), resolvable)


async def server(process: Process) -> int:
    """nginx itself. ``-t`` and ``-v`` answer; without "daemon off;" it goes to the background and process 1 ends."""
    version = process.env.get("NGINX_VERSION", "1.27.5")
    words = process.argv[1:]
    if "-v" in words or "-V" in words:
        process.complain(f"nginx version: nginx/{version}")
        return 0
    if "-s" in words:
        return _signal(process, words[words.index("-s") + 1] if words[-1] != "-s" else "")
    try:
        site = _site(process)
    except ConfigurationError as error:
        _emergency(process, str(error), tested="-t" in words)
        return 1
    if "-t" in words:
        process.complain(f"nginx: the configuration file {MAIN} syntax is ok")
        process.complain(f"nginx: configuration file {MAIN} test is successful")
        return 0
    taken = next((port for port in site.ports if port in process.box.ports), None)
    if taken is not None:
        _emergency(process, f"bind() to 0.0.0.0:{taken} failed (98: Address already in use)", tested=False)
        return 1
    for text in ('using the "epoll" event method', f"nginx/{version}", "start worker processes"):
        _notice(process, text)
    running = _Running(process, version)
    running.open(site)
    if not any("daemon off" in word for word in words) and not _stays_in_front(process):
        return 0
    process.handlers["HUP"] = running.reload
    try:
        code = await until_signalled(process, {"TERM": 0, "QUIT": 0, "INT": 0})
        _notice(process, "exiting")
        return code
    finally:
        running.close()


def _stays_in_front(process: Process) -> bool:
    text = process.files.read(MAIN).decode("utf-8", "replace") if process.files.exists(MAIN) else ""
    return bool(re.search(r"^\s*daemon\s+off\s*;", text, re.MULTILINE))


class _Running:
    """The ports of a running server."""

    def __init__(self, process: Process, version: str) -> None:
        self._process = process
        self._version = version
        self._ports: tuple[int, ...] = ()

    def open(self, site: Site) -> None:
        pages = Pages(self._process, site, self._version)
        self._ports = site.ports
        for port in self._ports:
            self._process.box.ports[port] = Listener(get=_logged(self._process, pages, port))

    def close(self) -> None:
        for port in self._ports:
            self._process.box.ports.pop(port, None)

    def reload(self) -> None:
        """SIGHUP: the configuration is read again, and kept as it was when it is wrong."""
        try:
            site = _site(self._process)
        except ConfigurationError as error:
            stamp = self._process.clock.now().strftime("%Y/%m/%d %H:%M:%S")
            self._process.complain(f"{stamp} [emerg] {self._process.pid}#{self._process.pid}: {error}")
            return
        self.close()
        self.open(site)
        _notice(self._process, "signal 1 (SIGHUP) received, reconfiguring")


def _logged(process: Process, pages: Pages, port: int) -> Callable[[HttpCall], HttpAnswer]:
    def get(call: HttpCall) -> HttpAnswer:
        answer = pages.answer(call, port)
        stamp = process.clock.now().strftime("%d/%b/%Y:%H:%M:%S +0000")
        size = len(answer.body) if call.method != "HEAD" else 0
        request = f'"{call.method} {call.path} HTTP/1.1" {answer.status} {size}'
        seen = call.header("referer", "-"), call.agent, call.header("x-forwarded-for", "-")
        process.say(f'{call.client} - - [{stamp}] {request} "{seen[0]}" "{seen[1]}" "{seen[2]}"')
        return answer

    return get


def _signal(process: Process, name: str) -> int:
    signals = {"reload": "HUP", "stop": "TERM", "quit": "QUIT", "reopen": "USR1"}
    if name not in signals:
        process.complain(f'nginx: invalid option: "-s {name}"')
        return 1
    for other in tuple(process.box.processes.values()):
        handler = other.handlers.get(signals[name])
        if other is not process and handler and other.argv and other.argv[0].endswith("nginx"):
            handler()
    return 0


def _emergency(process: Process, text: str, tested: bool) -> None:
    stamp = process.clock.now().strftime("%Y/%m/%d %H:%M:%S")
    if not tested:
        process.complain(f"{stamp} [emerg] {process.pid}#{process.pid}: {text}")
    process.complain(f"nginx: [emerg] {text}")
    if tested:
        process.complain(f"nginx: configuration file {MAIN} test failed")


def _notice(process: Process, text: str) -> None:
    stamp = process.clock.now().strftime("%Y/%m/%d %H:%M:%S")
    process.complain(f"{stamp} [notice] {process.pid}#{process.pid}: {text}")
