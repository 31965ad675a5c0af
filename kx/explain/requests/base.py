"""Building blocks of the request rules: verbs to methods, targets to paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kx.explain.explanation import Request
from kx.explain.subject import Subject
from kx.explain.targets import Target
from kx.kubectl.catalog import resources
from kx.kubectl.catalog.resources import ResourceType

Rule = Callable[[Subject], Iterable[Request]]

METHODS = {
    "get": "GET",
    "list": "GET",
    "watch": "GET",
    "create": "POST",
    "update": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
}

EACH_LISTED = "one for each object the list returns"
FROM_OBJECT = "asks for what belongs to the object just read"
WHILE_THERE = "only while the object is still there"


def request(verb: str, path: str, why: str = "") -> Request:
    """A request; with a ``why`` it depends on what came before or on what kx cannot see."""
    return Request(verb, METHODS[verb], path, "depends" if why else "exact", why)


def builtin(name: str) -> ResourceType:
    """A built-in type that must be in the table."""
    found = resources.find(name)
    if found is None:
        raise KeyError(name)
    return found


def path(subject: Subject, kind: ResourceType, name: str = "", subresource: str = "") -> str:
    """The path of an object or collection in the namespace of the line."""
    return kind.path(subject.namespace, name, subresource)


def unknown_type(target: Target, verb: str) -> Request:
    """A request about a type that is not built in: only discovery tells its path."""
    return request(verb, "", f'"{target.typed}" is not a built-in type; the cluster tells its path')


def from_files(subject: Subject, *verbs: str) -> Iterator[Request]:
    """Requests about objects that files name: one of each verb for each object."""
    for verb in verbs:
        yield request(verb, "", f"one for each object in {named_files(subject)}")


def named_files(subject: Subject) -> str:
    """What -f and -k name, for a sentence."""
    return ", ".join("the input" if name == "-" else name for name in subject.files)


def per_object(
    subject: Subject, *verbs: str, subresource: str = "", reads_subresource: bool = False, one_by_one: bool = False
) -> Iterator[Request]:
    """Read the targets, then send ``verbs`` for each object.

    Named objects are fetched each by its name, others listed; what follows a list depends on it. Most commands fetch
    all before they send anything; those that go ``one_by_one`` are done with an object before they fetch the next.
    """
    if subject.files:
        yield from from_files(subject, "get", *verbs)
        return
    read_as = subresource if reads_subresource else ""
    if not one_by_one:
        yield from read_targets(subject, read_as)
    for target, name in objects(subject):
        if one_by_one:
            yield read_one(subject, target, name, read_as)
        for verb in verbs:
            yield about(subject, target, name, verb, subresource)


def objects(subject: Subject) -> Iterator[tuple[Target, str]]:
    """Every object that is named; "" stands for those of a type that are to be listed."""
    for target in subject.targets:
        for name in target.names or ("",):
            yield target, name


def read_targets(subject: Subject, subresource: str = "") -> Iterator[Request]:
    """Fetch every named object, list every type without names."""
    for target, name in objects(subject):
        yield read_one(subject, target, name, subresource)


def read_one(subject: Subject, target: Target, name: str, subresource: str = "") -> Request:
    """Fetch an object, or list its type where no name is given."""
    if target.type is None:
        return unknown_type(target, "get" if name else "list")
    return request("get" if name else "list", path(subject, target.type, name, subresource if name else ""))


def about(subject: Subject, target: Target, name: str, verb: str, subresource: str = "", why: str = "") -> Request:
    """A request for an object; without a name it is sent for each object that was listed."""
    if target.type is None:
        return unknown_type(target, verb)
    if name:
        return request(verb, path(subject, target.type, name, subresource), why)
    known = subject.namespace or not target.type.namespaced
    return request(verb, path(subject, target.type, "{name}", subresource) if known else "", EACH_LISTED)
