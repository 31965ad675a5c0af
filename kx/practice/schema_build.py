"""The process that prepares the schema cache: ``python -m kx.practice.schema_build FOLDER``.

Reads the models of the installed ``kubernetes`` package, and writes ``types.json`` and the OpenAPI documents into
FOLDER, which its starter then moves into place. Knows nothing of caches, versions at hand or running servers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from kx.practice import openapi_build, openapi_v2
from kx.practice.resources import api_version
from kx.practice.schema_models import Described, Reader, kinds
from kx.practice.served import RELEASE

HERE = Path(__file__).parent


def build(folder: Path, models: ModuleType, version: str) -> None:
    """Write everything derived from ``models`` into ``folder``."""
    facts = json.loads((HERE / "fields.json").read_bytes())
    reader = Reader(models, facts)
    found = [kind for kind in kinds() if reader.read(kind[3])]
    _write(folder / "types.json", _table(version, found, reader.everything()))
    documents = folder / "openapi"
    documents.mkdir()
    made = dict(openapi_build.documents(found, reader.types, RELEASE))
    for path, document in made.items():
        _write(documents / f"{path.replace('/', '.')}.json", document)
    old = openapi_v2.document(made.values(), RELEASE)
    _write(documents / "v2.json", old)
    (documents / "v2.pb").write_bytes(openapi_v2.encode(old))


def _table(version: str, found: list[tuple[str, str, str, str]], types: dict[str, Described]) -> dict[str, Any]:
    return {
        "version": version,
        "kinds": {f"{api_version(group, version)} {kind}": name for group, version, kind, name in found},
        "types": {
            name: {"fields": each.fields, **({"inline": each.inline} if each.inline else {})}
            for name, each in types.items()
        },
    }


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")


def main(folder: str) -> None:
    """Import the models (seconds) and build."""
    import kubernetes
    import kubernetes.client.models

    build(Path(folder), kubernetes.client.models, kubernetes.__version__)


if __name__ == "__main__":
    main(sys.argv[1])
