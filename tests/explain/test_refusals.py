"""Lines kubectl refuses by itself, compared with every kubectl at hand: no cluster is there to be asked."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from kx.kubectl.catalog.load import known_versions
from tests.explain.tools import explained

REFUSED = (
    "kubectl run x",
    "kubectl create deployment x",
    "kubectl create deployment a b --image=x",
    "kubectl create cronjob x --image=a",
    "kubectl scale deployment x",
    "kubectl autoscale deployment x",
    "kubectl get pod/p svc",
    "kubectl get pods p/x",
    "kubectl get pod/p,deploy/d",
    "kubectl get a/b/c",
    "kubectl get po/",
    "kubectl delete /x",
    "kubectl logs pod/",
    "kubectl exec pod/ -- ls",
    "kubectl port-forward a/b/c 80",
    "kubectl get pod x -l a=b",
    "kubectl get pod/x -l a=b",
    "kubectl delete",
    "kubectl delete pod x -l a=b",
    "kubectl delete pod x --all",
    "kubectl delete pods --all -l a=b",
    "kubectl delete pod/x pod",
    "kubectl delete pod x --dry-run=foo",
    "kubectl delete pod x --cascade=foo",
    "kubectl run x --image=a --rm",
    "kubectl run x --image=a --dry-run=client -it",
    "kubectl run x --image=a -t",
    "kubectl run x --image=a --expose",
    "kubectl exec p",
    "kubectl exec",
    "kubectl logs",
    "kubectl logs a b c",
    "kubectl logs a -l x=y",
    "kubectl attach",
    "kubectl apply",
    "kubectl replace",
    "kubectl create",
    "kubectl describe",
    "kubectl label pod x",
    "kubectl annotate pod x",
    "kubectl rollout status",
    "kubectl rollout undo",
    "kubectl port-forward x",
    "kubectl cordon",
    "kubectl patch pod x",
    "kubectl create token",
    "kubectl create secret generic",
    "kubectl create namespace a b",
    "kubectl delete pod p --now --grace-period=3",
    "kubectl cp a b",
    "kubectl cp a",
    "kubectl cp p:/a q:/b",
    "kubectl create job j",
    "kubectl create job j --image=a --from=cronjob/c",
    "kubectl create service nodeport x",
    "kubectl create rolebinding x",
    "kubectl create secret tls x",
    "kubectl create deployment x --image=a --image=b -- cmd",
    "kubectl autoscale deploy x --max=1 --min=3",
    "kubectl run x --image=a --restart=Foo",
    "kubectl run x --image=a --image-pull-policy=Foo",
    "kubectl wait pod/p",
    "kubectl auth can-i get",
    "kubectl debug p",
    "kubectl top pod p -l a=b",
    "kubectl top node p -l a=b",
)
# Refused only once the cluster has answered; each was tried with a cluster.
REFUSED_LATER = (
    ("kubectl replace --force -f x --dry-run=server", "--dry-run can not be used when --force is set"),
    ("kubectl apply --force --server-side -f x", "--force cannot be used with --server-side"),
    ("kubectl apply --force -f x --dry-run=server", "--dry-run=server cannot be used with --force"),
    ("kubectl apply --server-side --dry-run=client -f x", "--dry-run=client doesn't work with --server-side"),
    ("kubectl apply -f x --prune", "all resources selected for prune without explicitly passing --all."),
    ("kubectl get pods -f x", "when paths, URLs, or stdin is provided as input"),
    ("kubectl label pod p -f x a=b", "when paths, URLs, or stdin is provided as input"),
    ("kubectl delete pods --all --now --force", "--force and --grace-period greater than 0 cannot"),
    ("kubectl delete pod p --force --grace-period=3", "--force and --grace-period greater than 0 cannot"),
    ("kubectl taint pod p a=b:NoSchedule", "invalid resource type pod, only node types are supported"),
)
# Never refused before a cluster is asked: kubectl must fail only because there is none.
TAKEN = (
    "kubectl get pods",
    "kubectl get pod,svc web",
    "kubectl get deploy/a svc/b",
    "kubectl get nodes -n x",
    "kubectl run x --image=a sleep infinite",
    "kubectl exec p -- ls",
    "kubectl logs a b",
    "kubectl logs -l a=b",
    "kubectl delete pod a b",
    "kubectl delete pods --all",
    "kubectl scale deployment x --replicas=2",
    "kubectl label pod x a=b c-",
    "kubectl rollout status deploy/x",
    "kubectl port-forward svc/x 8080:80",
    "kubectl drain -l a=b",
    "kubectl create namespace a",
    "kubectl create job x --image=a -- sleep 1",
    "kubectl label pod x --list",
    "kubectl delete pod p --force --grace-period=0",
    "kubectl create service clusterip x --clusterip=None",
    "kubectl get pods -o name -A --watch",
)


def binaries() -> dict[str, Path]:
    """The kubectl binaries beside the one on PATH, named kubectl.1.27 and so on."""
    found = shutil.which("kubectl")
    if not found:
        return {}
    folder = Path(found).resolve().parent
    known = {version: folder / f"kubectl.{version}" for version in known_versions()}
    return {version: path for version, path in known.items() if path.is_file()}


def says(binary: Path, line: str, home: Path) -> str:
    """What kubectl prints as its error, with no cluster anywhere."""
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "KUBECONFIG": str(home / "none")}
    done = subprocess.run(
        [str(binary), *shlex.split(line)[1:]], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    return " ".join((done.stdout + done.stderr).split()).replace(binary.name, "kubectl")


@pytest.mark.parametrize("version", sorted(binaries()) or [pytest.param("", marks=pytest.mark.skip("no kubectl"))])
def test_refusals_are_worded_as_kubectl_words_them(version: str, tmp_path: Path) -> None:
    binary = binaries()[version]
    for line in REFUSED:
        told = explained(line, version=version)
        assert told.problems, line
        assert told.problems[0] in says(binary, line, tmp_path), line
        assert told.requests == () and told.undo.grade == "none-needed"


@pytest.mark.parametrize("version", sorted(binaries()) or [pytest.param("", marks=pytest.mark.skip("no kubectl"))])
def test_what_kubectl_takes_is_not_called_refused(version: str, tmp_path: Path) -> None:
    binary = binaries()[version]
    for line in TAKEN:
        assert explained(line, version=version).problems == (), line
        assert "refused" in says(binary, line, tmp_path), line


@pytest.mark.parametrize(("line", "message"), REFUSED_LATER)
def test_flags_that_do_not_go_together(line: str, message: str) -> None:
    told = explained(line)
    assert message in " ".join(told.problems)
    assert told.requests == ()


@pytest.mark.parametrize("line", ["kubectl apply --prune --all -f x", "kubectl label -f x a=b", "kubectl get -f x"])
def test_flags_that_go_together(line: str) -> None:
    assert explained(line).problems == ()


@pytest.mark.parametrize("command", ["kubectl delete", "kubectl logs", "kubectl delete pod", "kubectl label {} a=b"])
def test_what_xargs_adds_is_not_called_missing(command: str) -> None:
    told = explained(f"cat names | xargs -n1 {command}")
    assert told.problems == () and told.traps == ()
    assert all(request.path == "" for request in told.requests)
