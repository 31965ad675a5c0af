from __future__ import annotations

from pathlib import Path

import pytest

from kx.errors import KxError
from kx.kubeconfig import read
from kx.kubeconfig.where import Where
from tests.kubeconfig.builders import config, entry, write


def env_for(*files: Path) -> dict[str, str]:
    return {"KUBECONFIG": ":".join(str(file) for file in files)}


def test_context_namespace_and_server(tmp_path: Path) -> None:
    file = write(
        tmp_path / "config",
        config(entry("dev", cluster="c", namespace="shop"), current="dev", servers={"c": "https://c.example:6443"}),
    )
    env = env_for(file)
    assert read.current(env) == Where("dev", "shop", "https://c.example:6443", env["KUBECONFIG"])


def test_overrides_win(tmp_path: Path) -> None:
    file = write(tmp_path / "config", config(entry("dev", namespace="shop"), entry("prod"), current="dev"))
    assert read.current(env_for(file), context="prod").context == "prod"
    assert read.current(env_for(file), context="prod").namespace == "default"
    assert read.current(env_for(file), namespace="other").namespace == "other"
    assert read.current({}, kubeconfig=str(file)).kubeconfig == str(file)


def test_nothing_anywhere(tmp_path: Path) -> None:
    assert read.current({"HOME": str(tmp_path)}) == Where("", "default", "", "")
    assert read.current({"KUBECONFIG": "::"}) == Where("", "default", "", "::")


def test_the_first_file_wins_and_empty_current_contexts_do_not_count(tmp_path: Path) -> None:
    one = write(tmp_path / "one", config(entry("dev", namespace="one")))
    two = write(tmp_path / "two", config(entry("dev", namespace="two"), entry("b"), current="dev"))
    three = write(tmp_path / "three", config(current="b"))
    loaded = read.load(env_for(one, tmp_path / "missing", two, three))
    assert loaded.current_context == "dev"
    assert loaded.contexts["dev"].namespace == "one"
    assert loaded.contexts["dev"].source == one
    assert loaded.contexts["b"].source == two
    assert loaded.files == (one, two, three)


def test_a_current_context_without_an_entry_is_still_named(tmp_path: Path) -> None:
    file = write(tmp_path / "config", config(current="gone"))
    assert read.current(env_for(file)).context == "gone"


@pytest.mark.parametrize(
    ("text", "current"),
    [
        ("", ""),
        ("# only a comment\n", ""),
        ('{"current-context": "json"}', "json"),
        ("\ufeffcurrent-context: bom\n", "bom"),
        ("current-context: first\n---\ncurrent-context: second\n", "first"),
        ("current-context: one\ncurrent-context: two\n", "two"),
        ("current-context: 2020-01-01\n", "2020-01-01"),
        ("current-context: null\n", ""),
        ('current-context: "y"\n', "y"),
        ("Current-Context: case-counts\n", ""),
        ("contexts:\nclusters: []\ncurrent-context: a\n", "a"),
    ],
)
def test_shapes_kubectl_accepts(tmp_path: Path, text: str, current: str) -> None:
    assert read.load(env_for(write(tmp_path / "config", text))).current_context == current


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("just text\n", "its top level is not a mapping"),
        ("contexts: {}\n", "contexts is not a list of mappings"),
        ("contexts:\n- foo\n", "contexts is not a list of mappings"),
        ("contexts:\n- name: a\n  context: text\n", "a context in contexts is not a mapping"),
        ("contexts:\n- name: a\n- name: a\n", 'contexts holds the name "a" twice'),
        ("current-context: 123\n", "the value of current-context is not text"),
        ("current-context: a\n\tcontexts: b\n", "line 2"),
        ("current-context: 'a\n", "line"),
    ],
)
def test_broken_files_are_named_with_the_reason(tmp_path: Path, text: str, says: str) -> None:
    file = write(tmp_path / "config", text)
    with pytest.raises(KxError) as raised:
        read.current(env_for(file))
    assert str(file) in raised.value.message
    assert says in raised.value.message


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(KxError, match="Is a directory"):
        read.current(env_for(tmp_path))
    with pytest.raises(KxError, match="does not exist"):
        read.current({}, kubeconfig=str(tmp_path / "missing"))
    (tmp_path / "latin").write_bytes(b"current-context: \xe9\n")
    with pytest.raises(KxError, match="not UTF-8"):
        read.current(env_for(tmp_path / "latin"))


def test_a_mistyped_context_names_its_neighbours(tmp_path: Path) -> None:
    file = write(tmp_path / "config", config(entry("staging"), entry("production"), current="staging"))
    with pytest.raises(KxError) as raised:
        read.current(env_for(file), context="prodction")
    assert raised.value.message == 'context "prodction" does not exist'
    assert "production" in raised.value.hint
