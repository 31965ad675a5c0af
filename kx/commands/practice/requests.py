"""``kx practice requests``: what clients really asked of the practice cluster. Options only."""

from __future__ import annotations

import json

import click

from kx.practice import following
from kx.practice.status import Obj
from kx.term import visible

_HEADER = ("TIME", "METHOD", "STATUS", "SENT", "AGENT", "REQUEST")


@click.command()
@click.option("-f", "--follow", is_flag=True, help="Go on with every request as it comes, until Ctrl-C.")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", help="json: one object a line.")
def requests(follow: bool, output: str) -> None:
    """Show the requests that the cluster has answered: method, path, query, what was sent, status.

    The last 5,000 are kept while the cluster runs. Bodies and credentials are never kept.
    """
    entries = following.follow(lambda text: click.echo(text, err=True)) if follow else following.known()
    write = _json if output == "json" else _text
    if output == "text":
        click.echo(_row(_HEADER))
    for entry in entries:
        click.echo(write(entry))


def _json(entry: Obj) -> str:
    return json.dumps(entry)


def _text(entry: Obj) -> str:
    time = entry["time"].partition("T")[2].rstrip("Z")
    asked = entry["path"] + (f"?{entry['query']}" if entry["query"] else "")
    sent = entry["body_kind"] or entry["media_type"] or "-"
    agent = entry["agent"].partition(" ")[0] or "-"
    return visible(_row((time, entry["method"], str(entry["status"]), sent, agent, asked)))


def _row(cells: tuple[str, ...]) -> str:
    """In columns wide enough for most; the path comes last, where it may be as long as it is."""
    return f"{cells[0]:<13}{cells[1]:<8}{cells[2]:<8}{cells[3]:<26}  {cells[4]:<18}  {cells[5]}"
