from __future__ import annotations

import pytest

from kx.shell.secrets import holds_secret


@pytest.mark.parametrize(
    "text",
    [
        "create secret generic s --from-literal=PASSWORD=x",
        "create secret generic s --from-literal key=x",
        "kubectl --token abc get pods",
        "get pods --token=abc",
        "config set-credentials me --password=x",
        "create secret docker-registry r --docker-password x",
        "run p --image=i --env=DB_PASSWORD=x",
        "run p --image=i --env 'API_KEY=x'",
        "set env deploy/d ADMIN_TOKEN=x",
        "config set users.me.token abc",
        """patch secret s -p '{"stringData":{"a":"b"}}'""",
        """patch secret/s -p '{"data":{"a":"b"}}'""",
        """patch deploy d -p '{"password": "x"}'""",
        "apply -f - <<EOF\nkind: Secret\ndata: {a: b}\nEOF",
        "!curl -H 'Authorization: Bearer abcdefghij' localhost",
        "!curl https://me:word@example.com/",
        "!PGPASSWORD=x psql",
    ],
)
def test_secrets(text: str) -> None:
    assert holds_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "get secrets",
        "get secret redis-secret -o yaml",
        "describe secret redis-secret",
        "delete secret redis-secret",
        "apply -f secret.yaml",
        "run net-utils --image=saman2000h/net-utils:1.2",
        "exec net-utils -it -- bash",
        "create deployment net-utils --image=saman2000h/net-utils:1.2 --dry-run=client -o yaml > deployment.yaml",
        "get pods -l app=visitors",
        "!curl http://localhost:8888/api",
        "create token default",
        "port-forward service/visitors-service 8888:80",
    ],
)
def test_lines_worth_remembering(text: str) -> None:
    assert not holds_secret(text)


@pytest.mark.parametrize(
    "line",
    [
        "docker login -u me -phunter2 registry",
        "docker login -p hunter2 registry",
        "exec web -- mysql -uroot -phunter2",
        "exec web -it -- redis-cli -a hunter2 ping",
        "!curl -u me:hunter2 http://web",
        "curl -H 'Authorization: token hunter2' http://web",
        "echo -n hunter2 | base64",
        "echo hunter2 | kubectl create secret generic web --from-file=/dev/stdin",
        "kubectl create secret generic web --from-file=/dev/stdin <<< hunter2",
        "set env deployment/web GH_PAT=hunter2",
    ],
)
def test_other_programs_secrets_are_known(line: str) -> None:
    assert holds_secret(line)


@pytest.mark.parametrize(
    "line",
    ["get secrets", "describe secret web", "get secret my-token -o yaml", "create token web", "get ns | grep user"],
)
def test_lines_about_secrets_are_kept(line: str) -> None:
    assert not holds_secret(line)
