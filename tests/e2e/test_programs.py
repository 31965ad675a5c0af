"""The little programs of simulated containers, through every kubectl's exec: typed lines, and a shell's terminal."""

from __future__ import annotations

from tests.e2e.conftest import Desk

NET = "saman2000h/net-utils:1.2"


def test_tools_reach_services(desk: Desk) -> None:
    desk.ok("kubectl run web --image=nginx:1.27 --port=80 --expose")
    desk.ok(f"kubectl run net --image={NET} sleep infinity")
    desk.ok("kubectl wait --for=condition=Ready pod/web pod/net")
    assert "Welcome to nginx!" in desk.until("kubectl exec net -- curl -s web", "Welcome")
    assert desk.ok("kubectl exec net -- curl -s -o /dev/null -w '%{http_code}' web/nope") == "404"
    failed = desk.run("kubectl exec net -- curl -sS nope")
    assert (failed.returncode, "curl: (6) Could not resolve host: nope" in failed.stderr) == (6, True)
    assert "open" in desk.run("kubectl exec net -- nc -zv web 80").stderr
    assert "% Total" in desk.run("kubectl exec net -- curl web").stderr
    assert desk.ok("kubectl exec net -- sh -c 'wget -qO- web | grep -c Welcome'") == "2\n"
    address = desk.ok("kubectl get pod web -o jsonpath={.status.podIP}")
    assert "1 packets received, 0% packet loss" in desk.ok(f"kubectl exec net -- ping -c 1 {address}")
    silent = desk.run("kubectl exec net -- ping -c 1 -W 1 web")
    assert (silent.returncode, "100% packet loss" in silent.stdout) == (1, True)
    logged = desk.ok("kubectl logs web")
    assert '"GET /nope HTTP/1.1" 404' in logged and '"curl/' in logged


def test_redis_keeps_its_keys_until_its_container_ends(desk: Desk) -> None:
    desk.ok("kubectl run db --image=redis:6.2.6 --port=6379 --expose --command -- redis-server --requirepass secret")
    desk.ok(f"kubectl run net --image={NET} sleep infinity")
    desk.ok("kubectl wait --for=condition=Ready pod/db pod/net")
    client = "kubectl exec db -- redis-cli -a secret --no-auth-warning"
    assert desk.ok("kubectl exec db -- redis-cli get visits") == "NOAUTH Authentication required.\n\n"
    assert [desk.ok(f"{client} {line}") for line in ("set visits 41", "incr visits", "ttl visits")] == [
        "OK\n",
        "42\n",
        "-1\n",
    ]
    typed = "printf 'AUTH secret\\r\\nGET visits\\r\\nQUIT\\r\\n' | kubectl exec -i net -- nc db 6379"
    assert desk.until(typed, "OK").split() == ["+OK", "$2", "42", "+OK"]
    desk.run("kubectl exec db -- kill 1")
    desk.until("kubectl get pod db", r"Running +1 ")
    assert desk.until(f"{client} get visits", r"^\n$") == "\n"


def test_a_shell_in_a_terminal_edits_its_line(desk: Desk) -> None:
    desk.ok(f"kubectl run net --image={NET} sleep infinity")
    desk.ok("kubectl wait --for=condition=Ready pod/net")
    code, shown = desk.type(
        ["kubectl", "exec", "-it", "net", "--", "bash"],
        (r"bash-5\.1# ", "cat /etc/hostn\t\r"),
        (r"net\r\nbash-5\.1# ", "echo zx\x1b[D\x7fo\x05y\r"),
        (r"oxy\r\nbash-5\.1# ", "for i in 1 2; do\r"),
        (r"> ", "echo n$i; done\r"),
        (r"n2\r\nbash-5\.1# ", "sleep 100\r"),
        (r"sleep 100\r\n", "\x03"),
        (r"bash-5\.1# ", "\x1b[A\x1b[A\x15echo $?\r"),
        (r"130\r\nbash-5\.1# ", "\x04"),
    )
    assert code == 0 and "exit" in shown


def test_each_image_has_its_own_tools(desk: Desk) -> None:
    for name, image in (("bb", "busybox:1.36"), ("ub", "ubuntu:24.04")):
        desk.ok(f"kubectl run {name} --image={image} --command -- sleep infinity")
    desk.ok("kubectl wait --for=condition=Ready pod/bb pod/ub")
    words = [desk.run(f"kubectl exec {name} -- cat /nope").stderr.splitlines()[0] for name in ("bb", "ub")]
    assert words == ["cat: can't open '/nope': No such file or directory", "cat: /nope: No such file or directory"]
    assert desk.run("kubectl exec ub -- ps").returncode != 0
    assert "sleep infinity" in desk.ok("kubectl exec bb -- ps")
    assert "no network leaves" in desk.run("kubectl exec ub -- apt-get update").stderr
    assert desk.ok("kubectl exec bb -- sh -c 'echo -n hi | base64 | tr a-z A-Z'") == "AGK=\n"


def test_a_pod_asks_the_api_server_with_its_token(desk: Desk) -> None:
    desk.ok(f"kubectl run net --image={NET} sleep infinity")
    desk.ok("kubectl wait --for=condition=Ready pod/net")
    desk.until("kubectl get configmap kube-root-ca.crt", "kube-root-ca")
    desk.ok("kubectl get configmap kube-root-ca.crt -o 'jsonpath={.data.ca\\.crt}' > ca.crt")
    desk.ok("cat ca.crt | kubectl exec -i net -- sh -c 'cat > /tmp/ca.crt'")
    token = desk.ok("kubectl create token default").strip()
    curl = "kubectl exec net -- curl -s --cacert /tmp/ca.crt"
    asked = desk.ok(f"{curl} -H 'Authorization: Bearer {token}' https://kubernetes.default.svc/api")
    assert '"kind":"APIVersions"' in asked
    refused = desk.ok(
        f"{curl} -H 'Authorization: Bearer {token}' https://kubernetes.default.svc/api/v1/namespaces/default/secrets"
    )
    assert f"system:serviceaccount:{desk.namespace}:default" in refused and '"code":403' in refused
    assert '"code":401' in desk.ok(f"{curl} https://kubernetes.default.svc/api")
    distrusted = desk.run("kubectl exec net -- curl -sS https://kubernetes.default.svc/api")
    assert distrusted.returncode == 60
