"""nginx' configuration files as a tree of directives. Knows the grammar, and which names there are, not what they do.

Messages are nginx' own (``ngx_conf_file.c``).
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from kx.practice.node.files import FileError, Files

MAIN = "/etc/nginx/nginx.conf"
_DEEPEST = 20


class ConfigurationError(Exception):
    """The configuration cannot be used; the message is what nginx says behind ``[emerg]``."""


@dataclass(frozen=True)
class Directive:
    """``name word …;`` or ``name word … { block }``."""

    name: str
    words: tuple[str, ...]
    block: tuple[Directive, ...] | None
    place: str  # file:line

    def all(self, name: str) -> list[Directive]:
        return [one for one in self.block or () if one.name == name]

    def first(self, name: str) -> Directive | None:
        return next(iter(self.all(name)), None)


# Names that are known and have no effect here, beside those that ``site`` reads.
_WITHOUT_EFFECT = frozenset(
    "user worker_processes error_log pid events worker_connections default_type log_format access_log sendfile "
    "tcp_nopush tcp_nodelay keepalive_timeout gzip gzip_types gzip_min_length gzip_vary types types_hash_max_size "
    "client_max_body_size proxy_set_header proxy_http_version proxy_read_timeout proxy_connect_timeout "
    "proxy_send_timeout proxy_buffering proxy_buffer_size proxy_buffers proxy_redirect proxy_cache_bypass "
    "proxy_pass_header proxy_hide_header proxy_next_upstream proxy_ssl_verify proxy_cache expires charset "
    "server_tokens error_page internal autoindex ssl_certificate ssl_certificate_key ssl_protocols ssl_ciphers "
    "ssl_prefer_server_ciphers ssl_session_cache ssl_session_timeout resolver resolver_timeout map geo limit_req "
    "limit_req_zone limit_conn limit_conn_zone allow deny auth_basic auth_basic_user_file set rewrite if etag "
    "keepalive least_conn ip_hash zone worker_rlimit_nofile multi_accept use underscores_in_headers log_not_found "
    "absolute_redirect port_in_redirect server_name_in_redirect real_ip_header set_real_ip_from daemon load_module "
    "open_file_cache sub_filter sub_filter_once large_client_header_buffers client_body_buffer_size send_timeout "
    "client_header_timeout client_body_timeout reset_timedout_connection server_names_hash_bucket_size "
    "fastcgi_pass fastcgi_param fastcgi_index env stub_status http2".split()
)
_WITH_EFFECT = frozenset(
    "http server location listen server_name root alias index return proxy_pass try_files add_header include upstream "
    "default_type".split()
)
# Those whose block is no configuration: words and what they stand for.
_FREE_BLOCKS = frozenset({"types", "map", "geo"})


def load(files: Files) -> Directive:
    """The whole configuration of a container; raises ConfigurationError."""
    return Directive("main", (), tuple(_read(files, MAIN, 0)), MAIN)


def _read(files: Files, path: str, depth: int) -> list[Directive]:
    try:
        text = files.read(path).decode("utf-8", "replace")
    except FileError as error:
        raise ConfigurationError(f'open() "{path}" failed (2: {error.reason})') from error
    if depth > _DEEPEST:
        raise ConfigurationError(f'too many levels of include in "{path}"')
    reader = _Reader(text, path)
    return list(_included(files, reader.directives(top=True), depth))


def _included(files: Files, directives: tuple[Directive, ...], depth: int) -> Iterator[Directive]:
    for one in directives:
        if one.name == "include" and one.words:
            for path in _matching(files, posixpath.join("/etc/nginx", one.words[0]), one.place):
                yield from _read(files, path, depth + 1)
        elif one.block is not None and one.name not in _FREE_BLOCKS:
            yield Directive(one.name, one.words, tuple(_included(files, one.block, depth)), one.place)
        else:
            yield one


def _matching(files: Files, pattern: str, place: str) -> list[str]:
    folder, name = posixpath.split(pattern)
    if not any(sign in name for sign in "*?["):
        # The image's own tables of types and parameters are not simulated.
        own = {"mime.types", "fastcgi_params", "uwsgi_params", "scgi_params"}
        if name in own and not files.exists(pattern):
            return []
        if not files.exists(pattern):
            raise ConfigurationError(f'open() "{pattern}" failed (2: No such file or directory) in {place}')
        return [pattern]
    if not files.is_folder(folder):
        return []
    found = [posixpath.join(folder, one) for one in files.names(folder) if fnmatch.fnmatchcase(one, name)]
    return [path for path in found if not posixpath.basename(path).startswith(".") and not files.is_folder(path)]


class _Reader:
    """Reads one file."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._at = 0
        self._line = 1
        self._depth = 0

    @property
    def _place(self) -> str:
        return f"{self._path}:{self._line}"

    def directives(self, top: bool, free: bool = False) -> tuple[Directive, ...]:
        found: list[Directive] = []
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ConfigurationError(f"too deeply nested blocks in {self._place}")
        while True:
            words, end = self._statement()
            if end == "":
                if words or not top:
                    raise ConfigurationError(f"unexpected end of file, expecting {_expected(words)} in {self._place}")
                break
            if end == "}":
                if words:
                    raise ConfigurationError(f'unexpected "}}" in {self._place}')
                if top:
                    raise ConfigurationError(f'unexpected "}}" in {self._place}')
                break
            if not words:
                raise ConfigurationError(f'unexpected "{end}" in {self._place}')
            place = self._place
            if not free and words[0] not in _WITH_EFFECT | _WITHOUT_EFFECT:
                raise ConfigurationError(f'unknown directive "{words[0]}" in {place}')
            block = self.directives(False, words[0] in _FREE_BLOCKS) if end == "{" else None
            found.append(Directive(words[0], tuple(words[1:]), block, place))
        self._depth -= 1
        return tuple(found)

    def _statement(self) -> tuple[list[str], str]:
        """Words, and what ends them: ";", "{", "}" or "" at the end of the file."""
        words: list[str] = []
        while True:
            self._skip()
            if self._at >= len(self._text):
                return words, ""
            sign = self._text[self._at]
            if sign in ";{}":
                self._at += 1
                return words, sign
            words.append(self._quoted(sign) if sign in "\"'" else self._plain())

    def _skip(self) -> None:
        while self._at < len(self._text):
            sign = self._text[self._at]
            if sign == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            elif sign.isspace():
                self._line += sign == "\n"
                self._at += 1
            else:
                return

    def _quoted(self, mark: str) -> str:
        end = self._at + 1
        while end < len(self._text) and self._text[end] != mark:
            end += 2 if self._text[end] == "\\" else 1
        if end >= len(self._text):
            raise ConfigurationError(f'unexpected end of file, expecting ";" or "}}" in {self._place}')
        text = self._text[self._at + 1 : end]
        self._line += text.count("\n")
        self._at = end + 1
        return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\" + mark, mark)

    def _plain(self) -> str:
        start = self._at
        while self._at < len(self._text):
            sign = self._text[self._at]
            if sign == "$" and self._text.startswith("${", self._at):
                end = self._text.find("}", self._at)
                self._at = len(self._text) if end < 0 else end + 1
            elif sign in ";{}" or sign.isspace():
                break
            else:
                self._at += 2 if sign == "\\" else 1
        return self._text[start : self._at]


def _expected(words: list[str]) -> str:
    return '";" or "}"' if words else '"}"'
