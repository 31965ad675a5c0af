"""``kx demo``: the training's chapters, played on the practice cluster."""

from __future__ import annotations

import os

import click

from kx import term


@click.command()
def command() -> None:
    """Play the training's three chapters by itself: each line shown, explained and run.

    It uses the practice cluster (started if need be), in a namespace of its own that is gone afterwards.
    """
    from kx.cheat.chapter import chapters
    from kx.cheat.play import rehearse
    from kx.practice.lifecycle import ensure_started

    namespace = f"demo-{os.getpid()}"
    rehearse(chapters(), ensure_started(os.environ), namespace, os.environ, term.out)
