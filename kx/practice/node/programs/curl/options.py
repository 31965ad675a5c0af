"""curl's command line: the options that make sense in a pod, by table. Source: curl(1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kx.practice.node.process import ProgramError

# Long name -> letter, for options that take a word, and for those that do not.
_VALUED = {
    "request": "X",
    "header": "H",
    "output": "o",
    "write-out": "w",
    "max-time": "m",
    "user-agent": "A",
    "user": "u",
    "referer": "e",
    "cookie": "b",
    "cookie-jar": "c",
    "data": "d",
    "dump-header": "D",
    "upload-file": "T",
    "proxy": "x",
    "range": "r",
    "form": "F",
    "config": "K",
    "cert": "E",
    **dict.fromkeys(
        "data-raw data-ascii data-binary data-urlencode json connect-timeout cacert capath key resolve retry "
        "retry-delay retry-max-time max-redirs url interface limit-rate connect-to noproxy keepalive-time "
        "speed-limit speed-time stderr ciphers tls-max".split(),
        "",
    ),
}
_PLAIN = {
    "silent": "s",
    "show-error": "S",
    "fail": "f",
    "include": "i",
    "head": "I",
    "insecure": "k",
    "location": "L",
    "verbose": "v",
    "get": "G",
    "remote-name": "O",
    "no-buffer": "N",
    "version": "V",
    "help": "h",
    "globoff": "g",
    "ipv4": "4",
    "ipv6": "6",
    "http1.0": "0",
    "progress-bar": "#",
    "remote-header-name": "J",
    "netrc": "n",
    **dict.fromkeys(
        "fail-with-body http1.1 http2 http2-prior-knowledge compressed retry-connrefused retry-all-errors raw "
        "no-progress-meter no-keepalive location-trusted create-dirs tcp-nodelay tlsv1.2 tlsv1.3 path-as-is "
        "show-headers disable styled-output no-styled-output post301 post302 tr-encoding".split(),
        "",
    ),
}
_BY_LETTER = {letter: name for table in (_VALUED, _PLAIN) for name, letter in table.items() if letter} | {
    "q": "disable"
}
_NOT_EMULATED = frozenset({"form", "config", "proxy", "range", "cookie-jar", "netrc", "cert", "key"})


@dataclass
class Call:
    """Everything asked of curl. Option names are the long ones; the last value counts where one is meant."""

    urls: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)  # one for each URL, in order
    flags: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)
    headers: list[str] = field(default_factory=list)
    data: list[tuple[str, str]] = field(default_factory=list)  # (option, value)
    resolve: list[str] = field(default_factory=list)

    def __contains__(self, flag: str) -> bool:
        return flag in self.flags

    def seconds(self, name: str) -> float | None:
        text = self.values.get(name)
        if text is None:
            return None
        if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", text):
            raise ProgramError(f"curl: option {_written(name)}: expected a proper numerical parameter\n{_TRY}", 2)
        return float(text) or None

    def count(self, name: str, default: int) -> int:
        text = self.values.get(name, str(default))
        if not re.fullmatch(r"-?\d{1,9}", text):
            raise ProgramError(f"curl: option {_written(name)}: expected a proper numerical parameter\n{_TRY}", 2)
        return int(text)


_TRY = "curl: try 'curl --help' or 'curl --manual' for more information"


def read(words: Sequence[str]) -> Call:
    """Read curl's words; ProgramError, with exit code 2, in curl's own words."""
    call, rest = Call(), list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            call.urls += rest
            break
        if word.startswith("--"):
            _long(call, word, rest)
        elif word.startswith("-") and len(word) > 1:
            _short(call, word, rest)
        else:
            call.urls.append(word)
    return call


def _long(call: Call, word: str, rest: list[str]) -> None:
    name = word[2:]
    if name in _VALUED:
        if not rest:
            raise ProgramError(f"curl: option {word}: requires parameter\n{_TRY}", 2)
        _keep(call, name, rest.pop(0), word)
    elif name in _PLAIN:
        call.flags.add(name)
    elif name.startswith("no-") and name[3:] in _PLAIN:
        call.flags.discard(name[3:])
    else:
        raise ProgramError(f"curl: option {word}: is unknown\n{_TRY}", 2)


def _short(call: Call, word: str, rest: list[str]) -> None:
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        name = _BY_LETTER.get(letter)
        if name is None:
            raise ProgramError(f"curl: option {word}: is unknown\n{_TRY}", 2)
        if name not in _VALUED:
            call.flags.add(name)
            continue
        if not letters and not rest:
            raise ProgramError(f"curl: option {word}: requires parameter\n{_TRY}", 2)
        _keep(call, name, letters or rest.pop(0), word)
        letters = ""


def _keep(call: Call, name: str, value: str, written: str) -> None:
    if name in _NOT_EMULATED:
        raise ProgramError(f"curl: option {written}: is not emulated in the practice cluster", 2)
    lists: dict[str, Callable[[str], None]] = {
        "url": call.urls.append,
        "output": call.outputs.append,
        "header": call.headers.append,
        "resolve": call.resolve.append,
    }
    if name in lists:
        lists[name](value)
    elif name == "json" or name.startswith("data"):
        call.data.append((name, value))
    else:
        call.values[name] = value


def _written(name: str) -> str:
    return f"--{name}"
