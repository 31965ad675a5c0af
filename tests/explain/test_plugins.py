"""Lines that call a plugin: which file it is, what it gets, what it says of itself, and when it is not even asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kx.kubectl import plugins


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("explain_tree", "endpoints-slices", "endpoints"):
        file = tmp_path / f"kubectl-{name}"
        file.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
        file.chmod(0o755)
    return tmp_path


def told(folder: Path, line: str) -> dict[str, Any]:
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        [sys.executable, "-m", "kx", "explain", "-o", "json", line],
        env={**os.environ, "PATH": path, "HOME": str(folder), "KUBECONFIG": os.devnull},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not (folder / "started").exists()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("line", "path", "file"),
    [
        ("kubectl explain-tree deploy --depth 2", ["explain-tree"], "kubectl-explain_tree"),
        ("kubectl explain_tree deploy", ["explain_tree"], "kubectl-explain_tree"),
        ("kubectl endpoints slices web", ["endpoints", "slices"], "kubectl-endpoints-slices"),
        ("kubectl endpoints web -- ''", ["endpoints"], "kubectl-endpoints"),
    ],
)
def test_a_plugin_and_its_file(folder: Path, line: str, path: list[str], file: str) -> None:
    value = told(folder, line)
    assert (value["path"], value["effect"]) == (path, "run-code")
    assert f"a program of its own, {folder / file}, that kubectl starts" in value["words"][1]["note"]
    assert "".join(word["text"] for word in value["words"]) == line.replace(" ", "")


def test_flags_before_its_name_are_refused(folder: Path) -> None:
    assert "flags cannot be placed before plugin name: -n" in told(folder, "kubectl -n x endpoints")["words"][1]["note"]


def test_what_is_no_plugin_stays_unknown(folder: Path) -> None:
    assert told(folder, "kubectl nothing")["summary"] == "kubectl knows no such command."


HELPFUL = """\
#!/bin/sh
[ "$1" = --help ] || { touch %s/started; exit; }
echo "$KUBECONFIG $HOME" > %s/asked
cat <<END
Greets people, \033[31mwarmly. And more.

Usage:
  kubectl greet [flags]

Flags:
  -n, --name string   whom to greet
      --loud          say it loudly
END
"""


def test_what_it_says_of_itself_is_quoted(folder: Path) -> None:
    file = folder / "kubectl-greet"
    file.write_text(HELPFUL % (folder, folder), encoding="utf-8")
    file.chmod(0o755)
    value = told(folder, "kubectl greet --name=you --loud --other")
    notes = [word["note"] for word in value["words"]]
    assert 'it says: "Greets people, ' in notes[1] and value["summary"].endswith('warmly"')
    assert notes[2:] == [
        'the plugin says: "whom to greet"',
        'the plugin says: "say it loudly"',
        "a flag for the program",
    ]
    assert "\x1b" not in json.dumps(value, ensure_ascii=False)
    seen = (folder / "asked").read_text(encoding="utf-8").split()
    assert seen[0] == os.devnull and str(folder) not in seen[1:], "it got neither a cluster nor a home"
    (folder / "asked").unlink()
    assert told(folder, "kubectl greet")["summary"] == value["summary"]
    assert not (folder / "asked").exists(), "what it said is remembered"


@pytest.mark.parametrize(
    "page",
    ["", "\n\n", "Usage: x\n", "Flags:\n  --a  b\n", "\x00\xff\x1b[2J", "  -x, --long string   does it\n" * 1000],
)
def test_any_page_is_read(page: str) -> None:
    assert plugins.about(page).isprintable()
    assert all(text.isprintable() for text in plugins.flags(page).values())
