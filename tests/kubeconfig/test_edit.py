"""Edits keep every character that is not part of the change, in any layout people write, and mean what they should."""

from __future__ import annotations

import difflib
import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.kubeconfig import edit
from kx.kubeconfig.edit import CannotEditError, Change
from kx.kubeconfig.splice import inverse, splice
from tests.kubeconfig.builders import CASES

BY_HAND = """\
# clusters of the shop
apiVersion: v1
kind: Config
current-context: dev   # do not touch
contexts:
    # the one for trying things
    - name: dev
      context:
          user: me   # it is me
          cluster: 'one'
          namespace: "shop"
    - context: {cluster: two, user: me}   # short
      name: prod
my-own: &keep [1, 2]
copy: *keep
users: []
"""
JSON = json.dumps(
    {
        "current-context": "dev",
        "contexts": [
            {"name": "dev", "context": {"cluster": "one", "user": "me", "namespace": "shop"}},
            {"name": "prod", "context": {"cluster": "two", "user": "me"}},
        ],
    }
)
LAYOUTS = {
    "by hand": BY_HAND,
    "windows": BY_HAND.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + BY_HAND,
    "no line end": BY_HAND.rstrip("\n"),
    "json": JSON,
    "indented json": json.dumps(json.loads(JSON), indent=2) + "\n",
    "canonical": (
        "apiVersion: v1\ncontexts:\n- context:\n    cluster: one\n    namespace: shop\n    user: me\n  name: dev\n"
        "- context:\n    cluster: two\n    user: me\n  name: prod\ncurrent-context: dev\nkind: Config\n"
    ),
    "kubectx": (
        "apiVersion: v1\ncontexts:\n  - context:\n        cluster: one\n        namespace: shop\n        user: me\n"
        "    name: dev\n  - context:\n        cluster: two\n        user: me\n    name: prod\n"
        "current-context: dev\nkind: Config\n"
    ),
    "two documents": "---\n" + BY_HAND + "---\nother: [1\n",
}
CHANGES = {
    "switch": edit.current("prod"),
    "switch to a strange name": edit.current("1e3"),
    "unset": edit.current(""),
    "namespace": edit.namespace("dev", "web"),
    "new namespace": edit.namespace("prod", "web"),
    "no namespace": edit.namespace("dev", ""),
    "rename": edit.rename("dev", "a: b"),
}

each_layout = pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())


def meaning(text: str) -> Any:
    """What a YAML parser that knows nothing of kx reads: scalars as text; what is empty is not there."""
    root = yaml.CBaseLoader(text).get_data()
    if not root.get("current-context"):
        root.pop("current-context", None)
    for entry in root.get("contexts") or []:
        if isinstance(entry.get("context"), dict) and not entry["context"].get("namespace"):
            entry["context"].pop("namespace", None)
    return root


def changed(root: Any, change: Change) -> Any:
    """``root`` with the change made to it as data."""
    if change.kind == "current":
        root.pop("current-context", None)
        return {**root, "current-context": change.value} if change.value else root
    entries = {entry.get("name", ""): entry for entry in root[change.section]}
    if change.kind == "delete":
        kept = [entry for entry in root[change.section] if entry.get("name", "") not in change.names]
        return {**root, change.section: kept}
    entry = entries[change.name]
    if change.kind == "rename":
        entry["name"] = change.value
    elif change.value:
        entry["context"]["namespace"] = change.value
    elif "context" in entry:
        entry["context"].pop("namespace", None)
    return root


def touched(before: str, after: str) -> list[str]:
    """The lines that differ: ``- old``, ``+ new``."""
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "-+"]


@each_layout
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_one_line_changes_and_means_what_it_should(text: str, change: Change) -> None:
    after = edit.apply(text, change)
    assert meaning(after) == changed(meaning(text), change)
    if text != JSON:  # which is a single line
        commas = text.startswith("{") and change == CHANGES["no namespace"]  # the one in front of it goes too
        assert len(touched(text, after)) <= (3 if commas else 2)
    assert edit.apply(after, change) == after if change.kind != "rename" else True


@each_layout
@pytest.mark.parametrize("names", [["dev"], ["prod"], ["dev", "prod"]])
def test_entries_go_and_comments_stay(text: str, names: list[str]) -> None:
    change = edit.delete("contexts", names)
    after = edit.apply(text, change)
    assert meaning(after) == changed(meaning(text), change)
    for comment in ("# clusters of the shop", "# do not touch", "# the one for trying things"):
        assert (comment in after) == (comment in text)


@each_layout
@pytest.mark.parametrize("change", [*CHANGES.values(), edit.delete("contexts", ["dev"])])
def test_every_edit_can_be_taken_back(text: str, change: Change) -> None:
    pieces = edit.find(text, change)
    assert splice(splice(text, *pieces), *inverse(text, pieces)) == text


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("current-context: dev # x\n", edit.current("p"), "current-context: p # x\n"),
        ("current-context: 'dev'\n", edit.current("p"), "current-context: p\n"),
        ('current-context: "dev"\n', edit.current("p"), 'current-context: "p"\n'),
        ("current-context:\nfoo: 1\n", edit.current("p"), "current-context: p\nfoo: 1\n"),
        ("current-context: &a dev\n", edit.current("p"), "current-context: &a p\n"),
        ("b: &a dev\ncurrent-context: *a\n", edit.current("p"), 'b: &a dev\ncurrent-context: "p"\n'),
        ("# only this", edit.current("p"), "# only this\ncurrent-context: p"),
        ("", edit.current("p"), "current-context: p\n"),
        ("null\n", edit.current("p"), "current-context: p\n"),
        ("{}\n", edit.current("p"), '{"current-context": "p"}\n'),
        ("{a: 1}", edit.current("p"), '{a: 1, current-context: "p"}'),
        ("a: 1\nkind: Config\n", edit.current("p"), "a: 1\ncurrent-context: p\nkind: Config\n"),
        ("z: 1\na: |\n  text\n", edit.current("p"), "z: 1\na: |\n  text\ncurrent-context: p\n"),
        ("z: 1\na: {b: 1}   # c\n# d\n", edit.current("p"), "z: 1\na: {b: 1}   # c\ncurrent-context: p\n# d\n"),
        ("current-context: a\ncurrent-context: b\n", edit.current("p"), "current-context: a\ncurrent-context: p\n"),
        ("{a: 1, kind: Config}", edit.current("p"), '{a: 1, current-context: "p", kind: Config}'),
        ("contexts: [{name: a}, {name: b}]", edit.delete("contexts", ["a"]), "contexts: [{name: b}]"),
        ("contexts: [{name: a}, {name: b}]", edit.delete("contexts", ["b"]), "contexts: [{name: a}]"),
        ("contexts:\n- name: a\n#c\n- name: b\n", edit.delete("contexts", ["a"]), "contexts:\n#c\n- name: b\n"),
        ("contexts: #c\n- name: a\nz: 1\n", edit.delete("contexts", ["a"]), "contexts: [] #c\nz: 1\n"),
        ("x: &b {user: u, namespace: n1}\ncontexts:\n- name: a\n  context:\n    <<: *b\n", edit.namespace("a", "w"),
         "x: &b {user: u, namespace: n1}\ncontexts:\n- name: a\n  context:\n    <<: *b\n    namespace: w\n"),
    ],
)  # fmt: skip
def test_it_is_written_as_its_neighbours_are(before: str, change: Change, after: str) -> None:
    assert edit.apply(before, change) == after


@pytest.mark.parametrize(
    ("text", "change", "why"),
    [
        ("current-context: |\n  dev\n", edit.current("p"), "several lines"),
        ("current-context: &a dev\nb: *a\n", edit.current("p"), "no place"),
        ("x: &c [{name: a}]\ncontexts: *c\n", edit.delete("contexts", ["a"]), "alias"),
        ("x: &c {user: u}\ncontexts: [{name: a, context: *c}]\n", edit.namespace("a", "w"), "alias"),
        ("contexts: [{name: a}]\n", edit.namespace("a", "w"), "not there"),
        ("contexts: [{name: a}]\n", edit.namespace("b", "w"), '"b" is not in contexts'),
        ("contexts: [{name: a}, {name: b}]\n", edit.rename("a", "b"), '"b" is in contexts already'),
        ("contexts: [{name: a}, {name: a}]\n", edit.rename("a", "b"), "twice"),
        ("current-context: [\n", edit.current("p"), "line"),
        ("just text\n", edit.current("p"), "not a mapping"),
    ],
)
def test_what_is_not_certain_is_refused(text: str, change: Change, why: str) -> None:
    with pytest.raises(CannotEditError, match=why):
        edit.apply(text, change)


NAMES = st.sampled_from(
    ["dev", "prod", "y", "n", "1e3", "12e45", "0o7", "null", "~", "true", "0x1", "1_000", "2001-01-01", "a:b", "a: b"]
    + [
        "../x",
        "#x",
        "it's",
        'qu"ote',
        "back\\slash",
        "snow☃",
        "😀",
        "-",
        "- a",
        "*a",
        "&a",
        "!a",
        "{a",
        "[a",
        "%a",
        "@a",
    ]
    + [" a ", "tab\there", "a\nb", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "x" * 253]
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A kubeconfig in some layout."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    contexts: list[Any] = []
    for name in names:
        body = {"cluster": draw(NAMES), "user": draw(NAMES)}
        if draw(st.booleans()):
            body["namespace"] = draw(NAMES)
        contexts.append({"name": name, "context": body})
    root: dict[str, Any] = {"apiVersion": "v1", "contexts": contexts, "kind": "Config", "users": []}
    if draw(st.booleans()):
        root["current-context"] = draw(NAMES)
    if draw(st.booleans()):
        return json.dumps(root, indent=draw(st.sampled_from([None, 1, 4])), ensure_ascii=False)
    return yaml.dump(
        root,
        default_flow_style=draw(st.sampled_from([True, False, None])),
        indent=draw(st.sampled_from([2, 4])),
        width=draw(st.sampled_from([20, 1000])),
        sort_keys=draw(st.booleans()),
        allow_unicode=draw(st.booleans()),
        default_style=draw(st.sampled_from([None, '"', "'"])),
    )


@st.composite
def changes(draw: st.DrawFn, names: list[str]) -> Change:
    name, value = draw(st.sampled_from(names)), draw(NAMES)
    return draw(
        st.sampled_from(
            [
                edit.current(value),
                edit.namespace(name, value),
                edit.namespace(name, ""),
                edit.rename(name, value),
                edit.delete("contexts", draw(st.lists(st.sampled_from(names), min_size=1, unique=True))),
            ]
        )
    )


@settings(max_examples=CASES)
@given(st.data())
def test_generated_files_mean_what_they_should(data: st.DataObject) -> None:
    text = data.draw(files())
    try:
        before = meaning(text)
    except yaml.YAMLError:
        return  # JSON with signs that YAML has no place for
    names = [entry["name"] for entry in before["contexts"]]
    if len(set(names)) < len(names):
        return  # JSON with signs that are line ends to YAML, and so all alike
    change = data.draw(changes(names))
    if change.kind == "rename" and change.value in names:
        return
    try:
        after = edit.apply(text, change)
    except CannotEditError as error:
        # PyYAML writes names that are no text to kubectl, such as y, as they are: kubectl cannot read that file.
        assert "is not text" in str(error), text
        return
    assert meaning(after) == changed(before, change)


SIGNS = ["", *" -:#'\"|>&*!%@`{}[],\t0y\\~\n\r", "\n\n", "---\n", "<<: *keep", "\u2028"]


@settings(max_examples=CASES)
@given(st.data())
def test_mangled_files_are_edited_rightly_or_not_at_all(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(list(LAYOUTS.values())))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.sampled_from([0, 0, 1, 3]))
        sign = data.draw(st.sampled_from(SIGNS))
        text = text[:at] + sign + text[at + gone :]
    change = data.draw(st.sampled_from([*CHANGES.values(), edit.delete("contexts", ["dev"])]))
    try:
        after = edit.apply(text, change)
    except CannotEditError:
        return
    try:
        before = meaning(text)
    except yaml.YAMLError:
        return  # PyYAML stumbles over what stands behind the first document, where kubectl does not look
    assert meaning(after) == changed(before, change)
