"""The training's manifests: complete, as the training tells them, and never written over a person's own files."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from kx.cheat.manifest import FOLDER, NAMES, ORDER, write_out
from kx.errors import KxError


def load(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def test_every_file_of_the_folder_is_written_and_in_order(tmp_path: Path) -> None:
    written = write_out(tmp_path / "a" / "b")
    assert [path.name for path in written] == list(NAMES)
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(NAMES)
    for path in written:
        assert path.read_text(encoding="utf-8") == (FOLDER / path.name).read_text(encoding="utf-8")
        assert path.read_text(encoding="utf-8").startswith("# ")


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    write_out(tmp_path)
    (tmp_path / "secret.yaml").unlink()
    assert [path.name for path in write_out(tmp_path)] == ["secret.yaml"]
    assert write_out(tmp_path) == ()


def test_a_persons_own_file_is_kept_unless_they_insist(tmp_path: Path) -> None:
    own = tmp_path / "config-map.yaml"
    own.write_text("mine", encoding="utf-8")
    with pytest.raises(KxError, match=r"a file of your own called config-map\.yaml; nothing was written"):
        write_out(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["config-map.yaml"]
    assert own.read_text(encoding="utf-8") == "mine"
    assert len(write_out(tmp_path, force=True)) == len(NAMES)
    assert own.read_bytes() == (FOLDER / "config-map.yaml").read_bytes()


@pytest.mark.parametrize("kind", ["folder", "broken link"])
def test_what_is_no_file_is_kept_as_well(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "secret.yaml"
    place.mkdir() if kind == "folder" else place.symlink_to(tmp_path / "nowhere" / "at all")
    with pytest.raises(KxError, match="nothing was written"):
        write_out(tmp_path)
    with pytest.raises(KxError, match="cannot write"):
        write_out(tmp_path, force=True)


def test_a_file_in_the_folders_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(KxError, match="cannot write the manifests into"):
        write_out(tmp_path / "file")


def test_the_manifests_are_those_of_the_training() -> None:
    secret, redis, redis_service, config, visitors, service = map(load, ORDER)
    assert base64.b64decode(secret["data"]["REDIS_PASSWORD"], validate=True)
    assert [each["metadata"]["name"] for each in (secret, redis, redis_service)] == [
        *("redis-secret", "redis", "redis-service")
    ]
    assert [each["metadata"]["name"] for each in (config, visitors, service)] == [
        *("visitors-config", "visitors", "visitors-service")
    ]
    container = redis["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "redis:6.2.6"
    assert container["command"] + container["args"] == ["redis-server", "--requirepass", "$(REDIS_PASSWORD)"]
    settings = yaml.safe_load(config["data"]["config.yml"])
    assert settings == {"redis": {"address": "redis-service:6379"}, "server": {"port": 65432}}
    assert [visitors["spec"]["replicas"], redis["spec"]["replicas"]] == [3, 1]
    assert (service["spec"]["ports"], redis_service["spec"]["ports"]) == (
        [{"port": 80, "targetPort": 65432}],
        [{"port": 6379, "targetPort": 6379}],
    )


def test_the_replacement_is_the_same_deployment_with_more_of_it() -> None:
    before, after = load("visitors-deployment.yaml"), load("manifest.yaml")
    probe = after["spec"]["template"]["spec"]["containers"][0].pop("readinessProbe")
    assert probe["httpGet"] == {"path": "/healthz", "port": 65432}
    assert (before["spec"].pop("replicas"), after["spec"].pop("replicas")) == (3, 5)
    assert before == after
