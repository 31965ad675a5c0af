"""What a shell tells of itself: history, time, and that it has no job control."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kx.practice.node.programs.interpreter import Interpreter


async def history(shell: Interpreter, words: list[str]) -> int:
    if words[1:2] == ["-c"]:
        shell.history.clear()
    for number, line in enumerate(shell.history, 1):
        shell.process.say(f"{number:>5}  {line}")
    return 0


async def timed(shell: Interpreter, words: list[str]) -> int:
    begun = shell.process.clock.now()
    code = await shell.run_words(words[1:]) if len(words) > 1 else 0
    minutes, seconds = divmod((shell.process.clock.now() - begun).total_seconds(), 60)
    shell.process.complain(f"\nreal\t{int(minutes)}m{seconds:.3f}s\nuser\t0m0.000s\nsys\t0m0.000s")
    return code


async def refuse(shell: Interpreter, words: list[str]) -> int:
    shell.complain(f"{words[0]}: no job control")
    return 1


async def running(shell: Interpreter, words: list[str]) -> int:
    for number, _ in enumerate(shell.background, 1):
        shell.process.say(f"[{number}]   Running                 &")
    return 0
