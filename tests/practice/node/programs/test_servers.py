"""Servers as clients in other pods meet them, and clients as servers make them end."""

from __future__ import annotations

import json

import pytest

from kx.practice.node import logs
from kx.practice.node.logs import LogOptions
from tests.practice.node.simulation import Simulation, execute, pod, simulated

NET = "saman2000h/net-utils:1.2"
OUT = "curl -s -o /dev/null -w '%{http_code} %{exitcode}\\n' --connect-timeout 2 "


async def ask(simulation: Simulation, image: str, script: str, **changes: object) -> tuple[int, str]:
    """Run a script in a net-utils pod that finds the server's address in $WEB."""
    simulation.create(pod("web", image, **changes))
    simulation.create(pod("box", NET, command=["sleep", "infinity"]))
    await simulation.run(8)
    return await execute(simulation, "box", ["sh", "-c", f"WEB={simulation.pod('web')['status']['podIP']}; {script}"])


CURL = [
    ("curl -s $WEB | grep -c Welcome", "2\n", 0),
    (OUT + "$WEB; " + OUT + "$WEB/nope", "200 0\n404 0\n", 0),
    (OUT + "-f $WEB/nope", "404 22\n", 22),
    ("curl -sS -f $WEB/nope", "curl: (22) The requested URL returned error: 404\n", 22),
    ("curl -sS nope", "curl: (6) Could not resolve host: nope\n", 6),
    (
        "curl -sS localhost:81",
        "curl: (7) Failed to connect to localhost port 81 after 0 ms: Could not connect to server\n",
        7,
    ),
    (OUT + "10.96.200.200", "000 28\n", 28),
    (OUT + "8.8.8.8", "000 7\n", 7),
    (OUT + "169.254.169.254/latest/meta-data", "000 7\n", 7),
    (OUT + "-X POST -d a=1 $WEB/index.html", "405 0\n", 0),
    ("curl -sI $WEB | head -n 2 | tr -d '\\r'", "HTTP/1.1 200 OK\nServer: nginx/1.27.5\n", 0),
    ("curl -si $WEB | grep -c '^Content-Length'", "1\n", 0),
    ("curl -sv $WEB 2>&1 | grep -E -c '^> GET / HTTP/1.1|^< HTTP/1.1 200 OK|^\\* Connected to'", "3\n", 0),
    ("cd /tmp; curl -sO $WEB/index.html; curl -s -o x $WEB; cmp=$(diff index.html x); echo $?", "0\n", 0),
    ("curl -sS https://$WEB:80", "curl: (35) {any}", 35),
    ("curl -sS ftp://$WEB", 'curl: (1) Protocol "ftp" not supported\n', 1),
    (
        "curl --nope",
        "curl: option --nope: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
        2,
    ),
    ("curl", "curl: (2) no URL specified\n", 2),
    ("curl $WEB/nope -o /dev/null 2>&1 | head -n 1 | grep -c '% Total'", "1\n", 0),
    ("wget -qO- $WEB | grep -c Welcome; cd /tmp; wget -q $WEB; ls", "2\nindex.html\n", 0),
    (
        "wget --spider $WEB 2>&1 | tail -n 1; wget -qO- $WEB/nope",
        "remote file exists\nwget: server returned error: HTTP/1.1 404 Not Found\n",
        1,
    ),
    ("nc -zv $WEB 80 2>&1 | grep -c open; nc -z $WEB 81", "1\nnc: {any}", 1),
    ("printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc $WEB 80 | head -n 1 | tr -d '\\r'", "HTTP/1.1 200 OK\n", 0),
    ("ping -c 2 $WEB | tail -n 2 | head -n 1", "2 packets transmitted, 2 packets received, 0% packet loss\n", 0),
    ("ping -c 1 -W 1 10.96.0.1 | grep -c '100% packet loss'; ping -c 1 nope", "1\nping: bad address 'nope'\n", 1),
    ("ping -c 1 8.8.8.8", "PING 8.8.8.8 (8.8.8.8): 56 data bytes\nping: sendto: Network unreachable\n", 1),
    ("(echo hi; sleep 1) | nc -l -p 9000 & sleep 0.5; echo yo | nc localhost 9000; wait", "yo\nhi\n", 0),
]


@pytest.mark.parametrize(("script", "output", "code"), CURL, ids=[row[0][:60] for row in CURL])
def test_clients_of_nginx(script: str, output: str, code: int) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        got_code, got = await ask(simulation, "nginx:1.27", script)
        before, cut, _ = output.partition("{any}")
        assert got.startswith(before) if cut else got == output
        assert got_code == code

    story()


SERVERS: list[tuple[str, dict[str, object], str, str]] = [
    ("hashicorp/http-echo:1.0", {"args": ["-text=hello"]}, "curl -s $WEB:5678", "hello\n"),
    ("hashicorp/http-echo:1.0", {"args": ["-text", "hi", "-listen=:8080"]}, "curl -s $WEB:8080/x", "hi\n"),
    ("registry.k8s.io/echoserver:1.10", {}, "curl -s $WEB:8080/a?b=1 | grep -c 'real path=/a?b=1'", "1\n"),
    ("kicbase/echo-server:1.0", {}, "curl -s $WEB:8080/a | head -n 1", "Request served by web\n"),
    ("gcr.io/google-samples/hello-app:1.0", {}, "curl -s $WEB:8080 | tail -n 1", "Hostname: web\n"),
    ("traefik/whoami", {}, "curl -s $WEB | head -n 1", "Hostname: web\n"),
    ("registry.k8s.io/e2e-test-images/agnhost:2.53", {"args": ["netexec"]}, "curl -s $WEB:8080/hostname", "web"),
    ("httpd:2.4", {}, "curl -s $WEB", "<html><body><h1>It works!</h1></body></html>\n"),
    ("redis:6.2.6", {}, "printf 'SET a 5\\r\\nINCR a\\r\\n' | nc $WEB 6379 | tr -d '\\r'", "+OK\n:6\n"),
    ("redis:6.2.6", {}, "curl -sS $WEB:6379; echo $?", "curl: (52) Empty reply from server\n52\n"),
]


@pytest.mark.parametrize(("image", "changes", "script", "output"), SERVERS, ids=[row[0] for row in SERVERS])
def test_servers(image: str, changes: dict[str, object], script: str, output: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        assert (await ask(simulation, image, script, **changes))[1] == output

    story()


@simulated
async def test_the_echo_server_tells_what_it_was_asked(simulation: Simulation) -> None:
    _, output = await ask(simulation, "ealen/echo-server", "curl -s -H 'X-A: b' -d hello $WEB/x?y=z")
    told = json.loads(output)
    assert told["http"]["method"] == "POST" and told["request"]["body"] == "hello"
    assert told["request"]["query"] == {"y": "z"} and told["request"]["headers"]["x-a"] == "b"


SITE = """server {{
  listen 8080;
  location = /exact {{ return 200 "$hostname $request_method\\n"; }}
  location /moved/ {{ return 301 /elsewhere; }}
  location ~ \\.secret$ {{ return 403; }}
  location /api/ {{ proxy_pass http://{target}/; }}
  location /dead/ {{ proxy_pass http://127.0.0.1:1; }}
  location / {{ root /usr/share/nginx/html; try_files $uri /index.html =404; add_header X-A b; }}
}}
"""


def written(site: str) -> list[str]:
    """A command that puts a configuration in nginx' place and becomes nginx."""
    script = f"cat > /etc/nginx/conf.d/default.conf <<'END'\n{site}\nEND\nexec nginx -g 'daemon off;'"
    return ["sh", "-c", script]


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("curl -s $WEB:8080/exact", "web GET\n"),
        (OUT + "$WEB:8080/moved/x", "301 0\n"),
        ("curl -sI $WEB:8080/moved/x | grep Location | tr -d '\\r'", "Location: /elsewhere\n"),
        (OUT + "$WEB:8080/a.secret", "403 0\n"),
        ("curl -s $WEB:8080/api/exact", "web GET\n"),
        (OUT + "$WEB:8080/dead/", "502 0\n"),
        ("curl -s $WEB:8080/any/thing | grep -c Welcome; curl -sI $WEB:8080/ | grep -c 'X-A: b'", "2\n1\n"),
        (OUT + "$WEB:80", "000 7\n"),
    ],
)
def test_a_site_of_ones_own(script: str, output: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        assert (await ask(simulation, "nginx:1.27", script, command=written(SITE.format(target="127.0.0.1:8080"))))[
            1
        ] == output

    story()


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("server { listen 80; nonsense on; }", 'unknown directive "nonsense" in /etc/nginx/conf.d/default.conf:1'),
        ("server {", 'unexpected end of file, expecting "}" in /etc/nginx/conf.d/default.conf:2'),
        ("server { listen 80 }", 'unexpected "}" in /etc/nginx/conf.d/default.conf:1'),
        (
            "server { location / { proxy_pass http://nope; } }",
            'host not found in upstream "nope" in /etc/nginx/conf.d/default.conf:1',
        ),
    ],
)
def test_a_wrong_site_ends_nginx(site: str, words: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.create(pod("web", "nginx:1.27", command=written(site)))
        await simulation.run(5)
        content = logs.read(simulation.runtime, simulation.pod("web"), LogOptions())
        assert isinstance(content, bytes)
        assert f"nginx: [emerg] {words}" in content.decode().splitlines()
        assert simulation.status("web")["restartCount"] > 0 or "terminated" in simulation.status("web")["state"]

    story()


ENDS: list[tuple[str, dict[str, object], int | None, str]] = [
    ("postgres:16", {}, 1, "superuser password is not specified"),
    ("postgres:16", {"env": [{"name": "POSTGRES_PASSWORD", "value": "x"}]}, None, "simulated"),
    ("mysql:8", {}, 1, "You need to specify one of the following"),
    ("python:3.12", {}, 0, ""),
    ("node:22", {}, 0, ""),
    ("perl:5.34.0", {"command": ["perl", "-Mbignum=bpi", "-wle", "print bpi(20)"]}, 0, "3.1415926535897932385"),
    ("hashicorp/http-echo:1.0", {}, 127, "Missing -text option!"),
    ("some/unknown:1.0", {}, None, "simulated"),
    ("memcached:1.6", {}, None, "simulated"),
]


@pytest.mark.parametrize(("image", "changes", "code", "words"), ENDS, ids=[row[0] for row in ENDS])
def test_how_images_end(image: str, changes: dict[str, object], code: int | None, words: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.create(pod("box", image, spec={"restartPolicy": "Never"}, **changes))
        await simulation.run(12)
        state = simulation.status("box")["state"]
        assert state.get("terminated", {}).get("exitCode") == code
        assert ("running" in state) == (code is None)
        content = logs.read(simulation.runtime, simulation.pod("box"), LogOptions())
        assert isinstance(content, bytes) and words in content.decode()

    story()


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("redis-cli ping", "PONG\n"),
        ("redis-cli set a 1; redis-cli incr a; redis-cli get a; redis-cli keys '*'", "OK\n2\n2\na\n"),
        ("redis-cli --no-raw rpush l x y; redis-cli --no-raw lrange l 0 -1", '(integer) 2\n1) "x"\n2) "y"\n'),
        ("printf 'SET a 1\\nGET a\\nGET none\\n' | redis-cli", "OK\n1\n\n"),
        ("redis-cli -p 1 ping", "Could not connect to Redis at 127.0.0.1:1: Connection refused\n"),
        ("redis-cli -h nope ping", "Could not connect to Redis at nope:6379: Name or service not known\n"),
        ("redis-cli nonsense", "ERR unknown command `nonsense`, with args beginning with: \n\n"),
        ("redis-cli -r 2 incr n; redis-cli -n 1 dbsize", "1\n2\n0\n"),
    ],
)
def test_redis_cli(script: str, output: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.create(pod("db", "redis:6.2.6"))
        await simulation.run(4)
        assert (await execute(simulation, "db", ["sh", "-c", script]))[1] == output

    story()


@simulated
async def test_redis_cli_wants_the_password(simulation: Simulation) -> None:
    simulation.create(pod("db", "redis:6.2.6", command=["redis-server", "--requirepass", "secret"]))
    await simulation.run(4)
    assert (await execute(simulation, "db", ["redis-cli", "get", "a"]))[1] == "NOAUTH Authentication required.\n\n"
    code, output = await execute(simulation, "db", ["redis-cli", "-a", "secret", "--no-auth-warning", "set", "a", "1"])
    assert (code, output) == (0, "OK\n")
    output = (await execute(simulation, "db", ["redis-cli", "-a", "wrong", "ping"]))[1]
    assert "AUTH failed: WRONGPASS invalid username-password pair or user is disabled." in output
    simulation.runtime.signal(simulation.pod("db")["metadata"]["uid"], "db", "KILL")
    await simulation.run(20)
    assert (await execute(simulation, "db", ["redis-cli", "-a", "secret", "--no-auth-warning", "get", "a"]))[1] == "\n"
