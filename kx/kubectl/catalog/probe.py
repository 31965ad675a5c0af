"""Ask a kubectl binary what its help does not say: which flags need a value, and of which type.

Every question ends in an error of usage before kubectl does anything: the last word is always a flag that does not
exist, and no kubeconfig, plugin or cluster is within reach. pflag reads from left to right and stops at the first
mistake, so one call can confirm many flags:

- a flag that needs a value eats a next word such as ``-5name``; one whose value is optional does not, and then pflag
  complains about the shorthand ``5`` "in -5name";
- a value that does not fit is refused with the type's own words (``strconv.ParseInt``, ``time: invalid duration``).
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kx.kubectl.catalog.helptext import ShownFlag
from kx.kubectl.catalog.model import Flag

HOME = "/kx-home"  # does not exist; defaults derived from it are stored with $HOME
_END = "--kx-no-such-flag"
_TIMEOUT_SECONDS = 60

# What pflag's NoOptDefVal is for the flags that are not booleans (k8s.io/kubectl/pkg/cmd/util: AddDryRunFlag,
# AddValidateFlags; pkg/cmd/delete: AddFlags). That they are optional is probed; kubectl prints the value nowhere.
_NO_VALUE = {"dry-run": "unchanged", "validate": "strict", "cascade": "background"}

# Types whose values have rules of their own: "value" stands for those that only kubectl knows.
_OWN_RULES = ("value", "stringToString")

# Flags that work but no help page shows, and where: each is kept only if the binary at hand accepts it.
HIDDEN_FLAGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "record": (
        *((verb,) for verb in ("annotate", "apply", "autoscale", "create", "edit", "expose", "label", "patch")),
        *((verb,) for verb in ("replace", "run", "scale")),
        *(("set", what) for what in ("env", "image", "resources", "selector", "serviceaccount", "subject")),
    ),
    "short": (("version",),),
    "prune-whitelist": (("apply",),),
    "delete-local-data": (("drain",),),
    "enable-managedby-label": (("kustomize",),),
    "reorder": (("kustomize",),),
    "include-uninitialized": (("get",), ("describe",), ("delete",)),
    "export": (("get",),),
    "server-print": (("get",),),
    "use-openapi-print-columns": (("get",),),
    "serviceaccount": (("run",),),
    "generator": (("run",), ("expose",), ("autoscale",)),
    "container-port": (("expose",),),
    "create-annotation": (("expose",),),
    "protocol": (("expose",),),
    "proxy-command": (("cp",),),
    "save-config": (("autoscale",),),
    "sort-by": (("events",),),
    "env": (("set", "env"),),
    "show-kind": (("get",),),
    "disable-eviction": (("drain",),),
    "replicas": (("create", "deployment"),),
    "auth-provider": (("config", "set-credentials"),),
    "experimental-openapi": (("explain",),),
}


@dataclass(frozen=True)
class Kubectl:
    """A kubectl binary and its minor version, such as ``1.33``."""

    path: str
    version: str

    def run(self, *arguments: str) -> tuple[str, str]:
        """Its output and error text, out of reach of any cluster, plugin or configuration."""
        return run_binary(self.path, *arguments)


def run_binary(path: str, *arguments: str) -> tuple[str, str]:
    """Run the binary at ``path`` with nothing around it."""
    environment = {"HOME": HOME, "KUBECONFIG": os.devnull, "PATH": ""}
    done = subprocess.run(
        [path, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
    )
    return done.stdout, done.stderr


class FlagProbe:
    """Finds the truth about flags of one binary. Remembers answers to word the next questions better."""

    def __init__(self, kubectl: Kubectl) -> None:
        self.kubectl = kubectl
        self._guesses: dict[ShownFlag, Flag] = {}

    def flags(self, path: tuple[str, ...], shown: Sequence[ShownFlag]) -> tuple[Flag, ...]:
        """The flags ``shown`` in the help of the command at ``path``, as the binary treats them."""
        found = {flag.name: self._guess(flag) for flag in shown}
        open_questions = {name for name, flag in found.items() if not flag.optional_value}
        for flag in shown:
            if found[flag.name].optional_value and flag not in self._guesses:
                self._confirm_optional(path, found[flag.name])
        while open_questions:
            refusal = self._refusal(path, [found[name] for name in sorted(open_questions)])
            if refusal is None:
                break
            name, message = refusal
            found[name] = _corrected(found[name], message)
            if found[name].optional_value or found[name].type in _OWN_RULES:
                open_questions.discard(name)
        usual = (flag for flag in shown if found[flag.name].type not in _OWN_RULES)
        self._guesses.update((flag, found[flag.name]) for flag in usual)
        return tuple(found[flag.name] for flag in shown)

    def accepts(self, path: tuple[str, ...], name: str) -> Flag | None:
        """The flag called ``name``, which no help shows, if the command at ``path`` has it all the same."""
        _, error = self.kubectl.run(*path, f"--{name}", _END, _END)
        if f"unknown flag: --{name}" in error:
            return None
        deprecated = f"Flag --{name} has been deprecated" in error
        _, typed = self.kubectl.run(*path, f"--{name}=-5", _END)
        kind = "bool" if "strconv.ParseBool" in typed else "int" if "strconv.ParseInt" in typed else "string"
        no_value = "true" if kind == "bool" else ""
        short = re.search(rf'for "-(\S), --{name}" flag', typed)
        return Flag(name=name, short=short[1] if short else "", type=kind, no_value=no_value, deprecated=deprecated)

    def _guess(self, shown: ShownFlag) -> Flag:
        known = self._guesses.get(shown)
        return known if known else _first_guess(shown)

    def _confirm_optional(self, path: tuple[str, ...], flag: Flag) -> None:
        _, error = self.kubectl.run(*path, f"--{flag.name}", f"{_END}-1", f"{_END}-2")
        if f"unknown flag: {_END}-1" not in error:
            raise ValueError(f"{self.kubectl.path}: --{flag.name} of {path} was taken for a boolean: {error.strip()}")

    def _refusal(self, path: tuple[str, ...], flags: Sequence[Flag]) -> tuple[str, str] | None:
        """Which of ``flags`` is not what it was taken for, and in what words; None when all are."""
        words = [word for flag in flags for word in (f"--{flag.name}", _probing_value(flag))]
        _, error = self.kubectl.run(*path, *words, _END)
        if f"unknown flag: {_END}" in error:
            return None
        if optional := re.search(r"unknown shorthand flag: '5' in -5(\S+)", error):
            return optional[1].rstrip('"'), "optional"
        if invalid := re.search(r'invalid argument .* for "(?:-\S, )?--(\S+)" flag: (.*)', error):
            return invalid[1], invalid[2]
        raise ValueError(f"{self.kubectl.path} {' '.join(path)}: cannot tell what this says of flags: {error.strip()}")


def _first_guess(shown: ShownFlag) -> Flag:
    default = shown.default.strip("'").replace(HOME, "$HOME")
    flag = Flag(name=shown.name, short=shown.short, default=default, values=shown.values)
    if shown.default in ("true", "false"):
        return replace(flag, type="bool", no_value="true")
    if shown.default.startswith("["):
        return replace(flag, type="stringArray", default=default[1:-1], repeats=True)
    if re.fullmatch(r"-?\d+", shown.default):
        return replace(flag, type="int")
    if re.fullmatch(r"(?:\d+h)?(?:\d+m)?\d+s", shown.default):
        return replace(flag, type="duration")
    return flag


def _probing_value(flag: Flag) -> str:
    """A value that only a flag of this type, and one that needs a value, accepts."""
    values = {
        "string": f"-5{flag.name}",
        "stringArray": f'-5{flag.name}"',
        "strings": f"-5{flag.name}",
        "int": "-9999999999",
        "int32": "-5",
        "duration": "-5s",
    }
    return values[flag.type]


def _corrected(flag: Flag, message: str) -> Flag:
    """The flag, after pflag answered with ``message``."""
    if message == "optional":
        return replace(flag, no_value=_NO_VALUE[flag.name])
    if "value out of range" in message and flag.type == "int":
        return replace(flag, type="int32")
    if "parse error on line" in message and flag.type == "stringArray":
        return replace(flag, type="strings")
    if message.endswith("must be formatted as key=value"):
        return replace(flag, type="stringToString")
    if flag.type in ("string", "stringArray"):
        return replace(flag, type="value")
    raise ValueError(f"--{flag.name} is no {flag.type}: {message}")
