"""Nothing of kubectl is without a text, and no text is without its thing: in the facts and in every kubectl at hand."""

from __future__ import annotations

import pytest

from kx.explain.layouts import LAYOUTS, Layout
from kx.kubectl.catalog import helptext, texts
from kx.kubectl.catalog.load import known_versions, load
from kx.kubectl.catalog.resources import resource_types
from tests.kubectls import Kubectl, find_kubectls, run_offline

# Texts that are ahead of the facts: flags that only a newer kubectl has, or that an environment variable unlocks.
NEWER = {"cpu", "memory", "show-secrets", "show-swap", "as-user-extra"}
UNLOCKED = {"applyset", "kuberc"}

_TYPED = ("type", "types", "category", "unknown-type", "type-name")
ROLES = {
    "resources": (*_TYPED, "name", "names", "extra"),
    "new": ("new-name",),
    "pod": ("pod", "type-name"),
    "words": (),
}
REST = {"pair": ("pair", "removal", "misplaced"), "last": ("account",), "": ("extra",)}


def roles(layout: Layout) -> set[str]:
    """Every role that an operand of a command with this layout can have."""
    if layout.kind == "named":
        return {"node" if layout.resource == "nodes" else "name", "extra"}
    return {*ROLES[layout.kind], *layout.roles, *REST.get(layout.rest, (layout.rest,)), "extra"}


def commands() -> dict[tuple[str, ...], set[str]]:
    """Every command of every version in the facts, with its own flags."""
    found: dict[tuple[str, ...], set[str]] = {}
    for version in known_versions():
        for path, command in load(version).commands.items():
            found.setdefault(path, set()).update(flag.name for flag in command.flags if not flag.is_global)
    return found


@pytest.mark.parametrize("path", LAYOUTS, ids=" ".join)
def test_every_operand_has_a_text(path: tuple[str, ...]) -> None:
    assert [role for role in sorted(roles(LAYOUTS[path])) if not texts.operand(path, role)] in ([], ["category"])


def test_a_command_whose_usage_shows_operands_has_a_layout_for_them() -> None:
    shown = {
        path
        for version in known_versions()
        for path, command in load(version).commands.items()
        if command.runnable and any(word.strip("[]()<>.").isupper() for word in command.usage.split())
    }
    only_files = {
        ("apply",),
        ("apply", "set-last-applied"),
        ("auth", "reconcile"),
        ("create",),
        ("diff",),
        ("replace",),
    }
    only_flags = {("events",), ("proxy",), ("config",), ("rollout",), ("certificate",), ("set",)}
    assert shown - set(LAYOUTS) <= only_files | only_flags


@pytest.mark.parametrize("path", commands(), ids=lambda path: " ".join(path) or "kubectl")
def test_no_text_of_an_operand_is_idle(path: tuple[str, ...]) -> None:
    told = texts.command(path)
    assert told is not None
    reachable = roles(LAYOUTS[path]) if path in LAYOUTS else set()
    assert set(told.operands) - reachable == set()


def test_no_shared_text_of_an_operand_is_idle() -> None:
    reachable = {role for layout in LAYOUTS.values() for role in roles(layout)}
    assert set(texts._shared("operands")) - reachable == set()


def test_no_shared_text_of_a_flag_is_idle() -> None:
    used = set(NEWER | UNLOCKED)
    for path, flags in commands().items():
        told = texts.command(path)
        used |= flags - set(told.flags if told else ())
    assert set(texts._shared("flags")) - used == set()


def test_no_text_of_a_global_flag_is_idle() -> None:
    known = {flag.name for version in known_versions() for flag in load(version).globals}
    assert set(texts._shared("globals")) - known <= NEWER | UNLOCKED


def test_no_text_of_a_type_is_idle() -> None:
    assert set(texts._shared("types")) - {entry.key for entry in resource_types()} == set()


def test_own_texts_do_not_repeat_the_shared_ones() -> None:
    for path in commands():
        told = texts.command(path)
        assert told is not None
        assert [name for name, note in told.flags.items() if texts._shared("flags").get(name) == note] == [], path


@pytest.mark.parametrize("kubectl", find_kubectls() or [pytest.param(None, marks=pytest.mark.skip("no kubectl found"))])
def test_a_kubectl_at_hand_is_one_whose_every_word_has_a_text(kubectl: Kubectl) -> None:
    """tests/kubectl/test_catalog.py holds the facts to the binaries, and test_texts.py the texts to the facts."""
    assert kubectl.version in known_versions()
    page = helptext.read_help(run_offline(kubectl, "--help").stdout, ())
    assert page.subcommands
    assert [name for name in page.subcommands if texts.command((name,)) is None] == []
