"""The options of a practice cluster: kept, shown, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kx.errors import KxError
from kx.practice.options import Options, problem, read, write

WORDS = (
    (Options(), ""),
    (Options(slice_size=5), "--slice-size 5"),
    (Options(load_balancer=False, node_ports=True), "--no-load-balancer --node-ports"),
    (Options(ingress_port=0, speed=0.0), "--ingress-port 0 --speed 0"),
    (Options(speed=2.5), "--speed 2.5"),
)


@pytest.mark.parametrize(("options", "words"), WORDS)
def test_what_differs_is_shown_as_it_is_typed_and_kept_as_it_is(options: Options, words: str, tmp_path: Path) -> None:
    assert options.words == words
    write(tmp_path / "options.json", options)
    assert read(tmp_path / "options.json") == options
    assert (tmp_path / "options.json").stat().st_mode & 0o077 == 0


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read(tmp_path / "options.json") == Options()


@pytest.mark.parametrize("text", ("", "[", "5", '{"slice_size": "many"}', '{"slice_size": 0}', '{"speed": NaN}'))
def test_a_file_that_is_none_of_ours_is_refused_by_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "options.json").write_text(text)
    with pytest.raises(KxError, match=r"options\.json holds no options"):
        read(tmp_path / "options.json")


@pytest.mark.parametrize(
    ("options", "word"),
    (
        (Options(slice_size=0), "--slice-size"),
        (Options(slice_size=1001), "--slice-size"),
        (Options(ingress_port=70000), "--ingress-port"),
        (Options(speed=-1), "--speed"),
        (Options(speed=float("inf")), "--speed"),
        (Options(speed=float("nan")), "--speed"),
    ),
)
def test_what_cannot_be_is_named(options: Options, word: str) -> None:
    assert word in problem(options)


@pytest.mark.parametrize(("speed", "seconds"), ((1.0, 3.0), (10.0, 0.3), (0.0, 0.0), (0.5, 6.0)))
def test_speed_is_how_many_times_faster(speed: float, seconds: float) -> None:
    assert Options(speed=speed).paced(3.0) == seconds
