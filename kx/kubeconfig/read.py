"""Read kubeconfig files and merge them as kubectl does: the first file that names a thing wins.

Knows nothing of command lines and never writes. Users and their credentials are skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from kx.errors import KxError, UsageError
from kx.kubeconfig import find
from kx.kubeconfig.model import Context, Kubeconfig
from kx.kubeconfig.scan import Scanned, scan
from kx.kubeconfig.text import read_text
from kx.kubeconfig.where import Where

DEFAULT_NAMESPACE = "default"


def current(
    env: Mapping[str, str],
    kubeconfig: str | None = None,
    context: str | None = None,
    namespace: str | None = None,
) -> Where:
    """Where a kubectl command would go, with the overrides a user gave (``--kubeconfig``, ``--context``, ``-n``).

    With no context at all the result has an empty ``context`` and ``server``. Raises ``KxError`` for a file that
    cannot be read and for a ``context`` override that does not exist.
    """
    config = load(env, kubeconfig)
    return where(config, context=context, namespace=namespace, kubeconfig=kubeconfig or env.get("KUBECONFIG", ""))


def where(
    config: Kubeconfig, *, context: str | None = None, namespace: str | None = None, kubeconfig: str = ""
) -> Where:
    """As ``current``, for a kubeconfig that is already loaded."""
    name = context or config.current_context
    entry = config.contexts.get(name)
    if context and entry is None:
        raise no_such_context(context, config)
    entry = entry or Context(name=name)
    return Where(
        context=name,
        namespace=namespace or entry.namespace or DEFAULT_NAMESPACE,
        server=config.servers.get(entry.cluster, ""),
        kubeconfig=kubeconfig,
    )


def no_such_context(name: str, config: Kubeconfig) -> KxError:
    """The error for a context that is not there, naming the ones that look alike."""
    from difflib import get_close_matches  # only on the way to an error

    near = get_close_matches(name, config.contexts, n=3, cutoff=0.5)
    if near:
        hint = f"Did you mean {', '.join(near)}?"
    elif config.contexts:
        hint = "`kx ctx` lists the contexts there are."
    else:
        hint = "No kubeconfig file holds a context yet. `kx --practice` brings a cluster of its own."
    return KxError(f'context "{name}" does not exist', hint)


def load(env: Mapping[str, str], kubeconfig: str | None = None) -> Kubeconfig:
    """All files kubectl would read, merged. Missing files are fine, unless one was named with ``--kubeconfig``."""
    if kubeconfig:
        require(kubeconfig)
    return merge(tuple(load_file(path) for path in find.files(env, kubeconfig) if path.exists()))


def require(kubeconfig: str) -> None:
    """Raise ``KxError`` for a single file, named by the user, that does not exist; a list may have missing parts."""
    if os.pathsep not in kubeconfig and not os.path.exists(kubeconfig):
        raise KxError(f"the kubeconfig file {kubeconfig} does not exist", "Check the name given to --kubeconfig.")


def require_namespace(name: str) -> None:
    """Raise ``UsageError`` for a name that no namespace can have (Kubernetes: a DNS label); it need not exist."""
    if len(name) > 63 or not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name):
        raise UsageError(
            f'"{name}" cannot be the name of a namespace',
            "A name holds small letters, digits and -, begins and ends with one of the first two, and has at most 63.",
        )


def merge(configs: tuple[Kubeconfig, ...]) -> Kubeconfig:
    """For each name the first file wins; so does the first current-context that is not empty."""
    contexts: dict[str, Context] = {}
    servers: dict[str, str] = {}
    for config in reversed(configs):
        contexts.update(config.contexts)
        servers.update(config.servers)
    return Kubeconfig(
        contexts=contexts,
        servers=servers,
        users=frozenset[str]().union(*(config.users for config in configs)),
        current_context=next((config.current_context for config in configs if config.current_context), ""),
        files=tuple(path for config in configs for path in config.files),
    )


def load_file(path: Path) -> Kubeconfig:
    """One file. Raises ``KxError`` when it cannot be read or is not a kubeconfig."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> Kubeconfig:
    """The contents of one kubeconfig file; ``path`` is for messages and for ``Context.source``."""
    scanned = scan(text)
    if scanned is not None:
        return _from_scan(scanned, path)
    root = _yaml(text, path)
    if root is None:
        return Kubeconfig(files=(path,))
    if not isinstance(root, dict):
        raise _broken(path, "its top level is not a mapping")
    contexts = {
        name: Context(
            name=name,
            cluster=_text(body, "cluster", path),
            user=_text(body, "user", path),
            namespace=_text(body, "namespace", path),
            source=path,
        )
        for name, body in _named(root, "contexts", "context", path)
    }
    servers = {name: _text(body, "server", path) for name, body in _named(root, "clusters", "cluster", path)}
    return Kubeconfig(
        contexts=contexts,
        servers=servers,
        users=frozenset(name for name, _ in _named(root, "users", "user", path)),
        current_context=_text(root, "current-context", path),
        files=(path,),
    )


def _from_scan(scanned: Scanned, path: Path) -> Kubeconfig:
    contexts = scanned.sections.get("contexts", {})
    clusters = scanned.sections.get("clusters", {})
    return Kubeconfig(
        contexts={name: Context(name=name, source=path, **fields) for name, fields in contexts.items()},
        servers={name: fields.get("server", "") for name, fields in clusters.items()},
        users=frozenset(scanned.sections.get("users", {})),
        current_context=scanned.current_context,
        files=(path,),
    )


def _yaml(text: str, path: Path) -> Any:
    if not text.strip():
        return None
    import yaml  # late: a shell without a kubeconfig never needs it

    loader = _loader()(text)
    try:
        return loader.get_data()  # the first document, as kubectl reads it
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f"line {mark.line + 1}: " if mark else ""
        raise _broken(path, f"{at}{getattr(error, 'problem', None) or 'it is not YAML'}") from error
    finally:
        loader.dispose()


@lru_cache(maxsize=1)
def _loader() -> Any:
    """libyaml's safe loader where it is there, reading dates as text as kubectl does."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolvers = {
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in base.yaml_implicit_resolvers.items()
    }
    return type("KubeconfigLoader", (base,), {"yaml_implicit_resolvers": resolvers})


def _named(root: dict[str, Any], section: str, field: str, path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The entries of a section (``contexts``: a list of ``name`` + ``context``), checked for shape."""
    entries = root.get(section)
    if entries is None:
        return []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _broken(path, f"{section} is not a list of mappings")
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        body = entry.get(field)
        if body is not None and not isinstance(body, dict):
            raise _broken(path, f"a {field} in {section} is not a mapping")
        name = _text(entry, "name", path)
        if name in found:
            raise _broken(path, f'{section} holds the name "{name}" twice')
        found[name] = body or {}
    return list(found.items())


def _text(mapping: dict[str, Any], key: str, path: Path) -> str:
    value = mapping.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _broken(path, f"the value of {key} is not text; put it in double quotes")
    return value


def _broken(path: Path, why: str) -> KxError:
    return KxError(
        f"cannot read the kubeconfig file {path}: {why}", "kubectl cannot read it either; mend the file first."
    )
