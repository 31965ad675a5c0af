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
    subject: Subject, *verbs: str, subresource: str = "", reads_subresource: bool = False
) -> Iterator[Request]:
    """Read the targets, then send ``verbs`` for each object.

    Named objects are fetched one by one (all of them first), others listed; what follows a list depends on it.
    """
    if subject.files:
        yield from from_files(subject, "get", *verbs)
        return
    yield from read_targets(subject, subresource if reads_subresource else "")
    for target in subject.targets:
        for verb in verbs:
            yield from _each(subject, target, verb, subresource)


def _each(subject: Subject, target: Target, verb: str, subresource: str) -> Iterator[Request]:
    if target.type is None:
        yield unknown_type(target, verb)
    elif target.names:
        for name in target.names:
            yield request(verb, path(subject, target.type, name, subresource))
    else:
        pattern = path(subject, target.type, "{name}", subresource) if subject.namespace else ""
        yield request(verb, pattern, EACH_LISTED)


def read_targets(subject: Subject, subresource: str = "") -> Iterator[Request]:
    """Fetch every named object, list every type without names."""
    for target in subject.targets:
        if target.type is None:
            yield unknown_type(target, "get" if target.names else "list")
        elif target.names:
            for name in target.names:
                yield request("get", path(subject, target.type, name, subresource))
        else:
            yield request("list", path(subject, target.type))
