"""``kx each``: find the contexts, ask if something will change, run the command in all of them, sum up."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence

from kx import settings, term
from kx.each.arguments import Wanted
from kx.each.chosen import chosen
from kx.each.command import Command, understood
from kx.each.pool import Pool, Result
from kx.each.show import InOrder, Progress, merged
from kx.errors import EXIT_ERROR, EXIT_INTERRUPTED, KxError
from kx.kubeconfig import read
from kx.kubeconfig.model import Kubeconfig
from kx.kubectl import versions
from kx.kubectl.catalog.load import load
from kx.kubectl.find import find

_YES = frozenset({"y", "yes"})


def run(wanted: Wanted, env: Mapping[str, str]) -> int:
    """Run it; 0, or 1 if it failed in any context, or 130 if it was stopped."""
    config = read.load(env, wanted.kubeconfig or None)
    contexts = chosen(config, wanted.patterns, settings.aliases(env))
    if wanted.namespace:
        read.require_namespace(wanted.namespace)
    kubectl = find(env).path
    command = understood(
        wanted.words,
        load(versions.known_version(kubectl, env) or None),
        read.where(config, context=contexts[0], namespace=wanted.namespace or None, kubeconfig=wanted.kubeconfig),
        {wanted.words[0]: shutil.which(_plugin(wanted.words[0]), path=env.get("PATH")) is not None},
    )
    if command.asks and not wanted.yes and not _agreed(command, contexts, config, wanted, settings.protected(env)):
        term.say("Nothing was run.")
        return EXIT_ERROR
    child = {**env, "KUBECONFIG": wanted.kubeconfig} if wanted.kubeconfig else dict(env)
    commands = {context: command.argv(str(kubectl), context, wanted.namespace) for context in contexts}
    return _all(Pool(child, wanted.jobs), commands, as_json=wanted.output == "json" or command.json)


def _plugin(word: str) -> str:
    return f"kubectl-{word.replace('-', '_')}"


def _all(pool: Pool, commands: Mapping[str, Sequence[str]], *, as_json: bool) -> int:
    contexts = list(commands)
    progress, printer = Progress(contexts), InOrder(contexts)
    results: dict[str, Result] = {}
    stopped = False
    try:
        progress.show()
        for result in pool.run(commands):
            results[result.context] = result
            progress.done(result.context)
            progress.clear()
            if not as_json:
                printer.add(result)
            progress.show()
    except KeyboardInterrupt:
        stopped = True
    finally:
        pool.stop()
        progress.clear()
    if as_json:
        term.out(merged(contexts, results))
    else:
        printer.rest()
    return _summed_up(contexts, results, stopped)


def _summed_up(contexts: Sequence[str], results: Mapping[str, Result], stopped: bool) -> int:
    failed = [context for context in contexts if context in results and results[context].status]
    missing = [context for context in contexts if context not in results]
    if failed:
        term.say(f"Failed in {len(failed)} of {len(contexts)} contexts: {term.visible(', '.join(failed))}")
    if stopped:
        term.say(f"Stopped. No answer from: {term.visible(', '.join(missing)) or 'none'}")
        return EXIT_INTERRUPTED
    return EXIT_ERROR if failed or missing else 0


def _agreed(command: Command, contexts: Sequence[str], config: Kubeconfig, wanted: Wanted, protected: str) -> bool:
    """Whether somebody agrees, having seen the whole list. Raises ``KxError`` where there is nobody to ask."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise KxError(
            f"{command.line} changes something in {len(contexts)} contexts, and there is nobody to ask",
            "Say -y if that is what you want.",
        )
    term.say(_question(command, contexts, config, wanted, protected))
    for trap in command.explanation.traps:
        term.say(f"{trap.severity.upper():<5} {term.visible(trap.message)}")
    sys.stderr.write(f"Run it in {_counted(len(contexts))}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES


def _question(command: Command, contexts: Sequence[str], config: Kubeconfig, wanted: Wanted, protected: str) -> str:
    from kx.contexts.protect import is_protected  # late: only a question needs it

    effect = command.explanation.effect
    colour = term.wants_colour(sys.stderr)
    lines = [f"{term.paint(effect.upper(), effect, colour)}  {term.visible(command.line)}"]
    for context in contexts:
        namespace = wanted.namespace or config.contexts[context].namespace or read.DEFAULT_NAMESPACE
        mark = "  (protected)" if is_protected(context, protected) else ""
        lines.append(f"  {term.visible(f'{context}/{namespace}')}{mark}")
    return "\n".join(lines)


def _counted(count: int) -> str:
    return "this context" if count == 1 else f"these {count} contexts"
