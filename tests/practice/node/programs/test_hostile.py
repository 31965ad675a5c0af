"""Hostile scripts: nothing raises, nothing runs for ever, nothing writes without bound."""

from __future__ import annotations

import asyncio
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kx.practice.node.programs import names
from kx.practice.node.programs.patterns import PatternError, basic, compile_pattern
from tests.practice.node.simulation import Simulation, pod

_STEPS = 40
_MOST_BYTES = 4 << 20

PROGRAMS = sorted({*names("saman2000h/net-utils", "alpine"), *names("redis", "debian"), "nosuch", "./x", "/tmp"})
WORDS = st.one_of(
    st.sampled_from(
        "-n -c -f -e -r -l -i -v -x -1 +1 0 1 5 99999999999 -- - . .. / /tmp /tmp/a /etc /etc/hosts * "
        "? [a *.txt a=b $x $1 "
        '$@ "$@" ${x:-y} ${x#*} ${x/a/b} $((1+1)) $((x++)) $(echo) `echo` "a b" \'c d\' {a,b} {1..3} ~ '
        "\\n \\\\ % %s %d %Z "
        "s/a/b/ s/(/)/ [ ] ! a.b:80 10.96.0.1 localhost:80 127.0.0.1 http://x/ @/tmp/a +%Y é \u4e2d \x00".split(" ")
    ),
    st.text(st.characters(codec="utf-8"), max_size=6),
)
SIGNS = st.sampled_from(
    "; && || | |& & > >> < 2>&1 &> << <<< ( ) { } if then else elif fi while until do done for in "
    "case esac ;; ! function "
    "f() [[ ]] time set export unset cd exit return break continue eval trap read shift local let "
    ". source wait \n".split(" ")
)
SCRIPTS = st.lists(st.one_of(st.sampled_from(PROGRAMS), WORDS, SIGNS), max_size=14).map(" ".join)

TRICKS = [
    "f() { f | f & }; f; f",
    "while :; do :; done",
    "while true; do echo x; done",
    "yes | cat | cat | cat > /tmp/f",
    "x=a; while :; do x=$x$x$x; done",
    "echo {1..99999}{1..99999}{1..99999}",
    "eval 'eval \"eval x\"'; f() { eval f; }; f",
    "g() { $(g); }; g",
    "echo 'sh /tmp/s' > /tmp/s; sh /tmp/s",
    "echo '. /tmp/s' > /tmp/s; . /tmp/s",
    "printf '%999999999s' x; printf '%.999999999f' 1; printf '%*d' 5 5",
    "seq 1 999999999999999 | tail -n 1",
    "echo $((2**99999)) $((9**9**9)) $((1<<99999)) $((" + "(" * 200 + "1" + ")" * 200 + "))",
    "(" * 300 + "echo" + ")" * 300,
    "$(" * 100 + "echo" + ")" * 100,
    "echo ${x:-" * 200 + "}" * 200,
    "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! | grep -E '(a+)+$'",
    "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! | grep -E '(a|a)*$'",
    "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! | sed -E 's/((a*)*)*b/x/'",
    "[[ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! =~ (a*)*b ]]",
    "case aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa in *a*a*a*a*a*a*a*b) echo;; esac",
    "trap 'kill -USR1 $$' USR1; kill -USR1 $$; sleep 1",
    "cat /dev/zero | head -c 5; cat /dev/urandom | tr -d x | wc -c; tail -f /etc/hosts & wait",
    "exec sh -c 'exec sh -c \"exec sh\"'; cd /; rm -rf /* /; ls; mkdir -p " + "/a" * 300 + "; find / | wc -l; rm -r /a",
    "for a in 1 2 3 4 5 6 7 8; do for b in 1 2 3 4 5 6 7 8; do for c in $(seq 100); do :; done; done; done",
    "nc -l -p 1 & nc -lk -p 2 & nc localhost 1 < /etc/hosts; curl -L localhost:2; watch -n 0 true",
    "cat <<A; cat <<B\nx\nA\ny",
    "echo 'unterminated",
]


async def survive(simulation: Simulation, shell: str, script: str) -> None:
    session = await simulation.runtime.exec("default", "box", "", [shell, "-c", script], False, False)
    size = 0

    async def watch() -> None:
        nonlocal size
        while (piece := await session.read()) is not None:
            size += len(piece[1])

    watching = asyncio.ensure_future(watch())
    for _ in range(_STEPS):
        if watching.done():
            break
        await simulation.run(0.1)
    session.detach()
    await simulation.run(0.1)
    watching.cancel()
    assert size < _MOST_BYTES


def run(shell: str, *scripts: str) -> None:
    async def play() -> None:
        simulation = Simulation()
        try:
            simulation.create(pod("box", "saman2000h/net-utils:1.2", command=["sleep", "infinity"]))
            await simulation.run(3)
            for script in scripts:
                await survive(simulation, shell, script)
        finally:
            await simulation.stop()
            simulation.store.close()

    asyncio.run(play())


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("script", TRICKS, ids=[script[:40] for script in TRICKS])
def test_tricks(shell: str, script: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "kx.practice.node"):
        run(shell, script)
    assert caplog.records == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SCRIPTS, min_size=1, max_size=6), st.sampled_from(["sh", "bash"]))
def test_any_script(caplog: pytest.LogCaptureFixture, scripts: list[str], shell: str) -> None:
    caplog.clear()
    with caplog.at_level(logging.ERROR, "kx.practice.node"):
        run(shell, *scripts)
    assert caplog.records == []


@given(st.text(st.sampled_from("ab*+?(|)[]{}^$.\\01,:-"), max_size=20), st.text(st.sampled_from("ab01"), max_size=40))
@settings(deadline=2000)
def test_any_pattern(pattern: str, line: str) -> None:
    for form in (pattern, basic(pattern)):
        try:
            compile_pattern(form).search(line)
        except PatternError:
            pass
