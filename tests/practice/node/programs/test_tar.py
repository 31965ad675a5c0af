"""tar in a container: what goes in comes out, nothing climbs out of its folder, mistakes are said."""

from __future__ import annotations

import io
import tarfile

import pytest

from kx.practice.node.runtime import gather_exit
from tests.practice.node.simulation import Simulation, pod, simulated


async def box(simulation: Simulation) -> None:
    simulation.create(pod("box", "busybox:1.36", command=["sleep", "infinity"]))
    await simulation.run(5)


async def execute(simulation: Simulation, script: str) -> tuple[int, str]:
    session = await simulation.runtime.exec("default", "box", "", ["sh", "-c", script], False)
    code, output = await gather_exit(session)
    return code, output.decode()


@simulated
async def test_what_goes_in_comes_out(simulation: Simulation) -> None:
    await box(simulation)
    made = "mkdir -p /a/b /out; echo one > /a/1; echo two > /a/b/2"
    assert await execute(simulation, made) == (0, "")
    assert await execute(simulation, "tar cf - -C / a | tar xf - -C /out && cat /out/a/1 /out/a/b/2") == (
        0,
        "one\ntwo\n",
    )
    assert await execute(simulation, "tar -cf /x.tar a && tar tf /x.tar") == (0, "a/\na/1\na/b/\na/b/2\n")


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ("tar cf - /none > /dev/null", 2, "tar: /none: Cannot stat: No such file or directory"),
        ("echo nonsense | tar xf -", 2, "tar: This does not look like a tar archive"),
        ("tar f -", 2, "tar: You must specify one of the '-ctx' options"),
        ("tar cqf - /etc", 2, "tar: invalid option -- 'q'"),
        ("tar xf - -C /none", 2, "tar: /none: Cannot open: No such file or directory"),
    ],
)
def test_mistakes_are_said(script: str, code: int, words: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        await box(simulation)
        ended, output = await execute(simulation, script)
        assert ended == code and words in output

    story()


@simulated
async def test_no_member_climbs_out(simulation: Simulation) -> None:
    await box(simulation)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as made:
        for name in ("../../etc/evil", "/etc/evil", "a/../../../etc/evil"):
            info = tarfile.TarInfo(name)
            info.size = 1
            made.addfile(info, io.BytesIO(b"x"))
    await execute(simulation, "mkdir /in")
    session = await simulation.runtime.exec("default", "box", "", ["tar", "xf", "-", "-C", "/in"], False)
    session.write_stdin(archive.getvalue())
    session.close_stdin()
    assert (await gather_exit(session))[0] == 0
    assert await execute(simulation, "cat /in/etc/evil; test -e /etc/evil") == (1, "x")
