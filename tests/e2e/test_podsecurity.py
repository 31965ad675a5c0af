"""Pod Security Standards with the real kubectl: a namespace's labels refuse pods and warn of what makes them."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.e2e

SAID = (
    'allowPrivilegeEscalation != false (container "nginx" must set securityContext.allowPrivilegeEscalation=false), '
    'unrestricted capabilities (container "nginx" must set securityContext.capabilities.drop=["ALL"]), '
    'runAsNonRoot != true (pod or container "nginx" must set securityContext.runAsNonRoot=true), '
    'seccompProfile (pod or container "nginx" must set securityContext.seccompProfile.type to "RuntimeDefault" or '
    '"Localhost")'
)


def label(desk: Desk, *labels: str) -> str:
    """Label the namespace; what kubectl says besides."""
    written = " ".join(f"pod-security.kubernetes.io/{each}" for each in labels)
    done = desk.run(f"kubectl label --overwrite namespace {desk.namespace} {written}")
    assert done.returncode == 0, done.stderr
    return done.stderr.strip()


def test_pods_are_refused(desk: Desk) -> None:
    assert label(desk, "enforce=restricted") == ""
    done = desk.run("kubectl run nginx --image=nginx")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f'Error from server (Forbidden): pods "nginx" is forbidden: violates PodSecurity "restricted:latest": {SAID}'
    )
    made = desk.run("kubectl create deployment web --image=nginx")
    assert made.stdout.strip() == "deployment.apps/web created"
    assert made.stderr.strip() == f'Warning: would violate PodSecurity "restricted:latest": {SAID}'
    desk.until("kubectl get events", r"FailedCreate +replicaset/web-.*violates PodSecurity")
    desk.until("kubectl get deployment web", r"web +0/1 +0 +0 ")


def test_warnings_refuse_nothing_and_stricter_labels_tell_of_pods(desk: Desk) -> None:
    label(desk, "warn=restricted", "warn-version=v1.30")
    made = desk.run("kubectl run nginx --image=nginx")
    assert made.stdout.strip() == "pod/nginx created"
    assert made.stderr.strip() == f'Warning: would violate PodSecurity "restricted:v1.30": {SAID}'
    reasons = "allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile"
    assert label(desk, "enforce=restricted").splitlines() == [
        f'Warning: existing pods in namespace "{desk.namespace}" violate the new PodSecurity enforce level '
        '"restricted:latest"',
        f"Warning: nginx: {reasons}",
    ]
    done = desk.run(f"kubectl label --overwrite namespace {desk.namespace} pod-security.kubernetes.io/enforce=tight")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f'The Namespace "{desk.namespace}" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid '
        'value: "tight": must be one of privileged, baseline, restricted'
    )
