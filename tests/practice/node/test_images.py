"""Image names: how they are read, and which of them a registry would have."""

from __future__ import annotations

import pytest

from kx.practice.node.images import Image, InvalidReferenceError, PullFailure, lookup, parse


@pytest.mark.parametrize(
    ("text", "name", "short"),
    [
        ("nginx", "docker.io/library/nginx:latest", "nginx"),
        ("nginx:1.27", "docker.io/library/nginx:1.27", "nginx"),
        ("saman2000h/net-utils:1.2", "docker.io/saman2000h/net-utils:1.2", "saman2000h/net-utils"),
        ("docker.io/library/redis", "docker.io/library/redis:latest", "redis"),
        ("ghcr.io/a/b:v1", "ghcr.io/a/b:v1", "ghcr.io/a/b"),
        ("localhost:5000/app", "localhost:5000/app:latest", "localhost:5000/app"),
        (f"nginx@sha256:{'0' * 64}", f"docker.io/library/nginx@sha256:{'0' * 64}", "nginx"),
    ],
)
def test_names_are_completed(text: str, name: str, short: str) -> None:
    reference = parse(text)
    assert (reference.name, reference.short) == (name, short)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Nginx", "invalid reference format: repository name (library/Nginx) must be lowercase"),
        ("nginx:", "invalid reference format"),
        ("nginx:a:b", "invalid reference format"),
        ("-nginx", "invalid reference format"),
        ("nginx@sha256:12", "invalid reference format"),
    ],
)
def test_impossible_names(text: str, message: str) -> None:
    with pytest.raises(InvalidReferenceError) as refusal:
        parse(text)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "text",
    "nginx nginx:1.27-alpine nginx:stable redis:6.2.6 redis:7-bookworm busybox:1.36 alpine:3.20 debian:bookworm-slim "
    "ubuntu:24.04 ubuntu:noble postgres:16 node:20 httpd my-image my-app:v1 cache web ghcr.io/a/nginxx:1 "
    "saman2000h/visitor:1.0 registry.k8s.io/pause:3.9".split(),
)
def test_images_that_exist(text: str) -> None:
    assert isinstance(lookup(parse(text)), Image)


@pytest.mark.parametrize(
    "text",
    "ngnix ngixn ngin nginxx rediss busibox alpin ubunut debain nod pyhton my/doesnotexist nosuch-image "
    "saman2000h/net-util:1.2 samanh2000/net-utils".split(),
)
def test_names_nobody_has(text: str) -> None:
    failure = lookup(parse(text))
    assert isinstance(failure, PullFailure)
    assert "pull access denied, repository does not exist or may require authorization" in failure.message


@pytest.mark.parametrize("text", "nginx:lastest nginx:latst redis:nope nginx:doesnotexist my-app:lates".split())
def test_tags_nobody_pushed(text: str) -> None:
    failure = lookup(parse(text))
    assert isinstance(failure, PullFailure)
    assert failure.message.endswith(f'failed to resolve reference "{parse(text).name}": {parse(text).name}: not found')


def test_alpine_tags_change_the_family() -> None:
    plain, small = lookup(parse("nginx:1.27")), lookup(parse("nginx:1.27-alpine"))
    assert isinstance(plain, Image)
    assert isinstance(small, Image)
    assert (plain.family, small.family) == ("debian", "alpine")
