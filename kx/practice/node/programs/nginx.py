"""nginx: the entrypoint's and the server's log lines, and its welcome page on port 80."""

from __future__ import annotations

from kx.practice.node.process import HttpAnswer, HttpCall, Listener, Process, until_signalled

_ENTRYPOINT = (
    "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
    "/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh",
    "10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf",
    "10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf",
    "/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh",
    "/docker-entrypoint.sh: Configuration complete; ready for start up",
)
ROOT = "/usr/share/nginx/html"
_NOT_FOUND = (
    b"<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n"
)
_PORT = 80


async def entrypoint(process: Process) -> int:
    """/docker-entrypoint.sh: prepares for nginx, then becomes the command it was given."""
    argv = process.argv[1:]
    if not argv:
        return 0
    if argv[0] == "nginx":
        for line in _ENTRYPOINT:
            process.say(line)
    main = process.box.find(argv[0])
    if main is None:
        process.complain(f"/docker-entrypoint.sh: line 47: exec: {argv[0]}: not found")
        return 127
    process.argv = argv
    return await main(process)


async def server(process: Process) -> int:
    """nginx itself. ``-t`` and ``-v`` answer; without "daemon off;" it goes to the background and process 1 ends."""
    version = process.env.get("NGINX_VERSION", "1.27.5")
    if "-v" in process.argv or "-V" in process.argv:
        process.complain(f"nginx version: nginx/{version}")
        return 0
    if "-t" in process.argv:
        process.complain("nginx: the configuration file /etc/nginx/nginx.conf syntax is ok")
        process.complain("nginx: configuration file /etc/nginx/nginx.conf test is successful")
        return 0
    if _PORT in process.box.ports:
        process.complain("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)")
        return 1
    _notice(process, 'using the "epoll" event method')
    _notice(process, f"nginx/{version}")
    _notice(process, "start worker processes")
    process.box.ports[_PORT] = Listener(get=lambda call: _get(process, call))
    if not any("daemon off" in word for word in process.argv):
        return 0
    try:
        code = await until_signalled(process, {"TERM": 0, "QUIT": 0, "INT": 0})
        _notice(process, "exiting")
        return code
    finally:
        process.box.ports.pop(_PORT, None)


def _notice(process: Process, text: str) -> None:
    stamp = process.clock.now().strftime("%Y/%m/%d %H:%M:%S")
    process.complain(f"{stamp} [notice] {process.pid}#{process.pid}: {text}")


def _get(process: Process, call: HttpCall) -> HttpAnswer:
    name = call.path.split("?")[0]
    name = ROOT + (name + "index.html" if name.endswith("/") else name)
    found = process.files.exists(name) and not process.files.is_folder(name)
    answer = (
        HttpAnswer(200, process.files.read(name), "text/html") if found else HttpAnswer(404, _NOT_FOUND, "text/html")
    )
    stamp = process.clock.now().strftime("%d/%b/%Y:%H:%M:%S +0000")
    request = f'"GET {call.path} HTTP/1.1" {answer.status} {len(answer.body)} "-" "{call.agent}" "-"'
    process.say(f"{call.client} - - [{stamp}] {request}")
    return answer
