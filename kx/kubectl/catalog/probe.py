"""Ask a kubectl binary what its help does not say: which flags need a value, and of which type.

Every question ends in an error of usage before kubectl does anything: the last word is always a flag that does not
exist, and no kubeconfig, plugin or cluster is within reach. pflag reads from left to right and stops at the first
mistake, so one call can confirm many flags:

- a boolean that needed a value would eat the next flag, and refuse it as no truth value;
- a flag that needs a value eats a next word such as ``-5name``; one whose value is optional does not, and then pflag
  complains about the shorthand ``5`` "in -5name";
- a value that does not fit is refused with the type's own words (``strconv.ParseInt``, ``time: invalid duration``).
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Sequence
from typing import Protocol

from kx.kubectl.catalog.helptext import ShownFlag
from kx.kubectl.catalog.model import Flag
from kx.records import dataclass, replace

HOME = "/kx-home"  # does not exist; defaults derived from it are stored with $HOME
NO_SUCH_FLAG = "--kx-no-such-flag"
_TIMEOUT_SECONDS = 60

# What pflag's NoOptDefVal is for the flags that are not booleans (k8s.io/kubectl/pkg/cmd/util: AddDryRunFlag,
# AddValidateFlags; pkg/cmd/delete: AddFlags). That they are optional is probed; kubectl prints the value nowhere.
_NO_VALUE = {"dry-run": "unchanged", "validate": "strict", "cascade": "background"}

# Types whose values have rules of their own: "value" stands for those that only kubectl knows.
_OWN_RULES = ("value", "stringToString")

# What a refusal says of the type that was wanted.
_REFUSALS = {
    "strconv.ParseBool": "bool",
    "strconv.ParseInt": "int",
    "time: ": "duration",
    "parse error on line": "strings",
}

# Flags that work although no help page shows them, and where: those that were deprecated at some time. Each is kept
# only if the binary at hand accepts it.
_RECORDING = ("annotate", "apply", "autoscale", "create", "edit", "expose", "label", "patch", "replace", "run", "scale")
_RECORDING_SET = ("env", "image", "resources", "selector", "serviceaccount", "subject")
HIDDEN_FLAGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "record": (*((verb,) for verb in _RECORDING), *(("set", what) for what in _RECORDING_SET)),
    "short": (("version",),),
    "prune-whitelist": (("apply",),),
    "delete-local-data": (("drain",),),
    "enable-managedby-label": (("kustomize",),),
    "reorder": (("kustomize",),),
    **dict.fromkeys(
        ("cascade", "filename", "force", "grace-period", "kustomize", "recursive", "timeout", "wait"), (("run",),)
    ),
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
    environment = {"HOME": HOME, "KUBECONFIG": os.devnull, "PATH": "", "GOGC": "off"}  # too short-lived to tidy up
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


class Runner(Protocol):
    """Whatever runs a binary with some arguments: its output and error text."""

    def run(self, *arguments: str) -> tuple[str, str]: ...


class FlagProbe:
    """Finds the truth about flags of one binary. Remembers answers to word the next questions better."""

    def __init__(self, kubectl: Runner) -> None:
        self.kubectl = kubectl
        self._guesses: dict[ShownFlag, Flag] = {}
        self._hidden: dict[str, Flag] = {}

    def flags(self, path: tuple[str, ...], shown: Sequence[ShownFlag]) -> tuple[Flag, ...]:
        """The flags ``shown`` in the help of the command at ``path``, as the binary treats them."""
        found = {flag.name: self._guesses.get(flag) or first_guess(flag) for flag in shown}
        open_questions = {name for name, flag in found.items() if flag.type == "bool" or not flag.optional_value}
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

    def accepts(self, path: tuple[str, ...], name: str, taken: Collection[str] = ()) -> Flag | None:
        """The flag called ``name``, which no help shows, if the command at ``path`` has it all the same.

        ``taken`` are the shorthands of other flags: one that the refusal does not tell is guessed from the name.
        """
        _, error = self.kubectl.run(*path, f"--{name}", f"{NO_SUCH_FLAG}-1", f"{NO_SUCH_FLAG}-2")
        if f"unknown flag: --{name}" in error:
            return None
        if name in self._hidden:
            return self._hidden[name]
        optional = f"unknown flag: {NO_SUCH_FLAG}-1" in error
        _, typed = self.kubectl.run(*path, f'--{name}=-5x"', NO_SUCH_FLAG)
        kind = next((kind for words, kind in _REFUSALS.items() if words in typed), "string")
        if kind == "int" and "out of range" in self.kubectl.run(*path, f"--{name}=9999999999", NO_SUCH_FLAG)[1]:
            kind = "int32"
        told = re.search(rf'for "-(\S), --{name}" flag', typed)
        known = told or kind not in ("string", "stringArray") or name[0] in taken
        fitting = {"bool": "true", "int": "1", "int32": "1", "duration": "1s"}.get(kind, "1")
        _, warning = self.kubectl.run(*path, f"--{name}={fitting}", "--help")
        self._hidden[name] = Flag(
            name=name,
            short=told[1] if told else "" if known else self._shorthand(path, name[0]),
            type=kind,
            no_value="true" if kind == "bool" else _NO_VALUE[name] if optional else "",
            repeats=kind == "strings",
            deprecated=f"Flag --{name} has been deprecated" in warning,
        )
        return self._hidden[name]

    def required(self, path: tuple[str, ...], usage: str) -> frozenset[str]:
        """The flags without which the command refuses to run. Only asked where its usage shows one outside brackets."""
        if "--" not in re.sub(r"\[[^\[\]]*\]", "", usage):
            return frozenset()
        _, error = self.kubectl.run(*path, f"--kubeconfig={HOME}/none")
        listed = re.search(r"required flag\(s\) (.*) not set", error)
        return frozenset(re.findall(r'"([^"]+)"', listed[1])) if listed else frozenset()

    def _shorthand(self, path: tuple[str, ...], letter: str) -> str:
        _, error = self.kubectl.run(*path, f"-{letter}", NO_SUCH_FLAG, NO_SUCH_FLAG)
        return "" if "unknown shorthand" in error else letter

    def _refusal(self, path: tuple[str, ...], flags: Sequence[Flag]) -> tuple[str, str] | None:
        """Which of ``flags`` is not what it was taken for, and in what words; None when all are."""
        booleans = [f"--{flag.name}" for flag in flags if flag.type == "bool"]
        others = [word for flag in flags if flag.type != "bool" for word in (f"--{flag.name}", _probing_value(flag))]
        words = [*booleans, *others]
        _, error = self.kubectl.run(*path, *words, NO_SUCH_FLAG)
        if f"unknown flag: {NO_SUCH_FLAG}" in error:
            return None
        if optional := re.search(r"unknown shorthand flag: '5' in -5(\S+)", error):
            return optional[1].rstrip('"'), "optional"
        if invalid := re.search(r'invalid argument .* for "(?:-\S, )?--(\S+)" flag: (.*)', error):
            return invalid[1], invalid[2]
        raise ValueError(f"{' '.join(path)}: cannot tell what this says of flags: {error.strip()}")


def first_guess(shown: ShownFlag) -> Flag:
    """What the help page alone lets one think of a flag."""
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
