"""What fields every served kind has: found in a cache, prepared once per installed ``kubernetes`` package.

The cache holds one table of types (``types.json``) and one OpenAPI v3 document per group version. This module finds
it, has it made by a child process where it is missing (``schema_build.py``), and answers questions about types.
It imports neither the ``kubernetes`` package nor pydantic, and knows nothing of requests.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from kx.errors import KxError
from kx.paths import cache_dir
from kx.practice.resources import api_version
from kx.practice.served import RELEASE

HERE = Path(__file__).parent
# Whatever changes in these changes what is derived, so their sum is part of the cache's name.
_SOURCES = (
    "fields.json",
    "served.py",
    "schema_build.py",
    "schema_models.py",
    "field_texts.py",
    "openapi_build.py",
    "openapi_paths.py",
    "openapi_v2.py",
)
_VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


class Field(NamedTuple):
    """One field of one type, as Go declares it and JSON writes it."""

    name: str  # "containerPort"
    number: int  # its number in protobuf; 0 when it has none
    containers: str  # "" one value, "[]" list, "{}" map, "{}[]" map of lists
    base: str  # "string", "int32", "@quantity" … or "#io.k8s.api.core.v1.Container"
    pointer: bool  # unset differs from zero
    always: bool  # written even when zero
    omit_zero: bool  # a zero struct is left out
    go: str  # Go's name of the type, as decoding errors print it: "[]v1.Container"
    facts: Mapping[str, Any]  # strategy, merge, list, keys, map, enum, default
    inlined: bool  # protobuf has it in a message of its own, JSON does not


class Type(NamedTuple):
    """The fields of one object type."""

    name: str  # "io.k8s.api.core.v1.Container"
    fields: Mapping[str, Field]
    inline: Mapping[int, str]  # protobuf number -> type whose fields are written in this one

    @property
    def go_name(self) -> str:
        """``Container``: the struct's name in decoding errors."""
        return self.name.rsplit(".", 1)[-1]


class Schema:
    """The table of types of one installed version, read once and unfolded type by type."""

    def __init__(self, folder: Path, table: Mapping[str, Any]) -> None:
        self.folder = folder
        self.version: str = table["version"]  # "37.0.2", the package's
        self._kinds: Mapping[str, str] = table["kinds"]
        self._rows: Mapping[str, Any] = table["types"]
        self._types: dict[str, Type] = {}

    @property
    def git_version(self) -> str:
        """The Kubernetes version the server says it is: the one it behaves like, not the one its fields are of."""
        return RELEASE

    def of_kind(self, group: str, version: str, kind: str) -> Type | None:
        """The type of a kind's objects, or None where nothing is known of it."""
        name = self._kinds.get(f"{api_version(group, version)} {kind}")
        return self.type(name) if name else None

    def type(self, name: str) -> Type:
        """The type called ``io.k8s.api.core.v1.Container``."""
        found = self._types.get(name)
        if found is None:
            found = self._types[name] = _unfold(name, self._rows[name])
        return found


def _unfold(name: str, row: Mapping[str, Any]) -> Type:
    fields = {key: _field(key, value) for key, value in row["fields"].items()}
    return Type(name, fields, {int(number): target for number, target in row.get("inline", {}).items()})


def _field(name: str, row: list[Any]) -> Field:
    number, kind, modifiers, facts = row
    base = kind.lstrip("[]{}")
    return Field(
        name=name,
        number=number,
        containers=kind[: len(kind) - len(base)],
        base=base,
        pointer="p" in modifiers,
        always="a" in modifiers,
        omit_zero="z" in modifiers,
        go=facts.get("go") or go_type(kind),
        facts=facts,
        inlined="i" in modifiers,
    )


_GO = {
    "bytes": "[]uint8",
    "any": "interface {}",
    "@quantity": "resource.Quantity",
    "@intstr": "intstr.IntOrString",
    "@time": "v1.Time",
    "@microtime": "v1.MicroTime",
    "@duration": "v1.Duration",
    "@raw": "runtime.RawExtension",
    "@fields": "v1.FieldsV1",
    "@json": "v1.JSON",
    "@schema-or-array": "v1.JSONSchemaPropsOrArray",
    "@schema-or-bool": "v1.JSONSchemaPropsOrBool",
    "@schema-or-strings": "v1.JSONSchemaPropsOrStringArray",
}


def go_type(kind: str) -> str:
    """What Go prints for a type that has no name of its own: ``[]#io…v1.Container`` -> ``[]v1.Container``."""
    if kind.startswith("[]"):
        return "[]" + go_type(kind[2:])
    if kind.startswith("{}"):
        return "map[string]" + go_type(kind[2:])
    if kind.startswith("#"):
        return ".".join(kind.rsplit(".", 2)[1:])
    return _GO.get(kind, kind)


def load(folder: Path) -> Schema:
    """Read the table that ``ensure`` prepared in ``folder``."""
    return Schema(folder, json.loads((folder / "types.json").read_bytes()))


@lru_cache(maxsize=1)
def current() -> Schema:
    """The schema of the installed version, found or prepared in the user's cache when first asked for."""
    return load(ensure(cache_dir()))


def _announce(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def ensure(cache_root: Path, say: Callable[[str], None] = _announce) -> Path:
    """The folder with the prepared schemas, made first where it is missing (some seconds, said through ``say``).

    ``cache_root`` is kx's cache folder. Two processes may do this at once. Raises KxError when the ``kubernetes``
    package is missing or its models cannot be read.
    """
    folder = cache_root / "practice-schema" / _name()
    if not _is_whole(folder):
        say("kx: preparing the Kubernetes schemas (once per installed version) …")
        _prepare(folder)
        say(f"kx: schemas cached in {folder}")
    return folder


def _is_whole(folder: Path) -> bool:
    return (folder / "types.json").is_file()


def _name() -> str:
    total = 0
    for source in _SOURCES:
        total = zlib.crc32((HERE / source).read_bytes(), total)
    return f"{installed_version()}-{total:08x}"


def installed_version() -> str:
    """The version of the installed ``kubernetes`` package, without importing it."""
    found = importlib.util.find_spec("kubernetes")
    if found is None or found.origin is None:
        raise KxError(
            "the Python package `kubernetes` is not installed", "Run `make` again, or `pip install kubernetes`."
        )
    match = _VERSION.search(Path(found.origin).read_text(encoding="utf-8"))
    if match is None:
        raise KxError("the installed `kubernetes` package does not tell its version", "Install it anew.")
    return match[1]


def _prepare(folder: Path) -> None:
    """Make ``folder`` whole. Whoever comes second waits, and finds it made."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_whole(folder):
            return
        made = folder.parent / ".new"
        for left in (made, folder):  # by a process that was killed, or by somebody's clearing up
            shutil.rmtree(left, ignore_errors=True)
        made.mkdir(mode=0o700)
        try:
            _build(made)
            made.rename(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)


def _build(folder: Path) -> None:
    root = str(HERE.parents[1])
    done = subprocess.run(
        [sys.executable, "-m", "kx.practice.schema_build", str(folder)],
        cwd=root,  # Python looks for modules there first, and the user's folder may hold anything
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip()[-500:]
        raise KxError("the Kubernetes schemas could not be prepared", f"The process that prepares them said: {said}")
