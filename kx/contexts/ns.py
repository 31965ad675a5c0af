"""``kx ns``: its words, its usage, and which file does what. Needs neither click nor YAML."""

from __future__ import annotations

from collections.abc import Sequence

from kx.contexts import operations as op
from kx.contexts.desk import Desk
from kx.contexts.dispatch import Table, perform
from kx.contexts.namespace_arguments import parse

USAGE = """\
List namespaces, or use another one in the current context.

  {program}                        list the namespaces; on a terminal, choose one
  {program} NAME                   use NAME, if the cluster has it
  {program} NAME -f, --force       use NAME without asking the cluster
  {program} -                      back to the namespace before, in this context
  {program} -c, --current          print the current namespace
  {program} -u, --unset            back to the namespace default
  {program} -V, --version          print kx's version
{reach}
Where you may not look at namespaces, or the cluster keeps silent for two
seconds, the switch is made and called not verified.
"""

TABLE: Table = {
    op.List: "kx.contexts.namespace:list_namespaces",
    op.Pick: "kx.contexts.choosing:pick_namespace",
    op.Switch: "kx.contexts.namespace_switch:switch_namespace",
    op.Current: "kx.contexts.namespace:show_namespace",
    op.Unset: "kx.contexts.namespace:unset_namespace",
}


def run(words: Sequence[str], desk: Desk) -> int:
    """Do what the words after ``kx ns`` ask for; the exit status. Complains itself, in kubens' form."""
    return perform(desk, parse(words, desk.picks), TABLE, USAGE)
