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
    ("read a b <<< x", "sh: syntax error: unexpected redirection\n", 2),
    ('cat <<END\na $HOME\n"b" $(echo c) \\$d\nEND\necho after', 'a /root\n"b" c $d\nafter\n', 0),
    ("cat <<'END' | wc -l\n$HOME it's\nx\nEND", "2\n", 0),
    ("cat <<-END\n\t\tindented\n\tEND", "indented\n", 0),
    ("case abc in x|y) echo no;; a*) echo yes;; *) echo other;; esac", "yes\n", 0),
    ("f() { echo $1 $#; return 3; }; f a b; echo $?", "a 2\n3\n", 0),
    ("f() { local x=1; y=2; }; x=0; f; echo $x $y", "0 2\n", 0),
    ("f() { f; }; f", "sh: maximum nesting level exceeded (30)\n", 1),
    ("set -- a b; echo $1 $2 $#; shift; echo $1", "a b 2\nb\n", 0),
    ("set -u; echo $nope; echo never", "sh: nope: parameter not set\n", 1),
    ("set -x; echo a 'b c'", "+ echo a 'b c'\na b c\n", 0),
    ("set -o pipefail; false | true; echo $?", "1\n", 0),
    ("i=5; echo $((i++ + 1)) $i $((i *= 2)) $((1 ? 2 : 3)) $((2 ** 10))", "6 6 12 2 1024\n", 0),
    ("echo one > /tmp/a; echo two 2>&1 >> /tmp/a; cat /tmp/a", "one\ntwo\n", 0),
    ("ls /nope &> /tmp/a; cat /tmp/a", "ls: /nope: No such file or directory\n", 0),
    ("printf 'a b c\\nd e\\n' | while read x y; do echo $y-$x; done", "b c-a\ne-d\n", 0),
    ("IFS=:; echo 1:2:3 | { read a b; echo $b; }", "2 3\n", 0),
    ("v=abcabc; echo ${v/b/X} ${v//b/X} ${v:1:2} ${v: -2}", "aXcabc aXcaXc bc bc\n", 0),
    ("echo 'export A=5' > /tmp/s; . /tmp/s; echo $A", "5\n", 0),
    ("a=1; a+=2; echo $a", "12\n", 0),
    ("echo '#!/bin/sh\necho ran $1' > /tmp/s; chmod +x /tmp/s; /tmp/s a; cd /tmp; ./s b", "ran a\nran b\n", 0),
    ("echo '#!/nope' > /tmp/s; /tmp/s; echo '#!/tmp/s' > /tmp/s; /tmp/s", "{any}\n", 126),
    ("[[ abc == a* && 1 -lt 2 ]] && echo y; [[ x =~ ^[a-c]$ ]] || echo n", "y\nn\n", 0),
    ("f() { f | f & }; f; sleep 1; wait; echo survived", "{any}\n", 0),
    ("x=aaaaaaaaaa; while :; do x=$x$x; done", "sh: argument list too long\n", 1),
    ("command -v cat nosuch; type cd", "/bin/cat\ncd is a shell builtin\n", 0),
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
    ("dmesg", "dmesg: kx does not emulate this program in the practice cluster\n", 1),
    ("ls --zero", "ls: --zero: this option is not emulated in the practice cluster\n", 1),
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


BASH = [
    ("echo {a,b}{1..3} '{x,y}' {z}", "a1 a2 a3 b1 b2 b3 {x,y} {z}\n"),
    ('cat <<< "a $((1 + 1))"', "a 2\n"),
    ("v=hello; echo ${v^^} ${v^} $'a\\tb'", "HELLO Hello a\tb\n"),
    ("function f { echo $1; }; f x", "x\n"),
    ("nosuch |& cat", "bash: line 1: nosuch: command not found\n"),
    ("let x=5*2; echo $x; type -t cd >/dev/null; echo ${BASH_VERSION:+set}", "10\nset\n"),
    ("for i in {1..3}; do echo $i; done | tail -n 1", "3\n"),
    ("cd /nope", "bash: line 1: cd: /nope: No such file or directory\n"),
]


@pytest.mark.parametrize(("script", "output"), BASH, ids=[row[0] for row in BASH])
def test_what_only_bash_knows(script: str, output: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.create(pod("box", command=["sleep", "infinity"]))
        await simulation.run(2)
        assert (await execute(simulation, "box", ["bash", "-c", script]))[1] == output

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
