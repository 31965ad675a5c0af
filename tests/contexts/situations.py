"""Situations in which kubectx and kubens do something, and ``kx ctx`` and ``kx ns`` must do the same.

A situation is some files, and lines typed one after the other (``ctx …`` for kubectx, ``ns …`` for kubens).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.kubeconfig.builders import config, entry

THREE = config(
    entry("dev"),
    entry("prod-10", cluster="prod", user="prod", namespace="web"),
    entry("prod-9", cluster="prod", user="prod"),
    current="dev",
    servers={"dev": "https://127.0.0.1:1", "prod": "https://127.0.0.1:1"},
)
OTHER = config(entry("dev", cluster="else"), entry("stage", namespace="qa"), current="stage")
NO_CURRENT = config(entry("a"), entry("b"))
DANGLING = config(entry("a"), entry("b"), current="gone")
NO_CONTEXTS = "apiVersion: v1\nkind: Config\ncurrent-context: a\n"
ODD = "".join(
    (
        "apiVersion: v1\nkind: Config\ncontexts:\n",
        *(
            f"- context:\n    cluster: c\n    user: u\n  name: {name}\n"
            for name in ('"y"', '"1e3"', '"a:b"', '"two words"', '"-dash"', '"eks/one"', '"007"', "Ünï", '"a=b"')
        ),
        'current-context: "1e3"\n',
    )
)
JSON = (
    '{"apiVersion": "v1", "kind": "Config", "current-context": "one", "contexts": ['
    '{"name": "one", "context": {"cluster": "c", "user": "u"}},'
    '{"name": "two", "context": {"cluster": "c", "user": "u", "namespace": "n"}}]}'
)


@dataclass(frozen=True)
class Situation:
    """``ours``: what kx says instead of kubectx, line by line, where kubectx is wrong (``why``)."""

    name: str
    lines: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=lambda: {"one": THREE})
    kubeconfig: str = "{dir}/one"
    env: Mapping[str, str] = field(default_factory=dict)
    cluster: bool = False  # the file "cluster" is the practice cluster's kubeconfig
    why: str = ""
    ours: tuple[tuple[int, str, str], ...] = ()  # status, stdout, stderr of each line


def _three(name: str, *lines: str, **env: str) -> Situation:
    return Situation(name, lines, env=env)


def _alone(name: str, text: str, *lines: str) -> Situation:
    return Situation(name, lines, files={"one": text})


def _two(name: str, *lines: str) -> Situation:
    return Situation(name, lines, files={"one": THREE, "two": OTHER}, kubeconfig="{dir}/one:{dir}/two")


def _cluster(name: str, *lines: str) -> Situation:
    return Situation(name, lines, files={}, kubeconfig="{dir}/cluster", cluster=True)


def _missing(name: str, *lines: str, kubeconfig: str = "{dir}/none") -> Situation:
    return Situation(name, lines, files={}, kubeconfig=kubeconfig)


SITUATIONS = (
    # kubectx: listing and looking
    _three("list in natural order", "ctx"),
    _three("list in colour", "ctx", _KUBECTX_FORCE_COLOR="1"),
    _three("list in colour by force, though NO_COLOR is set", "ctx", _KUBECTX_FORCE_COLOR="1", NO_COLOR="1"),
    _three("list without colour", "ctx", NO_COLOR="1"),
    _three("current", "ctx -c"),
    _three("current, long", "ctx --current"),
    _alone("current, none", NO_CURRENT, "ctx -c"),
    _alone("current, dangling", DANGLING, "ctx -c", "ctx"),
    _alone("no contexts at all", NO_CONTEXTS, "ctx", "ctx -c", "ctx a", "ctx -d a", "ctx b=a"),
    _alone("an empty list of contexts", "contexts: []\n", "ctx", "ctx -c", "ctx a"),
    _three("deprecated colours", "ctx", "ctx -c", "ns -c", KUBECTX_CURRENT_FGCOLOR="1", KUBECTX_CURRENT_BGCOLOR="2"),
    _three("fzf is ignored", "ctx", "ctx -d", "ctx -s", KUBECTX_IGNORE_FZF="1"),
    _alone("odd names", ODD, "ctx", "ctx -c"),
    _alone("JSON", JSON, "ctx", "ctx two", "ctx -c", "ns -c", "ns other -f"),
    # kubectx: switching
    _three("switch", "ctx prod-9", "ctx -c"),
    _three("switch in colour", "ctx prod-9", _KUBECTX_FORCE_COLOR="1"),
    _three("switch to where one is", "ctx dev", "ctx -"),
    _three("switch to nowhere", "ctx nope", "ctx -c"),
    _three("switch to nowhere in colour", "ctx nope", _KUBECTX_FORCE_COLOR="1"),
    _three("part of a name is not a name", "ctx de"),
    _three("switch to an empty name", "ctx ''"),
    _three("back without history", "ctx -"),
    _three("back and forth", "ctx prod-9", "ctx -", "ctx -", "ctx -c"),
    _three("back after two", "ctx prod-9", "ctx prod-10", "ctx -", "ctx -c"),
    _three("back to a context that is gone", "ctx prod-9", "ctx -d dev", "ctx -"),
    _three("back to a context that has a new name", "ctx prod-9", "ctx new=dev", "ctx -"),
    _alone("switch from none", NO_CURRENT, "ctx b", "ctx -"),
    _alone("switch from a dangling one", DANGLING, "ctx b", "ctx -"),
    _alone("switch to the strings that look like values", ODD, "ctx y", "ctx 1e3", "ctx 007", "ctx -c", "ctx -"),
    _alone("switch to names with signs", ODD, "ctx a:b", "ctx 'two words'", "ctx eks/one", "ctx Ünï", "ctx -"),
    _alone("a name that looks like an option", ODD, "ctx -dash"),
    _alone("a name that looks like a renaming", ODD, "ctx a=b"),
    Situation("history in the cache folder", ("ctx prod-9", "ctx -"), env={"XDG_CACHE_HOME": "{dir}/cache"}),
    # kubectx: unsetting
    _three("unset", "ctx -u", "ctx -c", "ctx"),
    _three("unset, long", "ctx --unset"),
    _three("unset in colour", "ctx -u", _KUBECTX_FORCE_COLOR="1"),
    _three("unset, then back", "ctx prod-9", "ctx -u", "ctx -"),
    _three("unset twice", "ctx -u", "ctx -u"),
    _three("unset, then switch and back", "ctx -u", "ctx prod-9", "ctx -"),
    # kubectx: renaming
    _three("rename", "ctx new=prod-9", "ctx"),
    _three("rename the current one", "ctx new=dev", "ctx -c"),
    _three("rename the current one by dot", "ctx new=.", "ctx -c"),
    _three("rename in colour", "ctx new=prod-9", _KUBECTX_FORCE_COLOR="1"),
    _three("rename what is not there", "ctx new=nope"),
    _three("rename over another", "ctx prod-10=prod-9", "ctx"),
    _three("rename the current one over another", "ctx prod-10=.", "ctx", "ctx -c", "ns -c"),
    _three("rename without a new name", "ctx =dev"),
    _three("rename without an old name", "ctx new="),
    _three("rename with two equal signs", "ctx a=b=dev"),
    _alone("rename by dot without a current one", NO_CURRENT, "ctx x=."),
    _alone("rename by dot, dangling", DANGLING, "ctx x=."),
    _three("rename to a name that needs quotes", "ctx 1e3=dev", "ctx -c", "ctx"),
    # kubectx: deleting
    _three("delete", "ctx -d prod-9", "ctx"),
    _three("delete in colour", "ctx -d prod-9", _KUBECTX_FORCE_COLOR="1"),
    _three("delete the current one by name", "ctx -d dev", "ctx -c", "ctx"),
    _three("delete the current one by dot", "ctx -d .", "ctx -c"),
    _three("delete the current one by dot in colour", "ctx -d .", _KUBECTX_FORCE_COLOR="1"),
    _three("delete two", "ctx -d prod-9 prod-10", "ctx"),
    _three("delete several, one bad", "ctx -d prod-9 nope prod-10", "ctx"),
    _three("delete the same twice", "ctx -d prod-9 prod-9"),
    _three("delete what is not there", "ctx -d nope"),
    _three("delete nothing", "ctx -d"),
    _three("delete all", "ctx -d dev prod-9 prod-10", "ctx", "ctx -c"),
    _alone("delete by dot without a current one", NO_CURRENT, "ctx -d ."),
    _alone("delete by dot, dangling", DANGLING, "ctx -d ."),
    _alone("delete odd names", ODD, "ctx -d 'two words' a:b -dash", "ctx"),
    # kubectx: words that make no sense
    _three("an option there is not", "ctx -x"),
    _three("a long option there is not", "ctx --nope"),
    _three("too many words", "ctx a b"),
    _three("an option and a word", "ctx -c dev"),
    _three("a shell without a name", "ctx -s", "ctx --shell", "ctx -r", "ctx --readonly"),
    _three("a shell with two names", "ctx -s a b", "ctx --readonly a b"),
    _three("a shell nowhere", "ctx -s nope", "ctx -r nope"),
    _three("inside an isolated shell", "ctx", "ctx prod-9", "ctx -c", "ctx -u", "ctx a=dev", "ctx -d dev", "ctx -s dev",
           "ns -c", KUBECTX_ISOLATED_SHELL="1"),
    # kubectx: shells
    Situation("a shell that ends at once", ("ctx -s prod-9",), env={"SHELL": "/bin/true"},
              files={"one": THREE + "users:\n- name: prod\n  user: {}\n"}),
    Situation("the status of a shell is not kubectx's", ("ctx --shell prod-9", "ctx -c"), env={"SHELL": "/bin/false"},
              files={"one": THREE + "users:\n- name: prod\n  user: {}\n"}),
    Situation("a shell in colour", ("ctx -s prod-9",), env={"SHELL": "/bin/true", "_KUBECTX_FORCE_COLOR": "1"},
              files={"one": THREE + "users:\n- name: prod\n  user: {}\n"}),
    Situation("a read-only shell that ends at once", ("ctx -r prod-9",), env={"SHELL": "/bin/true"},
              files={"one": THREE + "users:\n- name: prod\n  user:\n    token: t\n"}),
    # kubeconfig files
    _missing("no kubeconfig", "ctx", "ctx -c", "ctx a", "ctx -u", "ctx -d a", "ctx b=a", "ctx -"),
    _missing("no kubeconfig for namespaces", "ns", "ns -c", "ns a", "ns a -f", "ns -u", "ns -"),
    _missing("no kubeconfig of several", "ctx", "ctx -c", kubeconfig="{dir}/none:{dir}/neither"),
    _missing("no kubeconfig at home", "ctx", "ctx -c", kubeconfig=""),
    Situation("the kubeconfig at home", ("ctx", "ctx prod-9", "ctx -c"), files={".kube/config": THREE}, kubeconfig=""),
    Situation("a missing file beside another", ("ctx", "ctx prod-9", "ctx -c"), kubeconfig="{dir}/none:{dir}/one"),
    Situation("empty parts", ("ctx", "ctx prod-9", "ctx -c"), kubeconfig=":{dir}/one:"),
    _two("two files", "ctx", "ctx -c", "ctx stage", "ctx -c", "ctx -"),
    _two("two files, unset", "ctx -u", "ctx -c"),
    _two("two files, delete from the second", "ctx -d stage", "ctx"),
    _two("two files, delete a name of both", "ctx -d dev", "ctx"),
    _two("two files, rename in the second", "ctx new=stage", "ctx", "ctx -c"),
    _two("two files, a namespace in the second", "ctx stage", "ns other -f", "ns -c", "ns - -f"),
    Situation("the same file twice", ("ctx prod-9", "ctx -c"), kubeconfig="{dir}/one:{dir}/one",
              why="kubectx writes the file twice, the second time as it was before: the switch is lost",
              ours=((0, "", '✔ Switched to context "prod-9".\n'), (0, "prod-9\n", ""))),
    Situation("an empty file", ("ctx", "ctx -c", "ctx a"), files={"one": ""},
              why="kubectl reads an empty file as one without contexts; kubectx takes it for broken",
              ours=((0, "", ""), (1, "", "error: current-context is not set\n"),
                    (1, "", 'error: failed to switch context: no context exists with the name: "a"\n'))),
    # kubens without a cluster
    _three("namespace, default", "ns -c"),
    _alone("namespace of a context", THREE.replace("current-context: dev", "current-context: prod-10"), "ns -c",
           "ns --current"),
    _alone("namespace without a context", NO_CURRENT, "ns", "ns -c", "ns a", "ns a -f", "ns -", "ns -u"),
    _alone("namespace of a dangling context", DANGLING, "ns", "ns -c", "ns a", "ns a -f", "ns -u"),
    _three("namespace by force", "ns x -f", "ns -c"),
    _three("namespace by force, other order", "ns --force x", "ns -f y", "ns z --force", "ns -c"),
    _three("namespace by force in colour", "ns x -f", _KUBECTX_FORCE_COLOR="1"),
    _three("namespace before, by force", "ns x -f", "ns y -f", "ns - -f", "ns -f -", "ns -c"),
    _three("no namespace before", "ns -", "ns - -f"),
    _three("each context has its own namespace before", "ns x -f", "ctx prod-9", "ns - -f", "ctx dev", "ns - -f"),
    _three("unset the namespace", "ns x -f", "ns -u", "ns -c", "ns - -f"),
    _three("unset the namespace, long", "ns --unset"),
    _three("unset the namespace in colour", "ns -u", _KUBECTX_FORCE_COLOR="1"),
    _three("namespace words that make no sense", "ns -x", "ns a b", "ns a b c", "ns -x -f", "ns -f -x", "ns -c -f"),
    Situation("the namespace before in the cache folder", ("ns x -f", "ns y -f", "ns - -f"),
              env={"XDG_CACHE_HOME": "{dir}/cache"}),
    Situation("the cluster cannot be reached", ("ns", "ns x", "ns -c"),
              files={"one": THREE + "users:\n- name: dev\n  user:\n    token: t\n"}),
    Situation("a name that leads out of the folder", ("ns x -f", "ns - -f"),
              files={"one": config(entry('"../../../up"'), current='"../../../up"')},
              why="kubens writes outside of its folder",
              ours=((0, "", '✔ Active namespace is "x"\n'), (0, "", '✔ Active namespace is "default"\n'))),
    Situation("a namespace that none can be", ("ns A_b -f",),
              why="kubens writes any text; kubectl then fails for every command",
              ours=((1, "", 'error: "A_b" cannot be the name of a namespace\n'),)),
    # kubens with a cluster
    _cluster("list namespaces", "ns"),
    Situation("list namespaces in colour", ("ns",), files={}, kubeconfig="{dir}/cluster", cluster=True,
              env={"_KUBECTX_FORCE_COLOR": "1"}),
    _cluster("a namespace that is there", "ns kube-system", "ns -c", "ns -", "ns -c"),
    _cluster("a namespace that is not there", "ns nope", "ns -c", "ns -"),
    _cluster("a name no namespace can have", "ns Up"),
    _cluster("the namespace one is in", "ns default", "ns -"),
)  # fmt: skip
