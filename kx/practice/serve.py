"""The process of the practice cluster: ``python -m kx.practice.serve FOLDER READY-FD``.

Started by ``lifecycle`` only. It leaves its parent at once, holds the server lock for as long as it lives, and says
through READY-FD when it answers. SIGTERM ends it; so does anything else, without losing an acknowledged write.
"""

from __future__ import annotations

import os
import sys


def _leave_parent() -> None:
    """Become nobody's child: the starter must not have to wait for us."""
    if os.fork():
        os._exit(0)


if __name__ == "__main__":
    _leave_parent()

import asyncio  # noqa: E402 - forking first is cheaper
import fcntl  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import signal  # noqa: E402
from pathlib import Path  # noqa: E402

from kx.practice import auth, certificates, kubeconfig, options  # noqa: E402
from kx.practice.cluster import Cluster, Secrets  # noqa: E402
from kx.practice.doors import Doors  # noqa: E402
from kx.practice.home import Home  # noqa: E402
from kx.practice.server import Server  # noqa: E402

_log = logging.getLogger("kx.practice")


def main(arguments: list[str]) -> int:
    """Serve until told to end."""
    folder, ready = Path(arguments[0]), int(arguments[1])
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    home = Home(folder, folder / "practice.log")
    lock = os.open(home.server_lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.write(ready, b"another server is running\n")
        return 1
    asyncio.run(_serve(home, ready))
    return 0


async def _serve(home: Home, ready: int) -> None:
    certificates.ensure(home.folder)
    authority = (home.folder / "ca.crt").read_text()
    secrets = Secrets(auth.ensure_token(home.token), auth.ensure_token(home.signing_key), authority)
    chosen = options.read(home.options)
    cluster = Cluster(home.database, secrets, chosen)
    server = Server(cluster.handle, cluster.gate, cluster.log.record, certificates.server_context(home.folder))
    port = await _listen(server, home)
    kubeconfig.write(home, port, secrets.token)
    doors = cluster.doors
    try:
        ingress = await _open_ingress(doors, home, chosen)
    except OSError as error:
        refusal = f"port {chosen.ingress_port} of this machine cannot be had ({error.strerror})"
        os.write(ready, f"{refusal}; name another one with --ingress-port\n".encode())
        await server.close()
        cluster.close()
        return
    known = {"pid": os.getpid(), "port": port, "ingress": ingress}
    certificates.write_private(home.server, json.dumps(known).encode())
    cluster.start()
    if chosen.node_ports:
        doors.follow_node_ports()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    _log.info("serving on %s, process %d", kubeconfig.server_url(port), os.getpid())
    os.write(ready, b"ready\n")
    os.close(ready)
    await ended.wait()
    await server.close()
    await doors.close()
    cluster.close()
    home.server.unlink(missing_ok=True)
    _log.info("ended")


async def _open_ingress(doors: Doors, home: Home, chosen: options.Options) -> int:
    """Open the door to the Ingresses where one is asked for; its port, or 0. Raises OSError when it is taken."""
    asked = chosen.ingress_port
    if asked is None:
        return 0
    if asked != options.FREE_PORT:
        return await doors.open_ingress(asked)
    kept = int(home.ingress_port.read_text()) if home.ingress_port.exists() else 0
    try:
        port = await doors.open_ingress(kept)
    except OSError:
        port = await doors.open_ingress(0)
    certificates.write_private(home.ingress_port, str(port).encode())
    return port


async def _listen(server: Server, home: Home) -> int:
    """Listen on the port of last time; on another one only if somebody took it."""
    kept = int(home.port.read_text()) if home.port.exists() else 0
    try:
        port = await server.start(kept)
    except OSError:
        port = await server.start(0)
    if port != kept:
        certificates.write_private(home.port, str(port).encode())
    return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
