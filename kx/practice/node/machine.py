"""What all pods of one node can share with it: its process table, its ports, its name. Nothing of the host is in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kx.practice.node.container import Program
from kx.practice.node.pids import PidTable
from kx.practice.node.process import Listener

SYSTEM = ("/sbin/init", "/usr/local/bin/containerd", "/usr/local/bin/kubelet")


@dataclass
class Machine:
    """One node, as pods with hostPID and hostNetwork see it."""

    name: str
    pids: PidTable = field(default_factory=PidTable)
    system: list[Program] = field(default_factory=list)  # what runs on it besides pods
    ports: dict[int, Listener] = field(default_factory=dict)
