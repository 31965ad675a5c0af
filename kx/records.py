"""Records: the part of ``dataclasses`` that kx's values use, at a fraction of its start-up cost.

``dataclasses`` compiles six methods for every class and imports ``inspect``: for the classes that stand between a typed
line and its explanation that is more time than everything else together. Here the methods are shared closures. For the
type checker a record *is* a dataclass. What is not needed is not there: no inheritance of fields, no
ordering. Modules that no instant answer imports may use ``dataclasses`` itself.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import asdict as asdict
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
    from typing import Any
else:

    def field(*, default_factory):
        """A field whose default is made anew for each record."""
        return _Factory(default_factory)

    def dataclass(cls=None, *, frozen=False):
        """Make a class a record of its annotated names, in their order."""
        if cls is None:
            return lambda cls: dataclass(cls, frozen=frozen)
        return _record(cls, frozen)

    def replace(record, /, **changes):
        """A copy of ``record`` with some fields changed."""
        fields = record.__dict__
        return type(record)(**{**{name: fields[name] for name in record._fields}, **changes})

    def asdict(record):
        """The fields of a record by name; records inside tuples become mappings too."""
        return {name: _plain(record.__dict__[name]) for name in record._fields}


class _Factory:
    """Stands as a field's default until the class is made."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value] if isinstance(value, list) else tuple(_plain(item) for item in value)
    return asdict(value) if hasattr(type(value), "_fields") and not isinstance(value, type) else value


def _record(cls: Any, frozen: bool) -> Any:
    names: tuple[str, ...] = tuple(cls.__dict__.get("__annotations__", ()))
    defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
    factories = {name: default.make for name, default in defaults.items() if isinstance(default, _Factory)}
    plain = {name: default for name, default in defaults.items() if name not in factories}
    for name in factories:
        delattr(cls, name)
    cls.__init__ = _initializer(cls.__name__, names, plain, factories)
    cls._fields = names
    cls.__eq__ = _equal
    cls.__hash__ = _hash if frozen else None
    cls.__repr__ = _shown
    if frozen:
        cls.__setattr__ = cls.__delattr__ = _refuse
    return cls


def _initializer(
    title: str, names: tuple[str, ...], plain: dict[str, Any], factories: dict[str, Callable[[], Any]]
) -> Callable[..., None]:
    known, count = frozenset(names), len(names)

    def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807
        fields = self.__dict__
        fields.update(plain)
        for name in factories:
            if name not in named:
                fields[name] = factories[name]()
        fields.update(zip(names, given))  # noqa: B905  (too many are told below)
        if named:
            fields.update(named)
        twice = named and given and not named.keys().isdisjoint(names[: len(given)])
        if len(fields) != count or len(given) > count or twice or not named.keys() <= known:
            raise TypeError(f"{title} has the fields {', '.join(names)}; given: {given!r}, {named!r}")

    return __init__


def _values(record: Any) -> tuple[Any, ...]:
    return tuple(record.__dict__[name] for name in record._fields)


def _equal(self: Any, other: Any) -> Any:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _shown(self: Any) -> str:
    shown = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._fields)
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise AttributeError(f"a record never changes: {type(self).__name__}.{name}")
