"""Images of languages and databases: what their entrypoints do where nothing else is asked, honestly simulated.

No language is interpreted here. What needs a password says so as the real entrypoint does, and ends.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Awaitable, Callable

from kx.practice.node.process import Listener, Process, until_signalled

_SIMULATED = "kx: simulated container of image {image}: it stays up and does nothing else"
_DIGITS = re.compile(r"bpi\((\d{1,6})\)")
_MOST_DIGITS = 5_000


class _Silent:
    """A connection that is taken and says nothing; satisfies ``process.Dialog``."""

    over = False

    def feed(self, data: bytes) -> bytes:
        self.over = self.over or not data
        return b""


def database(port: int, variables: tuple[str, ...], refusal: str) -> Callable[[Process], Awaitable[int]]:
    """The entrypoint of a database image: it wants one of ``variables``, then listens on ``port`` and says nothing."""

    async def main(process: Process) -> int:
        name = posixpath.basename(process.argv[0])
        server = process.argv[1] if name.endswith("entrypoint.sh") and len(process.argv) > 1 else name
        if process.argv[1:] and not server.startswith("-") and process.box.find(server) is None:
            process.complain(f"{process.argv[0]}: exec: {server}: not found")
            return 127
        if variables and not any(process.env.get(one) for one in variables):
            process.complain(refusal)
            return 1
        process.say(_SIMULATED.format(image=process.box.image))
        process.box.ports.setdefault(port, Listener(accept=lambda client: _Silent()))
        try:
            return await until_signalled(process, {"TERM": 0, "INT": 0, "QUIT": 0})
        finally:
            process.box.ports.pop(port, None)

    return main


POSTGRES = (
    "Error: Database is uninitialized and superuser password is not specified.\n"
    "       You must specify POSTGRES_PASSWORD to a non-empty value for the\n"
    '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".'
)
MYSQL = (
    "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n"
    "    You need to specify one of the following as an environment variable:\n"
    "    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD"
)
MARIADB = (
    "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n"
    "\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, "
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD"
)


async def language(process: Process) -> int:
    """An interpreter: without a script and without a terminal it is done at once, with one it is refused loudly."""
    tool, words = posixpath.basename(process.argv[0]), process.argv[1:]
    if {"--version", "-V", "-v"} & set(words):
        process.say(f"{tool} (simulated in the kx practice cluster)")
        return 0
    if not words:
        if process.terminal is None:
            await process.stdin.read_all()
            return 0
        process.complain(f"{tool}: no program is interpreted in the practice cluster")
        return 1
    process.complain(f"{tool}: kx does not run programs of this language: the container stays up and does nothing else")
    return await until_signalled(process, {"TERM": 143, "INT": 130})


async def perl(process: Process) -> int:
    """perl as the documentation's Job runs it: so many digits of pi. Every other program is refused."""
    match = _DIGITS.search(" ".join(process.argv[1:]))
    if match is None or not any("bignum" in word for word in process.argv):
        return await language(process)
    process.say(_pi(min(int(match.group(1)), _MOST_DIGITS)))
    return 0


def _pi(digits: int) -> str:
    """So many significant digits, by Machin's formula in whole numbers."""
    unity = 10 ** (digits + 10)
    value = 4 * (4 * _arctan(5, unity) - _arctan(239, unity))
    rounded = (value + 5 * 10**10) // 10**11 if digits > 1 else value // unity
    text = str(rounded)
    return f"{text[0]}.{text[1:]}" if len(text) > 1 else text


def _arctan(inverse: int, unity: int) -> int:
    power = total = unity // inverse
    number, sign = 3, -1
    while power:
        power //= inverse * inverse
        total += sign * (power // number)
        number, sign = number + 2, -sign
    return total
