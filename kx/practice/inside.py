"""The API server as programs in pods reach it: ``https://kubernetes.default.svc``, by the service's address or name.

The same gate and the same handlers as for clients outside, without a socket. What never ends (watch, follow) and what
takes a connection over (exec, attach) is refused loudly: programs in pods have no way to read it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, unquote

from kx.practice.allocation import API_SERVER_IP
from kx.practice.http import Answer, Handler, Pairs, Request, Response, Stream, User, json_response
from kx.practice.node.process import HttpAnswer, HttpCall, Listener, Secure
from kx.practice.status import ApiError

_NAMES = frozenset(
    {
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        API_SERVER_IP,
    }
)
_ENDLESS = ("watch", "follow")


def api_listener(
    handle: Handler, gate: Callable[[str, Pairs], User], record: Callable[[Request, int], None], authority: str
) -> Listener:
    """What listens on the API server's port; ``authority`` is the cluster's CA as PEM."""

    async def answer(call: HttpCall) -> HttpAnswer:
        request = _request(call)
        try:
            request = replace(request, user=gate(request.path, request.headers))
            told = await _answered(handle, request)
        except ApiError as error:
            told = json_response(error.body(), error.code, error.headers)
        record(request, told.status)
        kind = next((value for name, value in told.headers if name == "content-type"), "text/plain")
        headers = tuple((name, value) for name, value in told.headers if name != "content-type")
        return HttpAnswer(told.status, told.body, kind, headers)

    return Listener(secure=Secure(authority, _NAMES, answer))


def _request(call: HttpCall) -> Request:
    path, _, query = call.path.partition("?")
    pairs = tuple(parse_qsl(query, keep_blank_values=True, errors="replace"))
    headers = tuple((name.lower(), value) for name, value in call.headers)
    return Request(call.method, unquote(path, errors="replace"), pairs, headers, call.body)


async def _answered(handle: Handler, request: Request) -> Response:
    if any(request.flag(name) for name in _ENDLESS):
        raise ApiError(501, "NotImplemented", "kx: watch and follow are not emulated for programs in pods")
    answer: Answer = await handle(request)
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, Stream):
        chunks = [chunk async for chunk in answer.chunks]
        return Response(answer.status, answer.headers, b"".join(chunks))
    raise ApiError(501, "NotImplemented", "kx: streams are not emulated for programs in pods")
