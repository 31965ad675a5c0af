"""The list of controllers a practice cluster runs."""

from __future__ import annotations

from kx.practice import resources
from kx.practice.controllers.aggregation import RoleAggregationController
from kx.practice.controllers.autoscaler import AutoscalerController
from kx.practice.controllers.deployment.controller import DeploymentController
from kx.practice.controllers.disruption import DisruptionController
from kx.practice.controllers.eventttl import EventTtl
from kx.practice.controllers.furniture import RootCaController, ServiceAccountController
from kx.practice.controllers.garbagecollector import GarbageCollector
from kx.practice.controllers.ingress import IngressController
from kx.practice.controllers.jobs.controller import JobController
from kx.practice.controllers.jobs.cronjob import CronJobController
from kx.practice.controllers.namespace import NamespaceController
from kx.practice.controllers.networkpolicy import NetworkPolicyController
from kx.practice.controllers.nodehealth import NodeHealthController
from kx.practice.controllers.nodelifecycle import NodeLifecycleController
from kx.practice.controllers.replicaset import REPLICATION_CONTROLLERS, ReplicaSetController
from kx.practice.controllers.services.endpoints import EndpointsController
from kx.practice.controllers.services.endpointslice import EndpointSliceController
from kx.practice.controllers.services.loadbalancer import LoadBalancerController
from kx.practice.controllers.services.mirroring import EndpointSliceMirroringController
from kx.practice.controllers.sets.daemonset import DaemonSetController
from kx.practice.controllers.sets.statefulset import StatefulSetController
from kx.practice.controllers.system import SystemController
from kx.practice.controllers.tainteviction import TaintEvictionController
from kx.practice.controllers.volumes.attaching import AttachDetachController
from kx.practice.controllers.volumes.binder import PersistentVolumeController
from kx.practice.controllers.volumes.ephemeral import EphemeralVolumeController
from kx.practice.controllers.volumes.protection import ClaimProtectionController, VolumeProtectionController
from kx.practice.controllers.volumes.provisioner import ProvisioningController
from kx.practice.controllers.world import Controller, World


def controllers(world: World) -> list[Controller]:
    """All of them, made for ``world``. Nodes bring their own: see kx/practice/node."""
    everything = tuple(dict.fromkeys(resource.key for resource in resources.SERVED))
    return [
        NamespaceController(world, everything),
        ServiceAccountController(world),
        RootCaController(world),
        DeploymentController(world),
        ReplicaSetController(world),
        ReplicaSetController(world, REPLICATION_CONTROLLERS),
        JobController(world),
        CronJobController(world),
        DaemonSetController(world),
        StatefulSetController(world),
        AutoscalerController(world),
        DisruptionController(world),
        EndpointsController(world),
        EndpointSliceController(world),
        EndpointSliceMirroringController(world),
        LoadBalancerController(world),
        IngressController(world),
        NetworkPolicyController(world),
        EphemeralVolumeController(world),
        PersistentVolumeController(world),
        ProvisioningController(world),
        AttachDetachController(world),
        ClaimProtectionController(world),
        VolumeProtectionController(world),
        RoleAggregationController(world),
        GarbageCollector(world, everything),
        NodeHealthController(world),
        NodeLifecycleController(world),
        TaintEvictionController(world),
        SystemController(world),
        EventTtl(world),
    ]
