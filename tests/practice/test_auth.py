"""Who somebody is and what they may: the owner, service accounts with their tokens, and those acted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from kx.practice.auth import OWNER, Keeper, ensure_token
from kx.practice.status import ApiError, Obj
from tests.practice_server import PracticeServer

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)
ACCOUNT: Obj = {"metadata": {"name": "robot", "namespace": "default", "uid": "u1"}}


class Clock:
    """A clock that a test moves."""

    now = NOW


def keeper(clock: Clock, alive: bool = True) -> Keeper:
    return Keeper("secret", "key", lambda: clock.now, lambda namespace, name, uid: alive and uid == "u1")


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


def test_the_owner_is_known_by_the_token() -> None:
    assert keeper(Clock()).gate("/api", bearer("secret")) == OWNER


@pytest.mark.parametrize("token", ["", "Secret", "secre", "secret1", "a.b.c", "é", ".", "e30.e30.e30"])
def test_other_tokens_are_nobodys(token: str) -> None:
    with pytest.raises(ApiError, match="Unauthorized"):
        keeper(Clock()).gate("/healthz", bearer(token))


def test_a_service_accounts_token_lasts_as_long_as_it_says() -> None:
    clock = Clock()
    issued, expires = keeper(clock).issue(ACCOUNT, [], 600)
    user = keeper(clock).user(issued)
    assert user is not None
    assert user.name == "system:serviceaccount:default:robot"
    assert user.groups == ("system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated")
    assert expires == NOW + timedelta(seconds=600)
    clock.now = expires
    assert keeper(clock).user(issued) is None


def test_a_token_dies_with_its_account_and_cannot_be_changed() -> None:
    issued, _ = keeper(Clock()).issue(ACCOUNT, [], 600)
    assert keeper(Clock(), alive=False).user(issued) is None
    head, claims, signature = issued.split(".")
    for forged in (f"{head}.{claims}.", f"{head}.{claims[:-2]}xx.{signature}", f"{head}.{claims}.{signature[:-2]}xx"):
        assert keeper(Clock()).user(forged) is None
    other = Keeper("secret", "another key", lambda: NOW, lambda *_: True)
    assert other.user(issued) is None


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "token"
    made = ensure_token(path)
    assert len(made) >= 43
    assert ensure_token(path) == made
    assert path.stat().st_mode & 0o777 == 0o600


# On the real server


@pytest.fixture(scope="module")
def robot(practice: PracticeServer) -> Iterator[str]:
    """The token of a service account."""
    body = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}}
    path = "/api/v1/namespaces/default/serviceaccounts"
    practice.ask("POST", path, body)
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    answer = practice.ask("POST", f"{path}/robot/token", request)
    assert answer.status == 201
    yield answer.json()["status"]["token"]
    practice.ask("DELETE", f"{path}/robot")


def test_a_service_account_is_let_in_but_may_nothing(practice: PracticeServer, robot: str) -> None:
    assert practice.ask("GET", "/api", token=robot).status == 200
    refused = practice.ask("GET", "/api/v1/namespaces/default/pods", token=robot)
    assert refused.status == 403
    assert refused.json()["message"].startswith(
        'pods is forbidden: User "system:serviceaccount:default:robot" cannot list resource "pods" in API group "" in '
        'the namespace "default"'
    )
    assert practice.ask("GET", "/kx/requests", token=robot).status == 403
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    who = practice.ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", body, token=robot)
    assert who.json()["status"]["userInfo"]["username"] == "system:serviceaccount:default:robot"


def test_tokens_too_short_are_refused(practice: PracticeServer) -> None:
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": 60, "audiences": []},
    }
    answer = practice.ask("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", request)
    assert answer.status == 422
    assert "may not specify a duration less than 10 minutes" in answer.json()["message"]


def test_the_owner_may_act_for_others_and_then_may_nothing(practice: PracticeServer, robot: str) -> None:
    as_bob = {"Impersonate-User": "bob"}
    assert practice.ask("GET", "/api/v1/nodes", headers=as_bob).status == 403
    assert practice.ask("GET", "/api/v1/nodes", headers=as_bob, token=robot).status == 403
    masters = {**as_bob, "Impersonate-Group": "system:masters"}
    assert practice.ask("GET", "/api/v1/nodes", headers=masters).status == 200
    assert practice.ask("GET", "/api/v1/nodes", headers={"Impersonate-Group": "x"}).status == 400


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("auth", "can-i", "delete", "nodes"), "yes"),
        (("auth", "can-i", "delete", "nodes", "--as=bob"), "no"),
        (("auth", "can-i", "--list"), "[*]"),
        (("auth", "whoami"), "practice"),
        (("auth", "whoami", "--as=bob", "--as-group=team"), "[team system:authenticated]"),
        (("create", "token", "default"), "."),
    ],
)
def test_kubectl_asks_about_itself(practice: PracticeServer, arguments: tuple[str, ...], says: str) -> None:
    done = practice.kubectl(*arguments)
    assert says in done.stdout, done.stderr


def test_a_review_of_a_token_tells_whose_it_is(practice: PracticeServer, robot: str) -> None:
    path = "/apis/authentication.k8s.io/v1/tokenreviews"
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
    known = practice.ask("POST", path, {**body, "spec": {"token": robot}}).json()["status"]
    assert known["authenticated"]
    assert known["user"]["username"] == "system:serviceaccount:default:robot"
    assert "authenticated" not in practice.ask("POST", path, {**body, "spec": {"token": "x"}}).json()["status"]
