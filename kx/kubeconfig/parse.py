"""The text of one kubeconfig file -> what it says. Reads no file; credentials are looked past.

Files in kubectl's own shape are read by ``scan``, all others as YAML by ``treeread``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kx.errors import KxError
from kx.kubeconfig.model import Context, Kubeconfig
from kx.kubeconfig.scan import Entries, scan
from kx.kubeconfig.text import unreadable


# One command reads the same file several times. The result is shared: it is never to be changed.
@lru_cache(maxsize=2)
def parse(text: str, path: Path) -> Kubeconfig:
    """What the text of ``path`` says; the path is for messages and for ``Context.source``. Raises ``KxError``."""
    scanned = scan(text)
    if scanned is not None:
        return _config(scanned.current_context, scanned.sections, path)
    from kx.kubeconfig import tree, treeread  # late: files of kubectl's own shape need no tree

    try:
        current, sections = treeread.read(tree.parse(text.removeprefix("\ufeff")))
    except tree.BrokenError as error:
        raise _broken(path, str(error)) from error
    return _config(current, sections, path)


def _config(current: str, sections: dict[str, Entries], path: Path) -> Kubeconfig:
    contexts = sections.get("contexts", {})
    return Kubeconfig(
        contexts={
            name: Context(
                name=name,
                cluster=fields.get("cluster", ""),
                user=fields.get("user", ""),
                namespace=fields.get("namespace", ""),
                source=path,
            )
            for name, fields in contexts.items()
        },
        servers={name: fields.get("server", "") for name, fields in sections.get("clusters", {}).items()},
        users=frozenset(sections.get("users", {})),
        current_context=current,
        files=(path,),
    )


def _broken(path: Path, why: str) -> KxError:
    return unreadable(path, why, "kubectl cannot read it either; mend the file first.")
