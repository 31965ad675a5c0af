from __future__ import annotations

from pathlib import Path

import pytest

from kx.errors import KxError
from kx.shell import config
from kx.shell.config import Settings


def env_with(tmp_path: Path, text: str) -> dict[str, str]:
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    config.file(env).parent.mkdir(parents=True)
    config.file(env).write_text(text, encoding="utf-8")
    return env


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert config.load({"XDG_CONFIG_HOME": str(tmp_path)}) == Settings(explain="auto", confirm=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Settings()),
        ('explain = "brief"\n', Settings(explain="brief")),
        ('explain = "on"\nconfirm = false\n', Settings(explain="auto", confirm=False)),
    ],
)
def test_settings(tmp_path: Path, text: str, expected: Settings) -> None:
    assert config.load(env_with(tmp_path, text)) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("explain = ", "not valid TOML"),
        ('explain = "loud"\n', "explain = 'loud'"),
        ("explain = true\n", "explain = True"),
        ('confirm = "no"\n', "confirm = 'no'"),
        ("colour = 1\n", "unknown setting 'colour'"),
    ],
)
def test_mistakes_name_the_file_and_the_setting(tmp_path: Path, text: str, says: str) -> None:
    env = env_with(tmp_path, text)
    with pytest.raises(KxError) as raised:
        config.load(env)
    assert str(config.file(env)) in raised.value.message
    assert says in raised.value.message
