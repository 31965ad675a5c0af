"""What a kubectl plugin says of itself: its own ``--help``, asked with care, because a plugin is a stranger's program.

It is asked only where it is sure to understand the question: a compiled program, or a script whose text speaks of
``--help``. It gets no kubeconfig, no home folder, no terminal and little time. What it says is kept in kx's cache under
the file's path, size and time of change, so that it is asked once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from kx import paths
from kx.kubectl import versions
from kx.kubectl.catalog.helpwords import first_sentence
from kx.kubectl.catalog.probe import HOME
from kx.kubectl.invocation import Plugin
from kx.kubectl.listen import listen
from kx.records import replace

_SECONDS = 2.0
_COMPILED = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xca\xfe\xba\xbe", b"MZ")
_READ = 1 << 20  # bytes of a script
_FLAG = re.compile(r"^\s+(?:-\w(?:,\s*|\s+))?--([A-Za-z][\w-]*)(?:[ =][^\s].*?)?\s{2,}(\S.*)$")
_USAGE = re.compile(r"(?i)^\s*(usage|options|flags|commands|examples?)\b")


def described(plugin: Plugin, env: Mapping[str, str], *, ask: bool) -> Plugin:
    """The plugin with what it says of itself. Without ``ask`` no process is started. Never raises."""
    if not plugin.file:
        return plugin
    identity = hashlib.sha256(versions.identity(Path(plugin.file)).encode("utf-8", "replace")).hexdigest()[:16]
    kept = paths.cache_dir(env) / "plugin-help" / f"{identity}.json"
    page = _load(kept)
    if page is None and ask and understands_help(plugin.file):
        page = _ask(plugin.file, env)
        paths.keep(kept, json.dumps(page))
    return replace(plugin, about=about(page), flags=flags(page)) if page else plugin


def understands_help(file: str) -> bool:
    """Whether the program knows ``--help``, as far as its file tells; a script that does not might do its work."""
    try:
        with open(file, "rb") as stream:
            start = stream.read(_READ)
    except OSError:
        return False
    return start.startswith(_COMPILED) or b"--help" in start


def about(page: str) -> str:
    """The first sentence of a help page that is no heading."""
    paragraphs = re.split(r"\n\s*\n", page.strip())
    said = (part for part in paragraphs if part.strip() and not _USAGE.match(part))
    return first_sentence(next(said, ""))


def flags(page: str) -> dict[str, str]:
    """What a help page says of each flag, by its long name, where that stands on the flag's line."""
    rows = (_FLAG.match(line) for line in page.splitlines())
    return {row[1]: first_sentence(row[2]) for row in rows if row}


def _ask(file: str, env: Mapping[str, str]) -> str:
    alone = {name: env[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in env}
    said = listen([file, "--help"], {**alone, "HOME": HOME, "KUBECONFIG": os.devnull}, _SECONDS)
    return "" if said is None else said.out if said.out.strip() else said.error


def _load(file: Path) -> str | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, str) else None
