"""Custom types from kubectl's own cache: where it lies, what is read of it, and what is not believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kx.kubectl.catalog.resources import Types
from kx.kubectl.discovery import cache_folder, cached_types, read, server_folder
from tests.kubectl import caches


@pytest.mark.parametrize(
    ("server", "folder"),
    [
        ("https://127.0.0.1:6443", "127.0.0.1_6443"),
        ("http://localhost:8080", "localhost_8080"),
        ("https://[::1]:6443", "___1__6443"),
        ("https://api.example.com", "api.example.com"),
        ("https://rancher.example.com/k8s/clusters/c-m-1", "rancher.example.com/k8s/clusters/c_m_1"),
        ("https://api.example.com/", "api.example.com"),
        ("https://bücher.example", "b_cher.example"),
    ],
)
def test_a_server_has_a_folder(server: str, folder: str) -> None:
    assert server_folder(Path("/cache"), server) == Path("/cache/discovery") / folder


def test_the_cache_lies_where_kubectl_puts_it() -> None:
    assert cache_folder({"HOME": "/home/me"}) == Path("/home/me/.kube/cache")
    assert cache_folder({"HOME": "/home/me", "KUBECACHEDIR": "/fast"}) == Path("/fast")


def test_custom_types_are_read(tmp_path: Path) -> None:
    caches.add(tmp_path / ".kube/cache/discovery/api.example.com_443")
    found = cached_types({"HOME": str(tmp_path)}, "https://api.example.com:443")
    assert [(one.key, one.version, one.namespaced, one.built_in) for one in found] == [
        ("widgets.shop.example.com", "v1", True, False),
        ("shops.shop.example.com", "v1", False, False),
        ("widgets.shop.example.com", "v1beta1", True, False),
    ]
    types = Types(lambda: found)
    widget = types.find("wd")
    assert widget is not None
    assert widget.path("web", "w") == "/apis/shop.example.com/v1/namespaces/web/widgets/w"
    assert types.find("widgets.v1beta1.shop.example.com") == found[2]
    assert types.category("goods") == found[:2]
    assert cached_types({"HOME": str(tmp_path)}, "https://other.example.com") == ()
    assert cached_types({"HOME": str(tmp_path)}, "") == ()


def test_the_preferred_version_comes_first(tmp_path: Path) -> None:
    folder = caches.add(tmp_path)
    index = folder / "servergroups.json"
    document = json.loads(index.read_text())
    document["groups"][0]["preferredVersion"] = document["groups"][0]["versions"][1]
    index.write_text(json.dumps(document))
    assert [one.version for one in read(folder) if one.plural == "widgets"] == ["v1beta1", "v1"]


def test_a_changed_cache_is_read_again(tmp_path: Path) -> None:
    caches.add(tmp_path)
    before = len(read(tmp_path))
    caches.add(tmp_path, {"more.example.com/v1": (caches.WIDGETS,)})
    assert len(read(tmp_path)) == before + 1


@pytest.mark.parametrize(
    "groups",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"groups": 5}',
        b'{"groups": [5, {"versions": [1, {"groupVersion": 7}]}]}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"groups": [{"versions": [{"groupVersion": "../../outside/v1"}]}]}',
        b'{"groups": [{"versions": [{"groupVersion": "/outside/v1"}]}]}',
    ],
)
def test_a_broken_index_is_unknown(tmp_path: Path, groups: bytes) -> None:
    caches.add(tmp_path / "outside", {"v1": (caches.WIDGETS,)})
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "servergroups.json").write_bytes(groups)
    assert read(folder) == ()


@pytest.mark.parametrize(
    "row",
    [
        5,
        {},
        {"name": "widgets"},
        {"name": "widgets\x1b[2J", "kind": "Widget"},
        {"name": "widgets", "kind": "\x1b]0;Widget"},
        {"name": "../widgets", "kind": "Widget"},
        {"name": ["widgets"], "kind": "Widget"},
    ],
)
def test_a_type_without_a_proper_name_is_left_out(tmp_path: Path, row: object) -> None:
    caches.add(tmp_path, {"shop.example.com/v1": (row, caches.SHOPS)})  # type: ignore[dict-item]
    assert [one.plural for one in read(tmp_path)] == ["shops"]


def test_odd_short_names_are_left_out(tmp_path: Path) -> None:
    names = {"shortNames": ["ok", 5, "\x1b[31m", ""], "categories": "all"}
    caches.add(tmp_path, {"shop.example.com/v1": ({**caches.WIDGETS, **names},)})
    assert [(one.short_names, one.categories) for one in read(tmp_path)] == [(("ok",), ())]


def test_a_huge_list_is_left_out(tmp_path: Path) -> None:
    many = tuple({**caches.WIDGETS, "name": f"widgets{number}"} for number in range(30_000))
    caches.add(tmp_path, {"big.example.com/v1": many, "shop.example.com/v1": (caches.SHOPS,)})
    assert [one.plural for one in read(tmp_path)] == ["shops"]
