"""Whether an object may be stored: every rule of its kind, with the messages of Kubernetes in Kubernetes' order.

``check`` is pure. What depends on other objects (addresses, quotas, namespaces) is admission's.
"""

from __future__ import annotations

from collections.abc import Mapping

from kx.practice.resources import Resource
from kx.practice.status import FieldError, Obj
from kx.practice.validation import (
    access,
    addresses,
    cluster,
    config,
    definitions,
    drivers,
    endpoints,
    extensions,
    flow,
    jobs,
    meta,
    networking,
    pods,
    quota,
    scaling,
    services,
    storage,
    workloads,
)
from kx.practice.validation.errors import Validator

_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"

_VALIDATORS: Mapping[str, Validator] = {
    "pods": pods.pod,
    "podtemplates": pods.pod_template,
    "replicationcontrollers": workloads.replication_controller,
    "deployments.apps": workloads.deployment,
    "replicasets.apps": workloads.replica_set,
    "statefulsets.apps": workloads.stateful_set,
    "daemonsets.apps": workloads.daemon_set,
    "controllerrevisions.apps": workloads.controller_revision,
    "jobs.batch": jobs.job,
    "cronjobs.batch": jobs.cron_job,
    "services": services.service,
    "endpoints": endpoints.endpoints,
    "endpointslices.discovery.k8s.io": endpoints.endpoint_slice,
    "ingresses.networking.k8s.io": networking.ingress,
    "ingressclasses.networking.k8s.io": networking.ingress_class,
    "ipaddresses.networking.k8s.io": addresses.ip_address,
    "servicecidrs.networking.k8s.io": addresses.service_cidr,
    "networkpolicies.networking.k8s.io": networking.network_policy,
    "configmaps": config.config_map,
    "secrets": config.secret,
    "serviceaccounts": config.service_account,
    "namespaces": config.namespace,
    "resourcequotas": quota.resource_quota,
    "limitranges": config.limit_range,
    "persistentvolumeclaims": storage.claim,
    "persistentvolumes": storage.volume,
    "storageclasses.storage.k8s.io": drivers.storage_class,
    "csidrivers.storage.k8s.io": drivers.driver,
    "volumeattachments.storage.k8s.io": drivers.attachment,
    "volumeattributesclasses.storage.k8s.io": drivers.attributes_class,
    "csinodes.storage.k8s.io": drivers.node_drivers,
    "csistoragecapacities.storage.k8s.io": drivers.capacity,
    f"roles.{_RBAC}": access.role,
    f"clusterroles.{_RBAC}": access.cluster_role,
    f"rolebindings.{_RBAC}": access.binding(is_namespaced=True),
    f"clusterrolebindings.{_RBAC}": access.binding(is_namespaced=False),
    "nodes": cluster.node,
    "leases.coordination.k8s.io": cluster.lease,
    "events": cluster.event,
    "events.events.k8s.io": cluster.new_event,
    "priorityclasses.scheduling.k8s.io": cluster.priority_class,
    "runtimeclasses.node.k8s.io": cluster.runtime_class,
    "horizontalpodautoscalers.autoscaling": scaling.autoscaler,
    "poddisruptionbudgets.policy": scaling.disruption_budget,
    "customresourcedefinitions.apiextensions.k8s.io": definitions.definition,
    f"validatingwebhookconfigurations.{_ADMISSION}": extensions.webhooks(is_mutating=False),
    f"mutatingwebhookconfigurations.{_ADMISSION}": extensions.webhooks(is_mutating=True),
    f"validatingadmissionpolicies.{_ADMISSION}": extensions.policy("validations"),
    f"mutatingadmissionpolicies.{_ADMISSION}": extensions.policy("mutations"),
    f"validatingadmissionpolicybindings.{_ADMISSION}": extensions.policy_binding,
    f"mutatingadmissionpolicybindings.{_ADMISSION}": extensions.policy_binding,
    "flowschemas.flowcontrol.apiserver.k8s.io": flow.flow_schema,
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": flow.priority_level,
    "apiservices.apiregistration.k8s.io": extensions.api_service,
    "certificatesigningrequests.certificates.k8s.io": extensions.signing_request,
}


def check(resource: Resource, obj: Obj, old: Obj | None = None) -> list[FieldError]:
    """What is wrong with ``obj``, which has its defaults; with ``old``, also what may not change.

    An update that leaves all but metadata and status as it was is checked for its metadata only.
    """
    metadata, before = obj.get("metadata") or {}, (old.get("metadata") or {}) if old is not None else None
    found = list(meta.object_meta(resource, metadata, before))
    validator = _VALIDATORS.get(resource.key)
    if validator is not None and (old is None or _without_status(obj) != _without_status(old)):
        found += validator(obj, old)
    return found


def _without_status(obj: Obj) -> Obj:
    return {key: value for key, value in obj.items() if key not in ("metadata", "status")}
