"""Lifecycle hooks: what a container runs right after its start and right before it is asked to end.

``exec`` runs in the container, ``sleep`` waits; ``httpGet`` asks the container's own port. Words are the kubelet's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kx.practice.node.container import Container, Program
from kx.practice.node.probing import port_number
from kx.practice.node.process import HttpCall
from kx.practice.node.runtime import Runtime, gather_exit
from kx.practice.served import RELEASE
from kx.practice.status import Obj

_AGENT = f"kube-lifecycle/{RELEASE[1:].rpartition('.')[0]}"


class Hooks:
    """Runs hooks beside the containers."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, uid: str, container: Obj, kind: str, done: Callable[[str], None]) -> bool:
        """Start a hook ("postStart", "preStop") if there is one; ``done`` is told what went wrong, "" for nothing."""
        hook = (container.get("lifecycle") or {}).get(kind)
        instance = self._runtime.find(uid, container["name"])
        if not hook or instance is None or not instance.program.running:
            return False

        async def play() -> None:
            done(await self._play(container, hook, instance))

        task = asyncio.get_running_loop().create_task(play())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _play(self, spec: Obj, hook: Obj, instance: Container) -> str:
        if "sleep" in hook:
            await self._runtime.clock.sleep(hook["sleep"].get("seconds", 0))
            return ""
        if "httpGet" in hook:
            port = port_number(spec, hook["httpGet"].get("port"))
            listener = instance.box.ports.get(port) if isinstance(port, int) else None
            if listener is None or listener.get is None:
                return f"dial tcp {instance.box.address}:{port}: connect: connection refused"
            bridge = instance.box.address.rpartition(".")[0] + ".1"
            listener.get(HttpCall(hook["httpGet"].get("path") or "/", bridge, _AGENT))
            return ""
        return await _execute((hook.get("exec") or {}).get("command") or [""], instance)


async def _execute(argv: list[str], instance: Container) -> str:
    main = instance.box.find(argv[0])
    if main is None:
        return f'exec: "{argv[0]}": executable file not found in $PATH'
    program = Program(main, instance.box, instance.launch, argv, False, False, None)
    session = program.session(False, lambda: None, lambda: None)
    instance.program.exit_code.add_done_callback(lambda _: program.signal("KILL"))
    code, output = await gather_exit(session)
    if code == 0:
        return ""
    return f"command '{' '.join(argv)}' exited with {code}: {output.decode('utf-8', 'replace')}"
