"""The tools of the images as a table: what is typed in which image, what comes out, how it ends."""

from __future__ import annotations

import pytest

from tests.practice.node.simulation import Simulation, execute, pod, simulated

BUSYBOX, ALPINE, DEBIAN = "busybox:1.36", "alpine:3.20", "ubuntu:24.04"
FILE = "printf 'one 1\\ntwo 2\\nthree 3\\n' > /tmp/f; "

TYPED: list[tuple[str, str, str, int]] = [
    (BUSYBOX, "ls /tmp /nope", "ls: /nope: No such file or directory\n/tmp:\n", 1),
    (DEBIAN, "ls /nope", "ls: cannot access '/nope': No such file or directory\n", 2),
    (BUSYBOX, "mkdir -p /tmp/a/b; touch /tmp/a/x; ls -R /tmp/a", "/tmp/a:\nb\nx\n\n/tmp/a/b:\n", 0),
    (BUSYBOX, "mkdir /tmp/a; touch /tmp/a/.x; ls -a /tmp/a; ls -F /tmp", ".\n..\n.x\na/\n", 0),
    (BUSYBOX, FILE + "ls -l /tmp/f | cut -c1-44", "-rw-r--r--    1 root     root            20 \n", 0),
    (BUSYBOX, "ls -Q", "ls: invalid option -- 'Q'\n", 2),
    (ALPINE, "ls -Q", "ls: unrecognized option: Q\n", 2),
    (
        BUSYBOX,
        FILE + "head -n 1 /tmp/f; tail -n 1 /tmp/f; tail -n +3 /tmp/f; head -n -2 /tmp/f",
        "one 1\nthree 3\nthree 3\none 1\n",
        0,
    ),
    (BUSYBOX, FILE + "head -c 3 /tmp/f; tail -c 2 /tmp/f; head -2 /tmp/f | tail -1", "one3\ntwo 2\n", 0),
    (BUSYBOX, FILE + "head -n1 /tmp/f /tmp/f", "==> /tmp/f <==\none 1\n\n==> /tmp/f <==\none 1\n", 0),
    (
        BUSYBOX,
        FILE + "wc /tmp/f; wc -l < /tmp/f; wc -l /tmp/f",
        "        3         6        20 /tmp/f\n3\n3 /tmp/f\n",
        0,
    ),
    (DEBIAN, FILE + "wc /tmp/f; cat /tmp/f | wc", " 3  6 20 /tmp/f\n      3       6      20\n", 0),
    (DEBIAN, FILE + "wc -l /tmp/f /tmp/f", " 3 /tmp/f\n 3 /tmp/f\n 6 total\n", 0),
    (
        BUSYBOX,
        FILE + "grep -n t /tmp/f; grep -c o /tmp/f; grep -v o /tmp/f; grep -i TWO /tmp/f",
        "2:two 2\n3:three 3\n2\nthree 3\ntwo 2\n",
        0,
    ),
    (
        BUSYBOX,
        FILE + "grep -E '^(one|two) [0-9]+$' /tmp/f; grep -o '[0-9]' /tmp/f; grep -w on /tmp/f",
        "one 1\ntwo 2\n1\n2\n3\n",
        1,
    ),
    (
        BUSYBOX,
        FILE + "cd /tmp; grep -r two .; grep -rl two /tmp; grep -A1 one f; grep -e one -e three f",
        "./f:two 2\n/tmp/f\none 1\ntwo 2\none 1\nthree 3\n",
        0,
    ),
    (BUSYBOX, "echo 10.244.1.5 | grep -oE '([0-9]{1,3}\\.){3}[0-9]{1,3}'", "10.244.1.5\n", 0),
    (
        BUSYBOX,
        "grep x /nope; grep -s x /nope; grep '(a*)*b' -E /etc/passwd",
        "grep: /nope: No such file or directory\n{rest}",
        2,
    ),
    (
        BUSYBOX,
        FILE + "sed 's/o/0/' /tmp/f | head -n 2; sed -n '2p' /tmp/f; sed '/two/d;s/[0-9]$/<&>/' /tmp/f",
        "0ne 1\ntw0 2\ntwo 2\none <1>\nthree <3>\n",
        0,
    ),
    (
        BUSYBOX,
        FILE + "sed -i 's/\\(.*\\) \\(.\\)/\\2 \\1/' /tmp/f; cat /tmp/f; sed -E 's/([a-z]+)/[\\1]/g;q' /tmp/f",
        "1 one\n2 two\n3 three\n1 [one]\n",
        0,
    ),
    (
        BUSYBOX,
        "echo a/b | sed 's|/|-|'; echo x | sed 'y/x/z/'; echo x | sed 's/x'",
        "a-b\nz\nsed: unterminated `s' command\n",
        1,
    ),
    (
        BUSYBOX,
        "echo hello | tr a-z A-Z; echo a1b2 | tr -d 0-9; echo aabb | tr -s a; echo a:b | tr : '\\n'",
        "HELLO\nab\nabb\na\nb\n",
        0,
    ),
    (BUSYBOX, "echo -n secret | base64; echo c2VjcmV0 | base64 -d", "c2VjcmV0\nsecret", 0),
    (BUSYBOX, "echo '!' | base64 -d", "base64: truncated input\n", 1),
    (
        BUSYBOX,
        "printf a | md5sum; printf a | sha256sum | cut -c1-8",
        "0cc175b9c0f1b6a831c399e269772661  -\nca978112\n",
        0,
    ),
    (
        BUSYBOX,
        "echo a b | xargs echo x; printf '1 2 3' | xargs -n 2; echo y | xargs -I {} echo '<{}>'",
        "x a b\n1 2\n3\n<y>\n",
        0,
    ),
    (
        BUSYBOX,
        "mkdir -p /tmp/d/e; touch /tmp/d/a.txt; find /tmp/d; find /tmp -name '*.txt' -type f",
        "/tmp/d\n/tmp/d/a.txt\n/tmp/d/e\n/tmp/d/a.txt\n",
        0,
    ),
    (
        BUSYBOX,
        FILE + "cp /tmp/f /tmp/g; diff /tmp/f /tmp/g && echo same; echo x >> /tmp/g; diff -q /tmp/f /tmp/g",
        "same\nFiles /tmp/f and /tmp/g differ\n",
        1,
    ),
    (
        BUSYBOX,
        "mkdir /tmp/d; touch /tmp/d/x; cp -r /tmp/d /tmp/e; mv /tmp/e /tmp/d; find /tmp; rmdir /tmp/d",
        "/tmp\n/tmp/d\n/tmp/d/e\n/tmp/d/e/x\n/tmp/d/x\nrmdir: '/tmp/d': Directory not empty\n",
        1,
    ),
    (
        BUSYBOX,
        "cp -r /tmp /tmp/x; mv /nope /tmp; cp /tmp /x",
        "cp: recursion detected: '/tmp'\n"
        "mv: can't stat '/nope': No such file or directory\ncp: omitting directory '/tmp'\n",
        1,
    ),
    (
        BUSYBOX,
        "printf '%s-%05d|%-4s|%x\\n' a 42 b 255; printf '%s\\n' 1 2; printf '%d\\n' x",
        "a-00042|b   |ff\n1\n2\nprintf: invalid number 'x'\n",
        1,
    ),
    (BUSYBOX, "echo -e 'a\\tb\\x41'; echo -n x; seq 3 | tac | tr '\\n' ' '; seq -s, 1 2 5", "a\tbA\nx3 2 1 1,3,5\n", 0),
    (
        BUSYBOX,
        "date -d @0 +%Y-%m-%dT%H:%M:%S; date -u -d '2024-02-29' +%j; date -d nonsense",
        "1970-01-01T00:00:00\n060\ndate: invalid date 'nonsense'\n",
        1,
    ),
    (BUSYBOX, "basename /a/b.txt .txt; dirname /a/b.txt; realpath ../tmp/./x", "b\n/a\n/tmp/x\n", 0),
    (
        BUSYBOX,
        "printf 'b\\na\\nb\\n' | sort | uniq -c; echo a,b,c | cut -d, -f2; echo abc | rev",
        "      1 a\n      2 b\nb\ncba\n",
        0,
    ),
    (
        BUSYBOX,
        "hostname; hostname -i | grep -c '^10.244'; [ $(hostname) = $HOSTNAME ] && echo same",
        "box\n1\nsame\n",
        0,
    ),
    (
        BUSYBOX,
        "ip a | grep -c inet; ip route | grep -c default; ip -4 addr show eth0 | grep -c eth0",
        "2\n1\n{rest}",
        0,
    ),
    (BUSYBOX, "vi /tmp/x", "vi: screen editors are not emulated in the practice cluster; {rest}", 1),
    (ALPINE, "apk add curl", "apk: no network leaves the practice cluster: packages cannot be fetched\n", 1),
    (DEBIAN, "apt-get update", "apt-get: no network leaves the practice cluster: packages cannot be fetched\n", 100),
    (
        DEBIAN,
        "curl localhost; ping localhost; ps",
        "sh: 1: curl: not found\nsh: 1: ping: not found\nsh: 1: ps: not found\n",
        127,
    ),
    (BUSYBOX, "curl localhost", "sh: curl: not found\n", 127),
    (BUSYBOX, "env -i A=1 env; env | grep -c PATH; printenv NOPE", "A=1\n1\n", 1),
    (
        BUSYBOX,
        "cat /etc/hosts | tail -n 1 | cut -f2; cat /etc/resolv.conf | head -n 1 | cut -d' ' -f1",
        "box\nsearch\n",
        0,
    ),
    (BUSYBOX, "echo $$; sleep 50 & kill -9 $!; kill 4711", "{rest}kill: can't kill pid 4711: No such process\n", 1),
    (BUSYBOX, "which ls nosuch; whoami; id -u; uname; nproc", "/bin/ls\nroot\n0\nLinux\n4\n", 0),
    (DEBIAN, "which cat; cat /etc/os-release | grep -c -i debian", "/usr/bin/cat\n3\n", 0),
    (
        BUSYBOX,
        "stat -c %s /etc/hostname; chmod +x /nope; df -h | grep -c /; free -m | head -n 2 | wc -l; du -s /tmp",
        "4\nchmod: /nope: No such file or directory\n{rest}",
        0,
    ),
    (BUSYBOX, "yes | head -n 100 | tail -n 1; seq 1 3000 | wc -l", "y\n3000\n", 0),
]


@pytest.mark.parametrize(("image", "script", "output", "code"), TYPED, ids=[row[1][-60:] for row in TYPED])
def test_tools(image: str, script: str, output: str, code: int) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.create(pod("box", image, command=["sleep", "infinity"]))
        await simulation.run(2)
        got_code, got = await execute(simulation, "box", ["sh", "-c", script])
        before, rest, after = output.partition("{rest}")
        assert got == output if not rest else (got.startswith(before) and got.endswith(after))
        assert got_code == code

    story()
