"""Call ``kx ctx`` and ``kx ns`` in this process: on a terminal that is none, so that what a person sees is seen."""

from __future__ import annotations

import io
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kx.contexts import ctx, ns
from kx.contexts.desk import Desk
from tests.kubeconfig.builders import config, entry, write

_RUN = {"ctx": ctx.run, "ns": ns.run}


class Terminal(io.StringIO):
    """Text that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Said:
    """What came of a line."""

    status: int
    out: str
    err: str


class Caller:
    """Files in a folder of their own, and lines typed there."""

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None) -> None:
        self.file = write(
            folder / "config",
            config(
                entry("dev", namespace="api"),
                entry("prod-eu", cluster="eu"),
                entry("prod-us", cluster="us", namespace="web"),
                entry("arn:aws:eks:eu/blue", cluster="eu"),
                current="dev",
                servers=dict.fromkeys(("dev", "eu", "us"), "https://127.0.0.1:1"),
            ),
        )
        self.env = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "NO_COLOR": "1", "TERM": "xterm",
                    "KUBECONFIG": str(self.file), **(env or {})}  # fmt: skip

    def script(self, line: str) -> Said:
        """``line`` where nobody is there."""
        return self._call(line, io.StringIO(), io.StringIO(), interactive=False)

    def person(self, line: str) -> Said:
        """``line`` typed by a person."""
        return self._call(line, Terminal(), Terminal(), interactive=True)

    def settings(self, text: str) -> None:
        """Write the settings file."""
        write(Path(self.env["HOME"]) / ".config" / "kx" / "config.toml", text)

    def _call(self, line: str, out: io.StringIO, err: io.StringIO, *, interactive: bool) -> Said:
        program, *words = shlex.split(line)
        desk = Desk(env=self.env, out=out, err=err, program=f"kx {program}", interactive=interactive)
        status = _RUN[program](words, desk)
        return Said(status, out.getvalue(), err.getvalue())
