"""The training's visitor service: counts visits in redis and answers /api and /healthz.

At start it sets the key ``visits`` to 0 and ends if redis is unreachable or refuses the password.
"""

from __future__ import annotations

import json
import re

from kx.practice.node.process import HttpAnswer, HttpCall, Listener, Process, until_signalled
from kx.practice.node.programs.dial import NoConnectionError, UnknownHostError, connect, lookup, open_link
from kx.practice.node.resp import Error, ProtocolError, Reply, command, decode

_CONFIG = "/app/config.yml"
_PASSWORD = "visitor_redis_password"
_DEFAULT_REDIS = "redis-service:6379"
_DEFAULT_PORT = 65432
_START_SECONDS = 5.0  # its client's time-out for a connection
_ADDRESS = re.compile(r"([A-Za-z0-9.-]+):(\d+)\s*[\"']?\s*$")


class RedisError(Exception):
    """Redis could not be asked, or said no."""


async def main(process: Process) -> int:
    redis, port = _config(process)
    _log(process, f"connecting to redis at {redis}")
    try:
        await _wait_for(process, redis)
        _ask(process, redis, "SET", "visits", "0")
    except RedisError as failure:
        _log(process, f"redis: {failure}")
        return 1
    _log(process, f"listening on :{port}")
    if port in process.box.ports:
        _log(process, f"listen tcp :{port}: bind: address already in use")
        return 1
    process.box.ports[port] = Listener(get=lambda call: _get(process, redis, call))
    try:
        # The Go runtime ends with status 2 on SIGTERM when it is process 1 and nobody handles the signal.
        return await until_signalled(process, {"TERM": 2, "INT": 2})
    finally:
        process.box.ports.pop(port, None)


def _config(process: Process) -> tuple[str, int]:
    """Redis' address and the server's port, from config.yml where it is mounted."""
    mounted = process.files.exists(_CONFIG) and not process.files.is_folder(_CONFIG)
    text = process.files.read(_CONFIG).decode("utf-8", "replace") if mounted else ""
    redis, port = _DEFAULT_REDIS, _DEFAULT_PORT
    for line in text.splitlines():
        address = _ADDRESS.search(line)
        number = re.search(r"port[\"']?\s*:\s*[\"']?(\d+)[\"']?\s*$", line, re.IGNORECASE)
        if address and not number:
            redis = f"{address.group(1)}:{address.group(2)}"
        elif number and int(number.group(1)) != 6379:
            port = int(number.group(1))
    return redis, port


async def _wait_for(process: Process, redis: str) -> None:
    """The first connection, which may take its time."""
    host, _, port = redis.rpartition(":")
    try:
        await connect(process, host, int(port), _START_SECONDS)
    except TimeoutError as error:
        raise RedisError(f"dial tcp {redis}: i/o timeout") from error
    except (UnknownHostError, NoConnectionError) as error:
        raise _unreachable(error, host) from error


def _unreachable(error: Exception, host: str) -> RedisError:
    if isinstance(error, NoConnectionError):
        reasons = {"refused": "connection refused", "no-route": "no route to host", "outside": "network is unreachable"}
        why = reasons.get(error.fate, "connection timed out")
        return RedisError(f"dial tcp {error.address}:{error.port}: connect: {why}")
    return RedisError(f"dial tcp: lookup {host} on 10.96.0.10:53: no such host")


def _ask(process: Process, redis: str, *words: str) -> Reply:
    """One command over a connection of its own: AUTH, then the command."""
    host, _, port = redis.rpartition(":")
    try:
        link = open_link(process, lookup(process, host)[0], int(port))
    except (UnknownHostError, NoConnectionError) as error:
        raise _unreachable(error, host) from error
    password = process.env.get(_PASSWORD, "")
    reply: Reply = None
    for each in ([("AUTH", password)] if password else []) + [words]:
        reply = _reply(link.dialog.feed(command(*each)))
    link.dialog.feed(b"")
    return reply


def _reply(received: bytes) -> Reply:
    try:
        replies = decode(received)
    except ProtocolError as error:
        raise RedisError(f"redis: can't parse reply: {error}") from error
    if not replies:
        raise RedisError("EOF")
    if isinstance(replies[0], Error):
        raise RedisError(replies[0].text)
    return replies[0]


def _get(process: Process, redis: str, call: HttpCall) -> HttpAnswer:
    name = call.path.split("?")[0]
    date = (("Date", process.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT")),)
    if name == "/healthz":
        return HttpAnswer(204, headers=date)
    if name != "/api":
        return HttpAnswer(404, b"404 page not found\n", headers=date)
    try:
        visits = _ask(process, redis, "INCR", "visits")
    except RedisError as failure:
        _log(process, f"redis: {failure}")
        return HttpAnswer(500, b"redis failed\n", headers=date)
    body = json.dumps({"hostname": process.box.hostname, "visits": str(visits)}, separators=(",", ":"))
    return HttpAnswer(200, body.encode() + b"\n", "application/json", headers=date)


def _log(process: Process, text: str) -> None:
    process.complain(f"{process.clock.now():%Y/%m/%d %H:%M:%S} {text}")
