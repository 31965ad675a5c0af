"""The training's visitor service: counts visits in redis and answers /api and /healthz.

At start it sets the key ``visits`` to 0 and ends if redis is unreachable or refuses the password.
"""

from __future__ import annotations

import json
import re

from kx.practice.node.process import HttpAnswer, Listener, Process, until_signalled

_CONFIG = "/app/config.yml"
_DEFAULT_REDIS = "redis-service:6379"
_DEFAULT_PORT = 65432
_ADDRESS = re.compile(r"([A-Za-z0-9.-]+):(\d+)\s*[\"']?\s*$")


class RedisError(Exception):
    """Redis could not be asked, or said no."""


async def main(process: Process) -> int:
    redis, port = _config(process)
    _log(process, f"connecting to redis at {redis}")
    try:
        _ask(process, redis, "SET", "visits", "0")
    except RedisError as failure:
        _log(process, f"redis: {failure}")
        return 1
    _log(process, f"listening on :{port}")
    process.box.ports[port] = Listener(get=lambda call: _get(process, redis, call.path))
    try:
        # The Go runtime ends with status 2 on SIGTERM when it is process 1 and nobody handles the signal.
        return await until_signalled(process, {"TERM": 2, "INT": 2})
    finally:
        process.box.ports.pop(port, None)


def _config(process: Process) -> tuple[str, int]:
    """Redis' address and the server's port, from config.yml where it is mounted."""
    text = process.files.read(_CONFIG).decode("utf-8", "replace") if process.files.exists(_CONFIG) else ""
    redis, port = _DEFAULT_REDIS, _DEFAULT_PORT
    for line in text.splitlines():
        address = _ADDRESS.search(line)
        number = re.search(r"port[\"']?\s*:\s*[\"']?(\d+)[\"']?\s*$", line, re.IGNORECASE)
        if address and not number:
            redis = f"{address.group(1)}:{address.group(2)}"
        elif number and int(number.group(1)) != 6379:
            port = int(number.group(1))
    return redis, port


def _ask(process: Process, redis: str, *command: str) -> str:
    host, _, port = redis.rpartition(":")
    places = process.box.network.addresses(host, int(port))
    if places is None:
        raise RedisError(f"dial tcp: lookup {host}: no such host")
    if not places:
        raise RedisError(f"dial tcp {redis}: connect: connection refused")
    listener = process.box.network.listener(*places[0])
    if listener is None or listener.talk is None:
        raise RedisError(f"dial tcp {places[0][0]}:{places[0][1]}: connect: connection refused")
    reply = listener.talk((process.env.get("visitor_redis_password", ""), *command))
    if reply.startswith("-"):
        raise RedisError(reply[1:])
    return reply


def _get(process: Process, redis: str, path: str) -> HttpAnswer:
    name = path.split("?")[0]
    if name == "/healthz":
        return HttpAnswer(204)
    if name != "/api":
        return HttpAnswer(404, b"404 page not found\n")
    try:
        visits = _ask(process, redis, "INCR", "visits")
    except RedisError as failure:
        _log(process, f"redis: {failure}")
        return HttpAnswer(500, b"redis failed\n")
    body = json.dumps({"hostname": process.box.hostname, "visits": visits}, separators=(",", ":"))
    return HttpAnswer(200, body.encode() + b"\n", "application/json")


def _log(process: Process, text: str) -> None:
    process.complain(f"{process.clock.now():%Y/%m/%d %H:%M:%S} {text}")
