from __future__ import annotations

from pathlib import Path

import pytest

from kx.kubeconfig import find

HOME = Path("/home/someone")
DEFAULT = HOME / ".kube" / "config"


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (None, [DEFAULT]),
        ("", [DEFAULT]),
        ("/a", [Path("/a")]),
        ("/a:/b", [Path("/a"), Path("/b")]),
        ("/a:/b:/a", [Path("/a"), Path("/b")]),
        (":/a::/b:", [Path("/a"), Path("/b")]),
        ("::", []),
        ("relative:./relative", [Path("relative"), Path("relative")]),
    ],
)
def test_the_list_as_kubectl_reads_it(listed: str | None, expected: list[Path]) -> None:
    env = {"HOME": str(HOME)} | ({} if listed is None else {"KUBECONFIG": listed})
    assert list(find.files(env)) == expected


def test_an_explicit_file_stands_alone() -> None:
    assert find.files({"KUBECONFIG": "/a:/b"}, "/c") == (Path("/c"),)
