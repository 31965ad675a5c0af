"""The shell as a table: what is typed, what comes out, how it ends."""

from __future__ import annotations

import pytest

from tests.practice.node.simulation import Simulation, execute, pod, simulated

SCRIPTS: list[tuple[str, str, int]] = [
    ("echo hello   world", "hello world\n", 0),
    ("echo 'a  b' \"c  $HOME\" d\\ e", "a  b c  /root d e\n", 0),
    ("echo \"$(echo 'x  y')\" $(echo 'x  y') `echo z`", "x  y x y z\n", 0),
    ("echo $((2 + 3 * (4 - 1))) $((7 / 2)) $((7 % 2)) $((1 < 2))", "11 3 1 1\n", 0),
    ("x=5; echo $x ${x}y ${y:-none} ${x:+set} ${#HOME}", "5 5y none set 5\n", 0),
    ("f=a/b/c.txt; echo ${f##*/} ${f%/*} ${f%%/*} ${f#*/}", "c.txt a/b a b/c.txt\n", 0),
    ("A=1 printenv A; echo [$A]", "1\n[]\n", 0),
    ("export A=1; printenv A", "1\n", 0),
    ("false || echo or; true && echo and; ! false && echo not", "or\nand\nnot\n", 0),
    ("false; echo $?", "1\n", 0),
    ("set -e; false; echo never", "", 1),
    ("set -e; false || true; if false; then :; fi; echo reached", "reached\n", 0),
    ("echo a b c | wc -w", "3\n", 0),
    ("printf '3\\n1\\n2\\n' | sort | head -n 2 | tail -n 1", "2\n", 0),
    ("yes | head -n 2", "y\ny\n", 0),
    ("echo out; echo err >&2", "out\nerr\n", 0),
    ("(echo one; echo two >&2) 2>/dev/null", "one\n", 0),
    ("echo one > /tmp/f; echo two >> /tmp/f; cat < /tmp/f", "one\ntwo\n", 0),
    ("nosuch 2>&1 | cat", "sh: nosuch: not found\n", 0),
    ("for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done", "1\n3\n", 0),
    ("i=0; while true; do i=$((i+1)); [ $i -ge 3 ] && break; done; echo $i", "3\n", 0),
    ("i=0; until [ $i -eq 2 ]; do i=$((i+1)); done; echo $i", "2\n", 0),
    ("if [ -f /etc/hosts ] && [ ! -d /nope ]; then echo y; elif true; then echo z; else echo n; fi", "y\n", 0),
    ("cd /etc && pwd; (cd /tmp; pwd); pwd; cd -", "/etc\n/tmp\n/etc\n/\n", 0),
    ("{ echo a; echo b; } | wc -l", "2\n", 0),
    ("echo /etc/host*", "/etc/hostname /etc/hosts\n", 0),
    ("echo '/etc/host*' nomatch*", "/etc/host* nomatch*\n", 0),
    ("sleep 100 & kill $!; wait; echo done", "done\n", 0),
    ("trap 'echo bye; exit 3' TERM; kill $$; sleep 5; echo never", "bye\n", 3),
    ("timeout 1 sleep 5; echo $?", "124\n", 0),
    ("exec echo replaced; echo never", "replaced\n", 0),
    ("echo 'a # b' c#d # e", "a # b c#d\n", 0),
    ("read a b <<< x", "sh: syntax error: here-documents are not emulated in the practice cluster's shell\n", 2),
    ("echo 'open", "sh: syntax error: unterminated quoted string (')\n", 2),
    ("if true; then echo x", 'sh: syntax error: unexpected end of file (expecting "elif")\n', 2),
    ("echo $((1 / 0))", "sh: divide by zero\n", 1),
    ("exit 300", "", 44),
    ("nosuch", "sh: nosuch: not found\n", 127),
    ("/nope/x", "sh: /nope/x: not found\n", 127),
    ("cat /nope", "cat: can't open '/nope': No such file or directory\n", 1),
    ("cat < /nope", "sh: can't open /nope: No such file or directory\n", 1),
    (
        "mkdir /tmp/d && touch /tmp/d/x && ls /tmp/d && rm -r /tmp/d && ls /tmp/d",
        "x\nls: /tmp/d: No such file or directory\n",
        1,
    ),
    ("grep -c ':' /etc/passwd; grep -q nope /etc/passwd", "2\n", 1),
    ("sed s/a/b/", "sed: kx does not emulate this program in the practice cluster\n", 1),
    ("ls --color", "ls: --color: this option is not emulated in the practice cluster\n", 1),
    ("sleep 1; date +%S", "{any}\n", 0),
]


@pytest.mark.parametrize(("script", "output", "code"), SCRIPTS, ids=[row[0] for row in SCRIPTS])
def test_scripts(script: str, output: str, code: int) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.create(pod("box", "busybox:1.36", command=["sleep", "infinity"]))
        await simulation.run(1.5)
        got_code, got = await execute(simulation, "box", ["sh", "-c", script])
        assert got_code == code
        assert output == "{any}\n" or got == output

    story()


@simulated
async def test_arguments_and_stdin(simulation: Simulation) -> None:
    simulation.create(pod("box", command=["sleep", "infinity"]))
    await simulation.run(2)
    assert await execute(simulation, "box", ["bash", "-c", 'echo $0 $1 "$@" $#', "name", "a b", "c"]) == (
        0,
        "name a b a b c 2\n",
    )
    assert await execute(
        simulation, "box", ["bash"], b"echo one\nfor i in 2 3\ndo echo $i\ndone\nexit 4\necho never\n"
    ) == (
        4,
        "one\n2\n3\n",
    )
    assert await execute(simulation, "box", ["cat"], b"through\n") == (0, "through\n")
    assert await execute(simulation, "box", ["bash", "-c", "nosuch"]) == (
        127,
        "bash: line 1: nosuch: command not found\n",
    )


@simulated
async def test_each_family_has_its_own_tools(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx:1.27"))
    simulation.create(pod("box", "busybox:1.36", command=["sleep", "infinity"]))
    await simulation.run(3)
    assert await execute(simulation, "web", ["sh", "-c", "ps"]) == (127, "sh: 1: ps: not found\n")
    assert await execute(simulation, "web", ["ls", "/nope"]) == (
        2,
        "ls: cannot access '/nope': No such file or directory\n",
    )
    assert await execute(simulation, "web", ["cat", "/nope"]) == (1, "cat: /nope: No such file or directory\n")
    code, output = await execute(simulation, "box", ["ps"])
    assert code == 0
    assert output.splitlines()[1].split() == ["1", "root", "0:00", "sleep", "infinity"]
    code, output = await execute(simulation, "web", ["curl", "-s", "localhost"])
    assert "<h1>Welcome to nginx!</h1>" in output


@simulated
async def test_sleep_has_two_tempers(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx:1.27"))
    simulation.create(pod("box", "busybox:1.36", command=["sleep", "infinite"]))
    await simulation.run(3)
    assert "running" in simulation.status("box")["state"]
    for name, word, message in [
        ("box", "x", "sleep: invalid number 'x'\n"),
        ("web", "x", "sleep: invalid time interval 'x'\nTry 'sleep --help' for more information.\n"),
        ("web", "infinite", "sleep: invalid time interval 'infinite'\nTry 'sleep --help' for more information.\n"),
    ]:
        assert await execute(simulation, name, ["sleep", word]) == (1, message)
    assert await execute(simulation, "web", ["sleep", "0.5", "1s"]) == (0, "")
