"""Whatever happens in whatever order: a rolling update stays within maxSurge and maxUnavailable."""

from __future__ import annotations

from contextlib import closing
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kx.practice.controllers.deployment import limits
from kx.practice.controllers.objects import is_active, ready_since
from tests.practice.controllers.cluster import Cluster, deployment
from tests.practice.controllers.deployment.test_controller import REPLICA_SETS, RESOURCE, images, scale, set_image

BOUNDS = st.sampled_from([0, 1, 2, "25%", "50%", "100%"])
STEPS = st.lists(st.sampled_from(["controllers", "controllers", "start", "bury", "image"]), max_size=120)


@settings(deadline=None, max_examples=40)
@given(replicas=st.integers(1, 8), surge=BOUNDS, unavailable=BOUNDS, steps=STEPS, choice=st.randoms())
def test_the_limits_hold_at_every_step(
    replicas: int, surge: int | str, unavailable: int | str, steps: list[str], choice: Random
) -> None:
    assume(surge or unavailable)  # the API refuses to have neither
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    with closing(Cluster()) as cluster:
        wanted = deployment("web", replicas, strategy={"type": "RollingUpdate", "rollingUpdate": rolling})
        cluster.api.create(RESOURCE, wanted)
        cluster.run()
        most = replicas + limits.surge(wanted)
        fewest = replicas - limits.unavailable(wanted)

        def check() -> None:
            asked = sum(obj["spec"]["replicas"] for obj in cluster.store.list(REPLICA_SETS))
            available = [pod for pod in cluster.pods() if is_active(pod) and ready_since(pod)]
            assert asked <= most
            assert len(available) >= fewest

        version = 1
        for step in steps:
            if step == "controllers":
                for _ in range(choice.randint(1, 20)):
                    cluster.manager.step()
                    check()
            elif step == "image":
                version = version % 3 + 1
                set_image(cluster, "web", f"nginx:{version}")
            else:
                waiting = [
                    pod
                    for pod in cluster.pods()
                    if (bool(pod["metadata"].get("deletionTimestamp")) == (step == "bury"))
                    and (step == "bury" or pod["status"]["phase"] == "Pending")
                ]
                if waiting:
                    pod = choice.choice(waiting)
                    (cluster.bury if step == "bury" else cluster.start)(pod)
            check()
        cluster.run()
        assert images(cluster) == [f"nginx:{version}"] * replicas


WISHES = st.lists(
    st.sampled_from(["scale", "image", "pause", "resume", "kill", "step", "start", "restart"]), max_size=60
)


@settings(deadline=None, max_examples=40)
@given(wishes=WISHES, choice=st.randoms(), kind=st.sampled_from(["RollingUpdate", "Recreate"]))
def test_whatever_was_wished_it_ends_as_asked(wishes: list[str], choice: Random, kind: str) -> None:
    with closing(Cluster()) as cluster:
        cluster.api.create(RESOURCE, deployment("web", 3, strategy={"type": kind}))
        replicas, version = 3, 1
        for wish in wishes:
            if wish == "scale":
                replicas = choice.randint(0, 6)
                scale(cluster, "web", replicas)
            elif wish == "image":
                version = choice.randint(1, 3)
                set_image(cluster, "web", f"nginx:{version}")
            elif wish in ("pause", "resume"):
                cluster.patch(RESOURCE, "web", {"spec": {"paused": True if wish == "pause" else None}})
            elif wish == "kill" and cluster.pods():
                cluster.bury(choice.choice(cluster.pods()))
            elif wish == "start":
                cluster.kubelets()
            elif wish == "restart":
                cluster.restart()
            else:
                for _ in range(choice.randint(1, 20)):
                    cluster.manager.step()
        cluster.patch(RESOURCE, "web", {"spec": {"paused": None}})
        cluster.run()
        assert images(cluster) == [f"nginx:{version}"] * replicas
        status = cluster.get(RESOURCE, "web")["status"]
        assert (status.get("replicas", 0), status.get("availableReplicas", 0)) == (replicas, replicas)
        assert status.get("updatedReplicas", 0) == replicas
