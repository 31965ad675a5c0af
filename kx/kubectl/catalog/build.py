"""Write the facts of kubectl: ``python -m kx.kubectl.catalog.build [BINARY…]``.

Reads each binary's help, command by command, asks it about its flags (see probe.py), and writes one JSON document
for all versions; versions already in it and not at hand stay as they are. Without arguments it takes the kubectl on
PATH and those beside it (``kubectl.1.27``, …).
Facts only: no sentence of kubectl's help is kept.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kx.kubectl.catalog.helptext import Help, read_flags, read_help
from kx.kubectl.catalog.load import expand
from kx.kubectl.catalog.merge import merge
from kx.kubectl.catalog.model import Catalog, Command, Flag
from kx.kubectl.catalog.probe import HIDDEN_FLAGS, FlagProbe, Kubectl, Runner, run_binary
from kx.records import replace

FACTS = Path(__file__).parent / "facts" / "kubectl.json"
HIDDEN_COMMANDS = ("help", "options", "alpha")
_PROBED_COMMAND = ("version",)  # any command does for global flags


def find_kubectls() -> tuple[Kubectl, ...]:
    """The kubectl on PATH and those beside it, one per minor version, oldest first."""
    installed = shutil.which("kubectl")
    if installed is None:
        return ()
    folder = Path(os.path.realpath(installed)).parent
    return identify(path for path in (*sorted(folder.glob("kubectl.*")), Path(installed)) if os.access(path, os.X_OK))


def identify(paths: Iterable[Path | str]) -> tuple[Kubectl, ...]:
    """Each binary with its version, oldest first; only one of a version, and none that hands over to another."""
    found: dict[str, Kubectl] = {}
    for path in paths:
        output, _ = run_binary(str(path), "version", "--client", "-o", "json")
        version = _version(output)
        if version and version not in found:
            found[version] = Kubectl(str(path), version)
    return tuple(sorted(found.values(), key=lambda kubectl: version_key(kubectl.version)))


def version_key(version: str) -> tuple[int, ...]:
    """``1.33`` as numbers, for comparing."""
    return tuple(int(part) for part in version.split("."))


def read_catalog(kubectl: Kubectl) -> Catalog:
    """All facts of one binary."""
    pages = _read_pages(kubectl)
    probe = FlagProbe(kubectl)
    shown_globals = read_flags(kubectl.run("options")[0])
    global_flags = [*probe.flags(_PROBED_COMMAND, shown_globals)]
    if help_flag := probe.accepts(_PROBED_COMMAND, "help"):
        global_flags.append(help_flag)
    commands = {path: _command(probe, path, page, pages) for path, page in pages.items()}
    return Catalog(
        version=kubectl.version,
        commands=commands,
        globals=_by_name(replace(flag, is_global=True) for flag in global_flags),
    )


def read_all(kubectls: Sequence[Kubectl]) -> list[Catalog]:
    """The facts of each of ``kubectls``, several binaries at a time."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        return list(pool.map(read_catalog, kubectls))


def add(document: dict[str, Any] | None, catalogs: Iterable[Catalog]) -> dict[str, Any]:
    """A document of ``catalogs`` and of those versions of ``document`` that are not among them."""
    known = document["versions"] if document else []
    merged = {version: expand(document, index) for index, version in enumerate(known) if document}
    merged.update((catalog.version, catalog) for catalog in catalogs)
    return merge([merged[version] for version in sorted(merged, key=version_key)])


def render(document: dict[str, Any]) -> str:
    """The document as JSON with one fact a line, so that a new kubectl shows as a readable difference."""
    parts = []
    for key, value in document.items():
        if isinstance(value, dict):
            rows = [f"{_json(name)}: {_json(entry)}" for name, entry in value.items()]
            parts.append(f'"{key}": {{\n' + ",\n".join(rows) + "\n}")
        elif key == "flags":
            parts.append(f'"{key}": [\n' + ",\n".join(map(_json, value)) + "\n]")
        else:
            parts.append(f'"{key}": {_json(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(arguments: Sequence[str]) -> int:
    """Build the facts file from the binaries named, or from all that are found."""
    kubectls = identify(arguments) if arguments else find_kubectls()
    if not kubectls:
        sys.stderr.write("no kubectl found: name one, or put it on PATH\n")
        return 1
    FACTS.parent.mkdir(exist_ok=True)
    document = json.loads(FACTS.read_bytes()) if FACTS.exists() else None
    FACTS.write_text(render(add(document, read_all(kubectls))), encoding="utf-8")
    sys.stderr.write(f"wrote {FACTS.name} for kubectl {', '.join(kubectl.version for kubectl in kubectls)}\n")
    return 0


def _read_pages(kubectl: Kubectl) -> dict[tuple[str, ...], Help]:
    pages: dict[tuple[str, ...], Help] = {}
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        path = waiting.pop()
        output, _ = kubectl.run(*path, "--help")
        page = read_help(output, path)
        if not path:
            page = replace(page, subcommands=(*page.subcommands, *HIDDEN_COMMANDS))
        pages[path] = page
        waiting.extend((*path, name) for name in page.subcommands)
    return dict(sorted(pages.items()))


def _command(probe: FlagProbe, path: tuple[str, ...], page: Help, pages: dict[tuple[str, ...], Help]) -> Command:
    flags = [*probe.flags(path, page.flags)] if path else []
    shown = {flag.name for flag in flags}
    letters = {flag.short for flag in flags}
    for name, places in HIDDEN_FLAGS.items():
        if path in places and name not in shown and (hidden := probe.accepts(path, name, letters)):
            flags.append(hidden)
    required = probe.required(path, page.usage)
    flags = [replace(flag, required=flag.name in required) for flag in flags]
    return Command(
        path=path,
        usage=page.usage,
        flags=_by_name(flags),
        subcommands=tuple(sorted(other[-1] for other in pages if other and other[:-1] == path)),
        aliases=page.aliases,
        runnable=_runs(probe.kubectl, path, page),
    )


def _runs(kubectl: Runner, path: tuple[str, ...], page: Help) -> bool:
    """Whether the command does something by itself: a mere group answers with its own help."""
    if not page.subcommands or page.flags:
        return True
    if not path:
        return False
    said = kubectl.run(*path, "--server=http://127.0.0.1:1")
    return not any("\nUsage:\n" in text for text in said)


def _by_name(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    return tuple(sorted(flags, key=lambda flag: flag.name))


def _version(output: str) -> str:
    """``1.33`` from ``kubectl version -o json``; "" for what is no kubectl of its own."""
    try:
        client = json.loads(output)["clientVersion"]
    except (ValueError, KeyError):
        return ""
    if "dispatcher" in client["gitVersion"]:
        return ""
    return f"{client['major']}.{client['minor'].rstrip('+')}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
