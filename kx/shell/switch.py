"""``kx ctx`` and ``kx ns`` outside the shell. What is written is written by kubectl itself."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from kx import term
from kx.errors import EXIT_ERROR, KxError
from kx.kubeconfig import read
from kx.kubeconfig.model import Kubeconfig
from kx.kubectl import ask
from kx.kubectl.find import find
from kx.shell.where_commands import listing

Env = Mapping[str, str]


def list_contexts(env: Env, kubeconfig: str | None) -> int:
    """Every context, the current one marked."""
    config = read.load(env, kubeconfig)
    return listing(sorted(config.contexts), config.current_context, "There is no context in the kubeconfig.")


def show_context(env: Env, kubeconfig: str | None) -> int:
    """The current context. Raises ``KxError`` when there is none."""
    term.out(term.visible(_current(read.load(env, kubeconfig))))
    return 0


def use_context(env: Env, kubeconfig: str | None, name: str) -> int:
    """Make ``name`` the current context. Raises ``KxError`` when it does not exist."""
    config = read.load(env, kubeconfig)
    if name not in config.contexts:
        raise read.no_such_context(name, config)
    _kubectl(env, kubeconfig, "config", "use-context", name)
    namespace = config.contexts[name].namespace or read.DEFAULT_NAMESPACE
    term.say(f"Now using context {term.visible(name)}, namespace {term.visible(namespace)}.")
    return 0


def list_namespaces(env: Env, kubeconfig: str | None, context: str | None) -> int:
    """The namespaces of the cluster, the current one marked."""
    where = read.current(env, kubeconfig, context)
    flags = [f"--context={context}"] if context else []
    found = ask.list_namespaces(find(env), _child(env, kubeconfig), *flags)
    if found.problem:
        term.complain(f"the namespaces cannot be listed: {found.problem}", f"The current one is {where.namespace}.")
        return EXIT_ERROR
    return listing(found.names, where.namespace, "There is no namespace.")


def show_namespace(env: Env, kubeconfig: str | None, context: str | None) -> int:
    """The namespace commands go to."""
    term.out(term.visible(read.current(env, kubeconfig, context).namespace))
    return 0


def use_namespace(env: Env, kubeconfig: str | None, context: str | None, name: str) -> int:
    """Make ``name`` the namespace of ``context`` (else of the current one). Whether it exists is not asked."""
    config = read.load(env, kubeconfig)
    chosen = context or _current(config)
    if chosen not in config.contexts:
        raise read.no_such_context(chosen, config)
    read.require_namespace(name)
    _kubectl(env, kubeconfig, "config", "set-context", chosen, f"--namespace={name}")
    term.say(f"Context {term.visible(chosen)} now uses namespace {term.visible(name)}.")
    return 0


def _current(config: Kubeconfig) -> str:
    if not config.current_context:
        raise KxError("no context is current", "Choose one: kx ctx NAME")
    return config.current_context


def _kubectl(env: Env, kubeconfig: str | None, *words: str) -> None:
    argv = [str(find(env).path), *words]
    done = subprocess.run(
        argv, env=_child(env, kubeconfig), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise KxError(done.stderr.strip().removeprefix("error: ") or f"kubectl ended with status {done.returncode}")


def _child(env: Env, kubeconfig: str | None) -> dict[str, str]:
    return {**env, "KUBECONFIG": kubeconfig} if kubeconfig else dict(env)
