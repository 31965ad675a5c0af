"""What runs in images kx has no program for: it stays up and says that it is simulated."""

from __future__ import annotations

from kx.practice.node.process import HttpAnswer, Listener, Process, until_signalled


async def unknown(process: Process) -> int:
    """Any image without a program here. It answers on the ports its container declares, so that probes succeed."""
    process.say(f"kx: simulated container of image {process.box.image}: it stays up and does nothing else")
    body = f"kx: simulated {process.box.image} in {process.box.hostname}\n".encode()
    listener = Listener(get=lambda call: HttpAnswer(200, body))
    mine = [port for port in process.box.declared if port not in process.box.ports]
    process.box.ports.update(dict.fromkeys(mine, listener))
    try:
        return await until_signalled(process, {"TERM": 0, "INT": 0})
    finally:
        for port in mine:
            process.box.ports.pop(port, None)


async def pause(process: Process) -> int:
    return await until_signalled(process, {"TERM": 0, "INT": 0})


async def hello(process: Process) -> int:
    """hello-world: says hello and ends."""
    process.say("\nHello from a simulated container!\nThis message shows that your practice cluster works.\n")
    return 0


async def becomes(process: Process) -> int:
    """An entrypoint that does nothing but become the command it was given; a word with a dash is for curl."""
    argv = tuple(process.argv[1:])
    if not argv or argv[0].startswith("-") or process.box.find(argv[0]) is None:
        argv = ("curl", *argv)
    main = process.box.find(argv[0])
    assert main is not None
    process.argv = argv
    return await main(process)
