"""Which type a word means, custom types too, against where every kubectl at hand really sends its request."""

from __future__ import annotations

from pathlib import Path

import pytest

from kx.kubeconfig.read import current
from kx.kubectl.catalog.resources import Types
from kx.kubectl.discovery import cached_types, read, server_folder
from tests.e2e.conftest import Desk
from tests.kubectl import caches

pytestmark = pytest.mark.e2e

BUILT_IN = """pods.v1 pods.v1. pods. po. po.v1. deploy.v1.ap deployments.v1.ap deploy.v1.apps roles.rbac Role.rbac
role.v1.rbac deploy.ext events.events ev.e events. ev. Events.v1. events.v1 hpa.autoscaling hpa.v1.auto
horizontalpodautoscalers.v1.autoscaling Deployment.apps Deployment.v1.apps DEPLOY PO PODS po.. .apps pod.v1.apps Pod
endpointslices.discovery Pod.v2. CronJob.v1.batch ing.net Ingress.v1.networking.k8s.io StorageClass.storage
pdb.p endpoint ... Namespace.. pods..""".split()
CUSTOM = """widgets widget Widget WIDGETS wd WD wd.shop widgets.shop widgets.v1.shop widgets.v1.shop.example.com
widgets.v1beta1.shop.example.com Widget.v1beta1.shop.example.com widgets.v2.shop.example.com widgets.example wd.
shops shop Shop shops.v1beta1.shop.example.com po pods""".split()
LOSES_VERSION = [
    "cj.b.",
    "deploy.a.",
    "hpa.v3.",
    "hpa.v1.autoscaling",
    "hpa.v1.",
    "wd.v1beta1.shop.example.com",
]  # since 1.29


def test_words_mean_what_kubectl_takes_them_for(desk: Desk) -> None:
    desk.run("kubectl get pods")
    server = current(desk.env).server
    folder = server_folder(Path(desk.env["HOME"]) / ".kube" / "cache", server)
    assert read(folder) == (), "the built-in types are those of this cluster"
    index = caches.add(folder) / "servergroups.json"
    planted = index.read_bytes()
    types = Types(lambda: cached_types(desk.env, server))
    words = BUILT_IN + CUSTOM + (LOSES_VERSION if desk.version not in ("1.27", "1.28") else [])
    wrong = {}
    for word in words:
        found = types.find(word)
        told = found.path(desk.namespace, "x") if found else ""
        index.write_bytes(planted)  # kubectl reads all anew from the server when it does not find a word
        sent = paths(desk.run(f"kubectl get -v=6 {word} x").stderr)
        if told not in sent and (told or sent):
            wrong[word] = (told, sent)
    assert wrong == {}


def paths(said: str) -> list[str]:
    """The objects that kubectl logs to have asked for."""
    urls = (part.strip('"').removeprefix('url="') for line in said.splitlines() for part in line.split())
    return [
        "/" + url.split("/", 3)[3].partition("?")[0] for url in urls if url.startswith("https") and url.endswith("/x")
    ]
