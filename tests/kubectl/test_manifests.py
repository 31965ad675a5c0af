"""What the files of a line hold: read from real files, in every form that kubectl reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kx.kubectl.catalog.load import load
from kx.kubectl.manifests import Manifest, UnknownError, objects_in, reader
from kx.kubectl.parse import parse
from kx.kubectl.words import split

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: door\n  namespace: shop\n"
DEPLOYMENT = '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "api"}}'
WEB, DOOR, API = (
    Manifest("v1", "Pod", "web"),
    Manifest("v1", "Service", "door", "shop"),
    Manifest("apps/v1", "Deployment", "api"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a few manifests."""
    (tmp_path / "more" / "deep").mkdir(parents=True)
    files = {
        "pod.yaml": POD,
        "both.yaml": f"---\n{POD}---\n# nothing\n---\n{SERVICE}",
        "api.json": DEPLOYMENT,
        "more/b.yml": SERVICE,
        "more/a.json": DEPLOYMENT,
        "more/notes.txt": "no manifest",
        "more/deep/c.yaml": POD,
        "broken.yaml": "a: [",
        "notes.yaml": "just: text",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def held(line: str, folder: Path) -> tuple[Manifest, ...] | None:
    """What the files of the last command of a line hold."""
    return reader(str(folder))(parse(split(line), load())[-1])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kubectl apply -f pod.yaml", (WEB,)),
        ("kubectl delete --filename=pod.yaml", (WEB,)),
        ("kubectl apply -f both.yaml", (WEB, DOOR)),
        ("kubectl apply -f pod.yaml -f api.json", (WEB, API)),
        ("kubectl apply -f pod.yaml,api.json", (WEB, API)),
        ("kubectl apply -f more", (API, DOOR)),
        ("kubectl apply -f more -R", (API, DOOR, WEB)),
        ("kubectl apply -f more/notes.txt", None),
        ("KUBECONFIG=x kubectl apply -f 'pod.yaml'", (WEB,)),
        ("kubectl apply -f - < pod.yaml", (WEB,)),
        (f"kubectl apply -f - <<'END'\n{SERVICE}END", (DOOR,)),
        (f"kubectl apply -f - <<END\n{SERVICE}END", (DOOR,)),
        (f"kubectl get pods; kubectl apply -f - <<END\n{SERVICE}END", (DOOR,)),
        # Nobody can tell before it runs.
        ("kubectl apply -f missing.yaml", None),
        ("kubectl apply -f pod.yaml -f missing.yaml", None),
        ("kubectl apply -f broken.yaml", None),
        ("kubectl apply -f notes.yaml", None),
        ("kubectl apply -f https://example.com/pod.yaml", None),
        ("kubectl apply -f $FILE", None),
        ("kubectl apply -f *.yaml", None),
        ("kubectl apply -f -", None),
        ("cat pod.yaml | kubectl apply -f -", None),
        ("kubectl apply -f - < $FILE", None),
        (f"kubectl apply -f - <<END\n{POD.replace('web', '$NAME')}END", None),
        (f"kubectl apply -f - <<END\n{POD}", None),
        ("kubectl apply -k .", None),
        # What ran before may have changed the file, or the folder.
        ("cd more && kubectl apply -f pod.yaml", None),
        ("kubectl run web --image=i --dry-run=client -o yaml > pod.yaml; kubectl apply -f pod.yaml", None),
    ],
)
def test_what_the_files_of_a_line_hold(line: str, expected: tuple[Manifest, ...] | None, folder: Path) -> None:
    assert held(line, folder) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("# only a comment", ()),
        ("---\n---\n", ()),
        (DEPLOYMENT, (API,)),
        (f'{{"apiVersion": "v1", "kind": "List", "items": [{DEPLOYMENT}]}}', (API,)),
        ("{apiVersion: v1, kind: Pod, metadata: {name: web}}", (WEB,)),
        (f"apiVersion: v1\nkind: PodList\nitems:\n- {POD.strip().replace(chr(10), chr(10) + '  ')}\n", (WEB,)),
        ("apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: web-\n", (Manifest("v1", "Pod"),)),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}",
            (Manifest("v1", "Secret", "s"),),
        ),
    ],
)
def test_objects_of_a_text(text: str, expected: tuple[Manifest, ...]) -> None:
    assert objects_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "just words",
        "- a list",
        "kind: Pod",
        "apiVersion: v1",
        "apiVersion: 1\nkind: Pod",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: 7}",
        "apiVersion: v1\nkind: List\nitems: [7]",
        "a: !!python/object:os.system x",
        "[" * 5000,
        '{"a":' * 5000,
        "a: &a [*a",
    ],
)
def test_what_is_no_manifest_is_not_guessed_at(text: str) -> None:
    with pytest.raises(UnknownError):
        objects_in(text)


def test_large_files_pipes_and_folders_without_end_are_left_alone(folder: Path) -> None:
    (folder / "large.yaml").write_text(POD + "#" * 500_001, encoding="utf-8")
    (folder / "half.yaml").write_text(POD + "#" * 300_001, encoding="utf-8")
    (folder / "bytes.yaml").write_bytes(b"\xff\xfe" + POD.encode())
    os.mkfifo(folder / "pipe.yaml")
    (folder / "more" / "deep" / "again").symlink_to(folder / "more")
    for name in ("large.yaml", "bytes.yaml", "pipe.yaml"):
        assert held(f"kubectl apply -f {name}", folder) is None
    assert held("kubectl apply -f half.yaml", folder) == (WEB,)
    assert held("kubectl apply -f half.yaml -f half.yaml", folder) is None
    assert held("kubectl apply -R -f more", folder) == (API, DOOR, WEB)
