"""What every handler works with: one value that holds the parts of a running practice cluster."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from kx.practice.access.authorizer import Authorizer
from kx.practice.auth import Keeper
from kx.practice.deletion import Deleter
from kx.practice.handlers.bell import Bell
from kx.practice.handlers.target import Target
from kx.practice.http import Answer, Request
from kx.practice.pipeline import Options, Pipeline
from kx.practice.status import ApiError, FieldError, Obj, invalid
from kx.practice.store import Store

LogReader = Callable[[Request, Obj], Awaitable[Answer]]  # the request and its pod
Connector = Callable[[Request, Obj, str], Awaitable[Answer]]  # the request, its pod or service, the subresource

_VALIDATIONS = ("Ignore", "Warn", "Strict")
_OPTIONS = {"PUT": "UpdateOptions", "PATCH": "PatchOptions", "DELETE": "DeleteOptions"}


@dataclass(frozen=True)
class Api:
    """The parts of a running cluster as handlers see them."""

    store: Store
    pipeline: Pipeline
    deleter: Deleter
    keeper: Keeper
    authorizer: Authorizer
    bell: Bell
    now: Callable[[], datetime]
    logs: LogReader | None = None  # pods/log
    streams: Connector | None = None  # exec, attach, port-forward, proxy


@dataclass(frozen=True)
class Call:
    """One request with its target, as a handler gets it."""

    api: Api
    request: Request
    target: Target

    def options(self) -> Options:
        """How the write was asked for; 422 for values a real server refuses."""
        return Options(manager=self.manager, dry_run=dry_run(self.request), user=self.request.user)

    @property
    def manager(self) -> str:
        """Who is to own what this write sets: ``fieldManager``, else the program's name."""
        return self.request.param("fieldManager") or self.request.header("user-agent").partition("/")[0] or "unknown"

    @property
    def validation(self) -> str:
        """How unknown and duplicate fields are treated: Ignore, Warn or Strict."""
        wanted = self.request.param("fieldValidation") or "Warn"
        if wanted not in _VALIDATIONS:
            raise _refused_option(self.request, "fieldValidation", wanted, ("", *sorted(_VALIDATIONS)))
        return wanted


def dry_run(request: Request, body: object = None) -> bool:
    """Whether nothing must be written, from the query and (for DELETE) the options in the body."""
    wanted = [value for value in request.params("dryRun") if value] or (body if isinstance(body, list) else [])
    if any(value != "All" for value in wanted):
        raise _refused_option(request, "dryRun", wanted, ("All",))
    return bool(wanted)


def _refused_option(request: Request, name: str, value: object, supported: tuple[str, ...]) -> ApiError:
    kind = _OPTIONS.get(request.method, "CreateOptions")
    detail = "supported values: " + ", ".join(f'"{each}"' for each in supported)
    return invalid(kind, "meta.k8s.io", "", [FieldError("FieldValueNotSupported", name, value, detail)])
