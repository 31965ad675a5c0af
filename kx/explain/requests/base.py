"""Building blocks of the request rules: verbs to methods, and the reasons why a request is not certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kx.explain.explanation import Request
from kx.explain.subject import Subject
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

# Reasons that begin with "one for each" stand for requests that may come any number of times.
EACH_LISTED = "one for each object the list returns"
FROM_OBJECT = "asks for what belongs to the object just read"
IF_ABSENT = "only if the object is not there"
OF_OBJECT = "asks for the pods of the object just read"
WHICH_POD = "which pod, the list before tells"
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


def pretends(subject: Subject) -> bool:
    """Whether nothing is sent that would change anything: ``--dry-run=client``."""
    return subject.dry_run == "client"
