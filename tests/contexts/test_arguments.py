from __future__ import annotations

import pytest

from kx.contexts import arguments, namespace_arguments
from kx.contexts import operations as op


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", op.List()),
        ("prod", op.Switch("prod")),
        ("prod/web", op.Switch("prod/web")),
        ("-", op.Switch("-")),
        ("-- -odd", op.Switch("-odd", literal=True)),
        ("-c", op.Current()),
        ("--unset", op.Unset()),
        ("new=old", op.Rename("new", "old")),
        ("new=.", op.Rename("new", ".")),
        ("a=b=c", op.Rename("a", "b=c")),
        ("=b", op.Switch("=b")),
        ("-d a . b", op.Delete(("a", ".", "b"))),
        ("--delete a", op.Delete(("a",))),
        ("-d -odd", op.Delete(("-odd",))),
        ("-s a", op.Shell("a")),
        ("--readonly a", op.Shell("a", readonly=True)),
        ("--history", op.History()),
        ("-h", op.Help()),
        ("-V", op.Version()),
        ("-x", op.Refuse("unsupported option '-x'")),
        ("a b", op.Refuse("too many arguments")),
        ("-h a", op.Refuse("too many arguments")),
    ],
)
def test_ctx(line: str, meant: op.Operation) -> None:
    assert arguments.parse(line.split(), interactive=False) == meant


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", op.Pick()),
        ("-d", op.Pick("delete")),
        ("-s", op.Pick("shell")),
        ("-r", op.Pick("readonly")),
        ("a", op.Switch("a")),
    ],
)
def test_a_person_is_asked_for_what_is_missing(line: str, meant: op.Operation) -> None:
    assert arguments.parse(line.split(), interactive=True) == meant


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", op.List()),
        ("web", op.Switch("web")),
        ("web -f", op.Switch("web", force=True)),
        ("--force web", op.Switch("web", force=True)),
        ("- -f", op.Switch("-", force=True)),
        ("-u", op.Unset()),
        ("-x", op.Refuse('unsupported option "-x"')),
        ("a b", op.Refuse('unsupported arguments ["a" "b"]')),
        ("a b c", op.Refuse("too many arguments")),
    ],
)
def test_ns(line: str, meant: op.Operation) -> None:
    assert namespace_arguments.parse(line.split(), interactive=False) == meant
