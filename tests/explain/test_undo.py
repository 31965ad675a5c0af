"""Ways back: exact only where it is sure, and never a command with a hole in it."""

from __future__ import annotations

import pytest

from kx.explain.known import KnownFacts
from kx.kubeconfig.where import Where
from tests.explain.test_effects import COMMANDS, FLAGS, rows
from tests.explain.test_traps import ORDINARY
from tests.explain.tools import explained, golden


@pytest.mark.parametrize(
    ("line", "grade", "command"),
    [
        ("kubectl run x --image=i", "exact", "kubectl delete pod x"),
        ("kubectl -n web run x --image=i", "exact", "kubectl delete pod x -n web"),
        ("kubectl run x --image=i --expose --port=80", "exact", "kubectl delete pod/x service/x"),
        ("kubectl run x --image=i --rm -it", "none-needed", ""),
        ("kubectl run x --image=i --dry-run=client", "none-needed", ""),
        ("kubectl create deployment d --image=i", "exact", "kubectl delete deployment d"),
        ("kubectl create -f x.yaml", "partial", "kubectl delete -f x.yaml"),
        ("kubectl scale deployment d --replicas=2", "partial", "kubectl scale deployment d --replicas=N"),
        (
            "kubectl scale deploy/d --replicas=2 --current-replicas=1",
            "exact",
            "kubectl scale deploy/d --replicas=1",
        ),
        ("kubectl label pod x a=b", "partial", "kubectl label pod x a-"),
        ("kubectl label pod x a=b --overwrite", "partial", "kubectl label pod x a-"),
        ("kubectl label pods -l app=web a=b", "partial", "kubectl label pods -l app=web a-"),
        ("kubectl label pod x a-", "partial", ""),
        ("kubectl rollout pause deploy/d", "exact", "kubectl rollout resume deploy/d"),
        ("kubectl rollout undo deploy/d", "partial", "kubectl rollout undo deploy/d"),
        ("kubectl rollout restart deploy/d", "impossible", ""),
        ("kubectl expose deploy d --port=80", "exact", "kubectl delete service d"),
        ("kubectl expose deploy d --port=80 --name s", "exact", "kubectl delete service s"),
        ("kubectl cordon n", "partial", "kubectl uncordon n"),
        ("kubectl delete pod x", "impossible", ""),
        ("kubectl delete -f x.yaml", "partial", "kubectl create -f x.yaml"),
        ("kubectl exec p -- ls", "impossible", ""),
        ("kubectl config rename-context a b", "exact", "kubectl config rename-context b a"),
        ("kubectl get pods", "none-needed", ""),
        ("kubectl config view", "none-needed", ""),
        ("kubectl port-forward p 80", "none-needed", ""),
    ],
)
def test_the_way_back(line: str, grade: str, command: str) -> None:
    way = explained(line).undo
    assert (way.grade, way.command) == (grade, command)


def test_what_the_cluster_tells_makes_scaling_back_exact() -> None:
    known = KnownFacts(replicas={("deployments.apps", "net-utils"): 1})
    way = explained("kubectl scale deployment net-utils --replicas=2", known=known).undo
    assert (way.grade, way.command) == ("exact", "kubectl scale deployment net-utils --replicas=1")


@pytest.mark.parametrize("row", golden("requests"), ids=lambda row: row["line"])
def test_no_command_has_a_hole(row: dict[str, str]) -> None:
    way = explained(row["line"]).undo
    assert "{" not in way.command + way.reason
    assert bool(way.reason)


def test_what_came_on_standard_input_cannot_be_named_again() -> None:
    for line in ("kubectl create -f -", "kubectl apply -f -", "kubectl delete -f -"):
        way = explained(line).undo
        assert (way.command, way.reason[:8]) == ("", "the line"), line


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("kubectl create -R -f dir", "kubectl delete -f dir -R"),
        ("kubectl create -k overlay -n x", "kubectl delete -k overlay -n x"),
        ("kubectl delete -k overlay", "kubectl create -k overlay"),
        ("kubectl run p --image=i --server https://x", "kubectl delete pod p --server https://x"),
        ("kubectl create ns n --as bob --cluster c", "kubectl delete namespace n --cluster c --as bob"),
        ("kubectl taint nodes n a=b:NoSchedule", "kubectl taint nodes n a:NoSchedule-"),
        ("kubectl taint nodes n a=b:NoSchedule c-", ""),
    ],
)
def test_the_way_back_takes_the_same_files_and_objects(line: str, command: str) -> None:
    assert explained(line).undo.command == command


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("kubectl apply -k overlay", "kubectl delete -k overlay"),
        ("kubectl delete pvc --all -n prod", "kubectl get pvc -o yaml -n prod"),
        ("kubectl delete pods --all -A", "kubectl get pods --all-namespaces -o yaml"),
        ("kubectl --context=prod delete deploy web", "kubectl get deploy web -o yaml --context prod"),
        ("kubectl scale deploy --all --replicas=0", "kubectl get deploy"),
    ],
)
def test_commands_in_reasons_are_whole_and_go_to_the_same_place(line: str, named: str) -> None:
    assert explained(line).undo.reason.endswith(named)


PRACTICE_WEB = Where("practice", "web")


@pytest.mark.parametrize(
    ("line", "grade", "command"),
    [
        ("kubectl config use-context other", "exact", "kubectl config use-context practice"),
        ("kubectl config use-context practice", "none-needed", ""),
        ("kubectl config set current-context other", "exact", "kubectl config use-context practice"),
        ("kubectl config unset current-context", "exact", "kubectl config use-context practice"),
        (
            "kubectl config set-context --current --namespace=x",
            "exact",
            "kubectl config set-context --current --namespace=web",
        ),
        (
            "kubectl config set-context practice --namespace x",
            "exact",
            "kubectl config set-context practice --namespace=web",
        ),
        ("kubectl config set-context new --cluster=c", "partial", "kubectl config delete-context new"),
        ("kubectl config set-context --current --namespace=x --user=u", "partial", ""),
        ("kubectl config delete-cluster c", "impossible", ""),
        ("kubectl config set-cluster c", "partial", "kubectl config delete-cluster c"),
        ("kubectl scale deploy a b --replicas=2 --current-replicas=1", "partial", None),
        ("kubectl create configmap c --append-hash", "partial", ""),
        ("kubectl create -f x.yaml --edit", "partial", ""),
        ("kubectl create --raw /api/v1/namespaces -f x.json", "partial", ""),
        ("kubectl run x --image=i --overrides={}", "partial", ""),
        ("kubectl expose deploy a b --port=80", "exact", "kubectl delete service a b"),
        ("kubectl expose -f x.yaml --port=80", "partial", ""),
        ("kubectl autoscale deploy a b --max=3", "partial", "kubectl delete hpa a b"),
        ("kubectl create rolebinding b --role=r --user=jane", "exact", "kubectl delete rolebinding b"),
        ("kubectl create token s", "impossible", ""),
        ("kubectl create token s --bound-object-kind=Pod --bound-object-name=p", "partial", "kubectl delete pod p"),
        ("kubectl debug p --image=i", "impossible", ""),
        ("kubectl debug p --copy-to=q", "partial", "kubectl delete pod q"),
        ("kubectl debug p --copy-to=q --replace", "impossible", ""),
        ("kubectl debug node/n --image=i", "partial", ""),
        ("kubectl set image deploy/d a=b", "partial", "kubectl rollout undo deploy/d"),
        ("kubectl set image pod/p a=b", "partial", ""),
        ("kubectl set image deploy --all a=b", "partial", ""),
        ("kubectl set env ds -l a=b A=B", "partial", "kubectl rollout undo ds -l a=b"),
        ("kubectl label -f x.yaml a=b -R", "partial", "kubectl label -f x.yaml -R a-"),
        ("kubectl annotate pod p 'a b=c'", "partial", "kubectl annotate pod p 'a b'-"),
        ("kubectl taint nodes n a=b:NoSchedule", "exact", "kubectl taint nodes n a:NoSchedule-"),
        ("kubectl taint nodes n a:NoSchedule", "exact", "kubectl taint nodes n a:NoSchedule-"),
        ("kubectl taint nodes n a=b:NoExecute", "partial", "kubectl taint nodes n a:NoExecute-"),
        ("kubectl taint nodes n a=b:NoSchedule --overwrite", "partial", "kubectl taint nodes n a:NoSchedule-"),
        ("kubectl taint nodes n a=b:NoSchedule-", "partial", ""),
        ("kubectl drain n m", "partial", "kubectl uncordon n m"),
        ("kubectl drain -l a=b", "partial", "kubectl uncordon -l a=b"),
        ("kubectl replace --force -f x.yaml", "impossible", ""),
        ("kubectl replace --raw /x -f x.json", "partial", ""),
        ("kubectl delete ns web", "impossible", ""),
        ("kubectl certificate approve c", "impossible", ""),
        ("kubectl rollout resume deploy/d", "partial", "kubectl rollout pause deploy/d"),
        ("kubectl uncordon n", "partial", "kubectl cordon n"),
        ("kubectl create ns $NAME", "partial", ""),
        ("kubectl delete pod $NAME", "impossible", ""),
        ("kubectl apply edit-last-applied deploy/d", "partial", "kubectl apply edit-last-applied deploy/d"),
        ("kubectl kustomize --enable-helm .", "impossible", ""),
        ("kubectl frobnicate", "none-needed", ""),
    ],
)
def test_every_effect_has_its_way_back(line: str, grade: str, command: str | None) -> None:
    way = explained(line, PRACTICE_WEB).undo
    assert way.grade == grade
    assert command is None or way.command == command
    assert way.reason


def test_every_way_back_is_a_line_that_kubectl_takes() -> None:
    lines = [*(line for line, _ in rows(COMMANDS + FLAGS)), *ORDINARY]
    ways = {line: told.undo for line in lines if not (told := explained(line, PRACTICE_WEB)).problems}
    commands = {line: way.command for line, way in ways.items() if way.command}
    holes = {line for line in commands if "=N" in commands[line]}  # a number that is to be filled in
    assert len(commands) > 60
    assert {line: command for line, command in commands.items() if explained(command).problems} == {
        line: commands[line] for line in holes
    }


def test_what_changes_something_says_how_to_get_back() -> None:
    for line, effect in rows(COMMANDS):
        told = explained(line, PRACTICE_WEB)
        changes = effect not in ("read", "local")
        assert not changes or told.problems or told.undo.grade != "none-needed", line
