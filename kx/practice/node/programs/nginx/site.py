"""What a configuration serves: its servers by port and name, their locations, and where each leads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kx.practice.node.programs.nginx.configuration import ConfigurationError, Directive
from kx.practice.node.programs.patterns import PatternError, compile_pattern
from kx.practice.node.programs.web import Url, parse_url

_PORT = re.compile(r"(?:.*:)?(\d{1,5})")


@dataclass(frozen=True)
class Location:
    """One location, or a server's own directives."""

    kind: str  # "=", "^~", "~", "~*" or "" for a prefix
    path: str
    pattern: re.Pattern[str] | None
    directives: Directive
    outer: Directive | None  # the server that it inherits from

    def word(self, name: str, default: str = "") -> str:
        """The first word of a directive here or around here."""
        for level in (self.directives, self.outer):
            found = level.first(name) if level else None
            if found and found.words:
                return found.words[0]
        return default

    def words(self, name: str) -> tuple[str, ...]:
        for level in (self.directives, self.outer):
            found = level.first(name) if level else None
            if found:
                return found.words
        return ()


@dataclass(frozen=True)
class Server:
    """One ``server`` block."""

    names: tuple[str, ...]
    ports: tuple[int, ...]
    is_default: bool
    own: Location
    locations: tuple[Location, ...]

    def locate(self, path: str) -> Location:
        """The location for a path, by nginx' order: exact, longest prefix, then expressions."""
        exact = next((one for one in self.locations if one.kind == "=" and one.path == path), None)
        if exact:
            return exact
        prefixes = [one for one in self.locations if one.kind in ("", "^~") and path.startswith(one.path)]
        longest = max(prefixes, key=lambda one: len(one.path), default=None)
        if longest and longest.kind == "^~":
            return longest
        for one in self.locations:
            if one.pattern and len(path) < 4096 and one.pattern.search(path):
                return one
        return longest or self.own


@dataclass(frozen=True)
class Site:
    """All servers, and named groups of upstream places."""

    servers: tuple[Server, ...]
    upstreams: dict[str, tuple[str, ...]]

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(sorted({port for server in self.servers for port in server.ports}))

    def server(self, port: int, host: str) -> Server:
        """The server for a Host header on a port."""
        here = [one for one in self.servers if port in one.ports]
        name = host.partition(":")[0].lower()
        named = next((one for one in here if any(_fits(known, name) for known in one.names)), None)
        return named or next((one for one in here if one.is_default), here[0])


def _fits(known: str, name: str) -> bool:
    if known.startswith("*."):
        return name.endswith(known[1:])
    return known.lower() == name


def read_site(main: Directive, resolvable: Callable[[str], bool]) -> Site:
    """Check and collect; raises ConfigurationError. ``resolvable``: whether a host name means something."""
    if main.first("events") is None:
        raise ConfigurationError('no "events" section in configuration')
    https = main.all("http")
    upstreams = {
        one.words[0]: tuple(each.words[0] for each in one.all("server") if each.words)
        for http in https
        for one in http.all("upstream")
        if one.words
    }
    servers = tuple(_server(one) for http in https for one in http.all("server"))
    for server in servers:
        for location in (server.own, *server.locations):
            _check(location, upstreams, resolvable)
    return Site(servers, upstreams)


def _server(block: Directive) -> Server:
    ports: list[int] = []
    is_default = False
    for listen in block.all("listen"):
        match = _PORT.fullmatch(listen.words[0]) if listen.words else None
        if match is None and listen.words:
            ports.append(80)
        elif match is None or not 0 < int(match.group(1)) < 65536:
            raise ConfigurationError(f'invalid number of arguments in "listen" directive in {listen.place}')
        else:
            ports.append(int(match.group(1)))
        is_default |= "default_server" in listen.words
    names = tuple(name for one in block.all("server_name") for name in one.words)
    locations = tuple(_location(one, block) for one in block.all("location"))
    own = Location("", "/", None, block, None)
    return Server(names, tuple(ports or [80]), is_default, own, locations)


def _location(block: Directive, server: Directive) -> Location:
    words = block.words
    if not words:
        raise ConfigurationError(f'invalid number of arguments in "location" directive in {block.place}')
    kind, path = (words[0], words[1]) if len(words) > 1 else ("", words[0])
    if kind not in ("", "=", "^~", "~", "~*"):
        raise ConfigurationError(f'invalid location modifier "{kind}" in {block.place}')
    pattern = None
    if kind in ("~", "~*"):
        try:
            pattern = compile_pattern(path, re.IGNORECASE if kind == "~*" else 0)
        except PatternError as error:
            raise ConfigurationError(f'pcre2_compile() failed: {error} in "{path}" in {block.place}') from error
    return Location(kind, path, pattern, block, server)


def _check(location: Location, upstreams: dict[str, tuple[str, ...]], resolvable: Callable[[str], bool]) -> None:
    found = location.directives.first("proxy_pass")
    if found is None:
        return
    url = upstream_url(found.words[0]) if found.words else None
    if url is None:
        raise ConfigurationError(f"invalid URL prefix in {found.place}")
    hosts = [place.partition(":")[0] for place in upstreams.get(url.host, (url.host,))]
    for host in hosts:
        if "$" not in host and not resolvable(host):
            raise ConfigurationError(f'host not found in upstream "{host}" in {found.place}')


def upstream_url(text: str) -> Url | None:
    """Where ``proxy_pass`` leads."""
    return parse_url(text) if text.startswith(("http://", "https://")) else None
