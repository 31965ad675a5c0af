"""Kinds that an API server can still read in versions it no longer serves: they get another refusal than unknown ones.

A manifest from an old tutorial says ``extensions/v1beta1``; the server knows what is meant and says which version it
expects. Facts from the ``register.go`` files of ``k8s.io/api``.
"""

from __future__ import annotations

_WEBHOOKS = "ValidatingWebhookConfiguration MutatingWebhookConfiguration"
_POLICIES = (
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding"
)
_ROLES = "Role RoleBinding ClusterRole ClusterRoleBinding"
_REVIEWS = "SelfSubjectRulesReview SelfSubjectAccessReview SubjectAccessReview LocalSubjectAccessReview"
_DEVICES = "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice"
_FLOWS = "FlowSchema PriorityLevelConfiguration"

# group, version, the group that serves them now, kinds.
_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("admissionregistration.k8s.io", "v1alpha1", "admissionregistration.k8s.io", _POLICIES),
    ("admissionregistration.k8s.io", "v1beta1", "admissionregistration.k8s.io", f"{_WEBHOOKS} {_POLICIES}"),
    ("apps", "v1beta1", "apps", "Deployment StatefulSet ControllerRevision"),
    ("apps", "v1beta2", "apps", "Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision"),
    ("authentication.k8s.io", "v1alpha1", "authentication.k8s.io", "SelfSubjectReview"),
    ("authentication.k8s.io", "v1beta1", "authentication.k8s.io", "SelfSubjectReview TokenReview"),
    ("authorization.k8s.io", "v1beta1", "authorization.k8s.io", _REVIEWS),
    ("batch", "v1beta1", "batch", "CronJob"),
    ("certificates.k8s.io", "v1beta1", "certificates.k8s.io", "CertificateSigningRequest"),
    ("coordination.k8s.io", "v1beta1", "coordination.k8s.io", "Lease"),
    ("discovery.k8s.io", "v1beta1", "discovery.k8s.io", "EndpointSlice"),
    ("events.k8s.io", "v1beta1", "events.k8s.io", "Event"),
    ("extensions", "v1beta1", "apps", "Deployment DaemonSet ReplicaSet"),
    ("extensions", "v1beta1", "networking.k8s.io", "Ingress NetworkPolicy"),
    ("flowcontrol.apiserver.k8s.io", "v1beta1", "flowcontrol.apiserver.k8s.io", _FLOWS),
    ("flowcontrol.apiserver.k8s.io", "v1beta2", "flowcontrol.apiserver.k8s.io", _FLOWS),
    ("flowcontrol.apiserver.k8s.io", "v1beta3", "flowcontrol.apiserver.k8s.io", _FLOWS),
    ("networking.k8s.io", "v1beta1", "networking.k8s.io", "Ingress IngressClass IPAddress ServiceCIDR"),
    ("node.k8s.io", "v1alpha1", "node.k8s.io", "RuntimeClass"),
    ("node.k8s.io", "v1beta1", "node.k8s.io", "RuntimeClass"),
    ("policy", "v1beta1", "policy", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io", "v1alpha1", "rbac.authorization.k8s.io", _ROLES),
    ("rbac.authorization.k8s.io", "v1beta1", "rbac.authorization.k8s.io", _ROLES),
    ("resource.k8s.io", "v1beta1", "resource.k8s.io", _DEVICES),
    ("resource.k8s.io", "v1beta2", "resource.k8s.io", _DEVICES),
    ("scheduling.k8s.io", "v1beta1", "scheduling.k8s.io", "PriorityClass"),
    ("storage.k8s.io", "v1alpha1", "storage.k8s.io", "VolumeAttachment CSIStorageCapacity VolumeAttributesClass"),
    (
        "storage.k8s.io",
        "v1beta1",
        "storage.k8s.io",
        "StorageClass VolumeAttachment CSIDriver CSINode CSIStorageCapacity VolumeAttributesClass",
    ),
)

_NOW = {(group, version, kind): now for group, version, now, kinds in _ROWS for kind in kinds.split()}


def serving_group(group: str, version: str, kind: str) -> str | None:
    """The group that serves an old version's kind now; None for kinds that no server knows."""
    return _NOW.get((group, version, kind))
