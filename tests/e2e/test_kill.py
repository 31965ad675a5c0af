"""A practice cluster that is killed without a word: after a start all that it had acknowledged is there.

These need a server of their own to kill, so they run on the practice cluster only.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kx.cheat.manifest import ORDER, write_out
from kx.practice import lifecycle
from tests.e2e.conftest import DEADLINE, Desk
from tests.e2e.test_port_forward import fetched, forwarded
from tests.e2e.visitors import Tools, names_of, settled, visit
from tests.kubectls import find_kubectls
from tests.practice_server import PracticeServer, until

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif("KX_E2E_KUBECONFIG" in os.environ, reason="that cluster is not ours to kill"),
]

KILLS = 20
MOST_CHANGES = 60  # between two kills
MAPS = "/api/v1/namespaces/default/configmaps"
UIDS = "kubectl get pods -o jsonpath='{range .items[*]}{.metadata.name} {.metadata.uid}{\"\\n\"}{end}'"
# What a client meets when the server dies under it.
DEATH = (http.client.HTTPException, ssl.SSLError, OSError)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PracticeServer]:
    made = PracticeServer(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def desk(server: PracticeServer, tmp_path: Path) -> Desk:
    """A desk on the cluster to be killed, with the newest kubectl, in the namespace ``default``."""
    folder, tools = tmp_path / "desk", tmp_path / "tools"
    folder.mkdir()
    tools.mkdir()
    newest = find_kubectls()[-1]
    (tools / "kubectl").symlink_to(newest.path)
    path = f"{tools}:{server.env['PATH']}"
    env = {**server.env, "KUBECONFIG": str(server.kubeconfig), "HOME": str(tmp_path), "TERM": "xterm", "PATH": path}
    return Desk(env, folder, "default", newest.version)


def killed_and_started(server: PracticeServer) -> None:
    """The server dies, here and now, and is started again."""
    pid, port = server.pid, server.port
    os.kill(pid, signal.SIGKILL)
    until(lambda: lifecycle.state(server.env).running is None, "the death to be noticed")
    server.start()
    assert server.pid != pid
    assert server.port == port


def test_the_deck_goes_on_after_a_kill_in_the_middle(server: PracticeServer, desk: Desk) -> None:
    write_out(desk.folder)
    desk.ok("kubectl run net-utils --image=saman2000h/net-utils:1.2 sleep infinite")
    for name in ORDER[:5]:
        desk.ok(f"kubectl apply -f {name}")
    killed_and_started(server)
    assert desk.ok(f"kubectl apply {' '.join(f'-f {name}' for name in ORDER[:5])}").count("unchanged") == 5
    desk.ok(f"kubectl apply -f {ORDER[5]}")
    settled(desk)
    desk.ok("kubectl wait --for=condition=Ready pod/net-utils")
    asked_after_a_kill(server, desk)


def asked_after_a_kill(server: PracticeServer, desk: Desk) -> None:
    """The same pods come back, with what they had; services and port-forward lead to them again."""
    pods = desk.ok(UIDS)
    with forwarded(desk, "service/visitors-service", 80) as port:
        assert fetched(port, "/api")[0] == 200
        killed_and_started(server)
    assert desk.ok(UIDS) == pods
    settled(desk)
    desk.ok("kubectl wait --for=condition=Ready pod/net-utils")
    answers = Tools(desk).ask_in_peace(30)
    assert {answer.hostname for answer in answers} == set(names_of(desk))
    with forwarded(desk, "service/visitors-service", 80) as port:
        assert visit(fetched(port, "/api")[1]).hostname in names_of(desk)


def test_a_rollout_and_those_who_follow_it_survive_a_kill(server: PracticeServer, desk: Desk) -> None:
    """`rollout status` watches: it must find its way back to the server, and the rollout to its end."""
    write_out(desk.folder)
    for name in ORDER:
        desk.ok(f"kubectl apply -f {name}")
    settled(desk)
    desk.ok("kubectl replace -f manifest.yaml")
    command = ["kubectl", "rollout", "status", "deployment/visitors", f"--timeout={DEADLINE:.0f}s"]
    with subprocess.Popen(command, env=dict(desk.env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as follower:
        assert follower.stdout is not None
        first = follower.stdout.readline().decode()
        killed_and_started(server)
        rest = follower.communicate(timeout=DEADLINE)[0].decode()
    assert follower.returncode == 0, first + rest
    assert 'deployment "visitors" successfully rolled out' in first + rest
    desk.until("kubectl get deployment visitors", "visitors +5/5 +5 +5 ")


@dataclass
class Clerk:
    """Changes config maps through one connection until the server dies, and keeps a book of what it answered."""

    server: PracticeServer
    chance: random.Random
    book: dict[str, str] = field(default_factory=dict)  # name -> resourceVersion of what was acknowledged last
    doubtful: str = ""  # the name whose change was not answered
    newest: int = 0  # the highest resourceVersion ever seen
    changes: int = 0

    def work(self) -> None:
        """Change on and on; returns when the connection breaks."""
        with self.server.connection() as connection:
            try:
                while True:
                    self._change(connection)
            except DEATH:
                return

    def _change(self, connection: http.client.HTTPSConnection) -> None:
        name = self.chance.choice(sorted(self.book)) if self.book and self.chance.random() < 0.5 else self._new_name()
        known = name in self.book
        method = ("DELETE" if self.chance.random() < 0.5 else "PUT") if known else "POST"
        path = f"{MAPS}/{name}" if known else MAPS
        body = {"metadata": {"name": name}, "data": {"n": str(self.chance.random())}}
        self.doubtful = name
        connection.request(method, path, json.dumps(body), self.server.headers(has_body=True))
        response = connection.getresponse()
        answer = json.loads(response.read())
        assert response.status in (200, 201), answer
        if method == "DELETE":
            del self.book[name]
        else:
            self._note(answer)
        self.doubtful = ""
        self.changes += 1

    def _new_name(self) -> str:
        return f"map-{self.chance.getrandbits(64):016x}"

    def _note(self, obj: Any) -> None:
        version = int(obj["metadata"]["resourceVersion"])
        assert version > self.newest, "a resourceVersion was used twice"
        self.newest = version
        self.book[obj["metadata"]["name"]] = str(version)

    def compare(self) -> None:
        """What the server has now is what is in the book, but for what was not answered."""
        listed = self.server.ask("GET", MAPS).json()
        assert int(listed["metadata"]["resourceVersion"]) >= self.newest
        stored = {one["metadata"]["name"]: one["metadata"]["resourceVersion"] for one in listed["items"]}
        stored.pop("kube-root-ca.crt", None)
        if self.doubtful:
            self.book.pop(self.doubtful, None)
            version = stored.get(self.doubtful)
            if version:
                self.newest = max(self.newest, int(version))
                self.book[self.doubtful] = version
        assert stored == self.book


def test_nothing_acknowledged_is_lost_whenever_the_server_is_killed(server: PracticeServer) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown when the test fails
    chance = random.Random(seed)
    clerk = Clerk(server, chance)
    for _ in range(KILLS):
        enough = clerk.changes + chance.randint(1, MOST_CHANGES)
        writer = threading.Thread(target=clerk.work)
        writer.start()
        until(lambda: clerk.changes >= enough, "the changes before a kill", DEADLINE)  # noqa: B023 - used at once
        killed_and_started(server)
        writer.join(DEADLINE)
        assert not writer.is_alive()
        clerk.compare()
    assert clerk.changes > KILLS


def test_a_watch_goes_on_where_it_was_or_is_told_to_list_anew(server: PracticeServer) -> None:
    def put(name: str) -> str:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
        return str(server.ask("POST", MAPS, body).json()["metadata"]["resourceVersion"])

    old = put("first")
    put("second")
    newest = server.ask("GET", MAPS).json()["metadata"]["resourceVersion"]
    killed_and_started(server)
    told = server.ask("GET", f"{MAPS}?watch=true&resourceVersion={old}&timeoutSeconds=1")
    event = told.json() if told.status == 200 else {"object": told.json()}
    assert (event["object"]["code"], event["object"]["reason"]) == (410, "Expired")
    # The start itself writes: a client that knows all that came before it is told of nothing but news.
    now = server.ask("GET", MAPS).json()["metadata"]["resourceVersion"]
    assert int(now) >= int(newest)
    with server.connection() as connection:
        connection.request("GET", f"{MAPS}?watch=true&resourceVersion={now}", headers=server.headers())
        response = connection.getresponse()
        version = put("third")
        line = json.loads(response.readline())
        assert (line["type"], line["object"]["metadata"]["resourceVersion"]) == ("ADDED", version)
