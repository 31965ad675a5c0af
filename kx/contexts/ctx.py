"""``kx ctx``: its words, its usage, and which file does what. Needs neither click nor YAML nor a cluster."""

from __future__ import annotations

from collections.abc import Sequence

from kx.contexts import operations as op
from kx.contexts.arguments import parse
from kx.contexts.desk import Desk
from kx.contexts.dispatch import Table, perform

USAGE = """\
List contexts, or switch to one: a cluster, a user and a namespace by one name.

  {program}                        list the contexts; on a terminal, choose one
  {program} NAME                   switch to NAME
  {program} NAME/NAMESPACE         switch to NAME and to a namespace in it
  {program} 'prod-*'               list the contexts whose names match
  {program} -                      back to the context before, and its namespace
  {program} -c, --current          print the current context
  {program} -u, --unset            choose none
  {program} NEW=OLD                rename OLD to NEW ("." is the current one)
  {program} -d NAME...             delete contexts ("." is the current one)
  {program} -d NAME... --prune     ... and the clusters and users nothing else needs
  {program} --undo                 put back what was deleted last
  {program} --history              where you have been
  {program} -s, --shell [NAME]     a shell that knows this context only
  {program} -r, --readonly [NAME]  ... and cannot change anything there
  eval "$({program} --session NAME)"    switch this terminal only
  {program} -V, --version          print kx's version
{reach}
On a terminal, a part of a name is enough where only one context has it. Short
names of your own stand under [aliases] in kx's config.toml.
"""

TABLE: Table = {
    op.List: "kx.contexts.listing:list_contexts",
    op.Pick: "kx.contexts.choosing:pick_context",
    op.Switch: "kx.contexts.switch:switch_context",
    op.Current: "kx.contexts.current:show_context",
    op.Unset: "kx.contexts.current:unset_context",
    op.Rename: "kx.contexts.rename:rename_context",
    op.Delete: "kx.contexts.delete:delete_contexts",
    op.Undo: "kx.contexts.delete:undo",
    op.Shell: "kx.contexts.shells:open_shell",
    op.Session: "kx.contexts.session:start_session",
    op.History: "kx.contexts.history:show_history",
}


def run(words: Sequence[str], desk: Desk) -> int:
    """Do what the words after ``kx ctx`` ask for; the exit status. Complains itself, in kubectx's form."""
    return perform(desk, parse(words, desk.picks), TABLE, USAGE, locked=True)
