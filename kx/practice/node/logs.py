"""``pods/log``: which instance is meant, which of its lines, and how they are sent.

Which instance, and the words of the refusals, follow the kubelet (validateContainerLogStatus) and the API server
(registry/core/pod LogLocation). Logs live in memory: those written before a restart of the server are gone.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kx.practice.http import Answer, Request, Response, Stream
from kx.practice.node.clock import parse
from kx.practice.node.logbuffer import LogBuffer, LogLine
from kx.practice.node.runtime import Runtime
from kx.practice.status import FieldError, Obj, bad_request, invalid

_TEXT = (("content-type", "text/plain"),)
_GROUPS = ("containers", "initContainers", "ephemeralContainers")
_STATUS_GROUPS = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
_WAITING_WORDS = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}


@dataclass(frozen=True)
class LogOptions:
    """What of a log is wanted (core/v1 PodLogOptions)."""

    container: str = ""
    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    tail_lines: int | None = None
    since_seconds: int | None = None
    since_time: datetime | None = None
    limit_bytes: int | None = None


def reader(runtime: Runtime) -> Callable[[Request, Obj], Awaitable[Answer]]:
    """The handler of ``GET …/pods/NAME/log``, given the request and its pod."""

    async def read_log(request: Request, pod: Obj) -> Answer:
        options = read_options(request)
        content = read(runtime, pod, options)
        return Response(200, _TEXT, content) if isinstance(content, bytes) else Stream(content, 200, _TEXT)

    return read_log


def read_options(request: Request) -> LogOptions:
    """The options of a query; 400 or 422 for those a real server refuses."""
    since_time = request.param("sinceTime")
    try:
        moment = parse(since_time) if since_time else None
    except ValueError as error:
        raise bad_request(f'parsing time "{since_time}": {error}') from error
    options = LogOptions(
        container=request.param("container"),
        follow=request.flag("follow"),
        previous=request.flag("previous"),
        timestamps=request.flag("timestamps"),
        tail_lines=_number(request.param("tailLines")),
        since_seconds=_number(request.param("sinceSeconds")),
        since_time=moment,
        limit_bytes=_number(request.param("limitBytes")),
    )
    errors = [
        FieldError("FieldValueInvalid", field, value, words)
        for field, value, least, words in (
            ("tailLines", options.tail_lines, 0, "must be greater than or equal to 0"),
            ("limitBytes", options.limit_bytes, 1, "must be greater than 0"),
            ("sinceSeconds", options.since_seconds, 1, "must be greater than 0"),
        )
        if value is not None and value < least
    ]
    if options.since_seconds is not None and options.since_time is not None:
        detail = "at most one of `sinceTime` or `sinceSeconds` may be specified"
        errors.append(FieldError("FieldValueForbidden", "", None, detail))
    if errors:
        raise invalid("PodLogOptions", "", pod_name(request), errors)
    return options


def pod_name(request: Request) -> str:
    """The pod's name in a log request's path."""
    return request.path.rstrip("/").split("/")[-2]


def read(runtime: Runtime, pod: Obj, options: LogOptions) -> bytes | AsyncGenerator[bytes, None]:
    """The wanted part of a container's log; an iterator that ends with the container when it is followed."""
    name = _container(pod, options.container)
    if not pod["spec"].get("nodeName"):
        return b""
    container_id = _instance(pod, name, options.previous)
    log = runtime.log(pod["metadata"]["uid"], name, container_id.rpartition("/")[2])
    if log is None:
        return f"unable to retrieve container logs for {container_id}".encode()
    lines = _wanted(log, options, runtime.clock.now())
    if options.follow:
        return _follow(log, lines, options)
    content = b"".join(_shown(line, options) for line in lines)
    return content if options.limit_bytes is None else content[: options.limit_bytes]


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.lstrip("+-").isdecimal():
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text)


def _container(pod: Obj, wanted: str) -> str:
    """The container meant; 400 when none is named and there are several, or the pod has no such container."""
    name = pod["metadata"]["name"]
    names = {group: [one["name"] for one in pod["spec"].get(group) or ()] for group in _GROUPS}
    if not wanted:
        if len(names["containers"]) == 1:
            return str(names["containers"][0])
        message = f"a container name must be specified for pod {name}, choose one of: [{' '.join(names['containers'])}]"
        if names["initContainers"]:
            message += f" or one of the init containers: [{' '.join(names['initContainers'])}]"
        raise bad_request(message)
    if not any(wanted in group for group in names.values()):
        raise bad_request(f"container {wanted} is not valid for pod {name}")
    return wanted


def _instance(pod: Obj, name: str, previous: bool) -> str:
    """The id of the instance whose log is meant."""
    subject = f'container "{name}" in pod "{pod["metadata"]["name"]}"'
    statuses = [one for group in _STATUS_GROUPS for one in (pod.get("status") or {}).get(group) or ()]
    status = next((one for one in statuses if one["name"] == name), None)
    if status is None:
        raise bad_request(f"{subject} is not available")
    state, last = status.get("state") or {}, (status.get("lastState") or {}).get("terminated") or {}
    if previous:
        if not last.get("containerID"):
            raise bad_request(f"previous terminated {subject} not found")
        return str(last["containerID"])
    if "running" in state:
        return str(status["containerID"])
    if "terminated" in state and state["terminated"].get("containerID"):
        return str(state["terminated"]["containerID"])
    if last.get("containerID"):
        return str(last["containerID"])
    if "terminated" in state:
        raise bad_request(f"{subject} is terminated")
    reason = (state.get("waiting") or {}).get("reason", "")
    raise bad_request(f"{subject} is waiting to start: {_WAITING_WORDS.get(reason, reason)}")


def _wanted(log: LogBuffer, options: LogOptions, now: datetime) -> list[LogLine]:
    lines = list(log.lines())
    if options.tail_lines is not None:
        lines = lines[-options.tail_lines :] if options.tail_lines else []
    since = options.since_time
    if options.since_seconds is not None:
        since = now - timedelta(seconds=options.since_seconds)
    return lines if since is None else [line for line in lines if line.time >= since]


def _shown(line: LogLine, options: LogOptions) -> bytes:
    if not options.timestamps:
        return line.data
    stamp = f"{line.time:%Y-%m-%dT%H:%M:%S}.{line.time.microsecond:06d}000Z "
    return stamp.encode() + line.data


async def _follow(log: LogBuffer, lines: list[LogLine], options: LogOptions) -> AsyncGenerator[bytes, None]:
    left = options.limit_bytes
    last = max((line.number for line in log.lines()), default=-1)
    while True:
        chunk = b"".join(_shown(line, options) for line in lines)
        chunk = chunk if left is None else chunk[:left]
        if chunk:
            yield chunk
        if left is not None:
            left -= len(chunk)
            if left <= 0:
                return
        lines = list(log.lines(last))
        if not lines:
            if log.ended:
                return
            await log.changed()
            lines = list(log.lines(last))
        last = max((line.number for line in lines), default=last)
