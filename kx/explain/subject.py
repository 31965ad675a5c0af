"""What is being explained, as one value: the invocation, its targets, where it goes and what is known."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from kx.explain.known import KnownFacts
from kx.explain.targets import Operands, Target
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.catalog.resources import BUILT_IN, Types
from kx.kubectl.invocation import FlagUse, Invocation, Plugin, Role, Word
from kx.kubectl.manifests import Manifest
from kx.records import dataclass, field

_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})  # what Go's strconv.ParseBool takes
_FLAG_PROBLEMS = frozenset({"unknown-flag", "missing-value", "bad-value"})
# "unchanged" is what --dry-run without a value means; what Go reads as true or false counts as client or none.
_DRY_RUN = {
    "unchanged": "client",
    "": "none",
    **dict.fromkeys(_TRUE, "client"),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), "none"),
}


@dataclass(frozen=True)
class Subject:
    """A kubectl invocation with everything its explanation may depend on."""

    invocation: Invocation
    operands: Operands
    catalog: Catalog
    where: Where
    known: KnownFacts = field(default_factory=KnownFacts)
    types: Types = BUILT_IN  # what its words may mean, where it goes
    manifests: tuple[Manifest, ...] | None = None  # the objects in the files of the line; None: not known
    plugins: Mapping[str, Plugin] = field(default_factory=dict)  # by their names without kubectl-

    @property
    def plugin(self) -> Plugin | None:
        """The plugin the line calls, if it is at hand."""
        return self.plugins.get("-".join(word.replace("-", "_") for word in self.path))

    @property
    def path(self) -> tuple[str, ...]:
        """The command: ("rollout", "undo")."""
        return self.invocation.path

    @property
    def targets(self) -> tuple[Target, ...]:
        """The types and names the operands stand for."""
        return self.operands.targets

    def word(self, index: int) -> Word:
        """A word of the line."""
        return self.invocation.line.words[index]

    def given(self, name: str) -> bool:
        """Whether the flag called ``name`` is on the line."""
        return any(use.name == name for use in self.invocation.flags)

    @cached_property
    def uses(self) -> dict[int, tuple[FlagUse, ...]]:
        """The flags that each word of the line holds."""
        found: dict[int, tuple[FlagUse, ...]] = {}
        for use in self.invocation.flags:
            found[use.word] = (*found.get(use.word, ()), use)
        return found

    @cached_property
    def roles(self) -> dict[int, Role]:
        """The role of each word of the command."""
        return dict(self.invocation.roles)

    def use(self, name: str) -> FlagUse | None:
        """The last use of the flag called ``name``."""
        return next((use for use in reversed(self.invocation.flags) if use.name == name), None)

    def value(self, name: str) -> str:
        """What the flag called ``name`` is set to, by the line or by its default; "" if it has none."""
        given = self.invocation.value(name)
        if given is not None:
            return given
        command = self.invocation.command
        flag = self.catalog.flag(command, name) if command else None
        return flag.default if flag else ""

    def on(self, name: str) -> bool:
        """Whether the boolean flag called ``name`` is in force."""
        return self.value(name) in _TRUE

    @cached_property
    def helps(self) -> bool:
        """Whether the line only asks for help; a flag that kubectl refuses comes first, wherever it stands."""
        return self.on("help") and not any(problem.kind in _FLAG_PROBLEMS for problem in self.invocation.problems)

    @cached_property
    def namespace(self) -> str:
        """The namespace the line works in; "" when it works in all of them."""
        if self.on("all-namespaces"):
            return ""
        own = self.path == ("config", "set-context")
        return (None if own else self.invocation.value("namespace")) or self.where.namespace or "default"

    @cached_property
    def dry_run(self) -> str:
        """``none``, ``client`` or ``server``."""
        value = self.invocation.value("dry-run", "none") or "none"
        return _DRY_RUN.get(value, value)

    @property
    def files(self) -> tuple[str, ...]:
        """What -f and -k name."""
        return tuple(
            name
            for value in (*self.invocation.values("filename"), *self.invocation.values("kustomize"))
            for name in value.split(",")
            if name
        )

    @property
    def refused(self) -> bool:
        """Whether kubectl would refuse the line before sending anything."""
        return bool(self.invocation.problems)

    @cached_property
    def fed(self) -> bool:
        """Whether xargs adds words to the command when it runs, so that the line does not tell all of them."""
        program = next((index for index, role in self.invocation.roles if role == "program"), 0)
        before = (self.word(index).value for index in self.invocation.segment.words if index < program)
        return any(word.rpartition("/")[2] == "xargs" for word in before)

    @property
    def minor(self) -> int:
        """The minor version of the kubectl the facts are of (33 for 1.33)."""
        return int(self.catalog.version.split(".")[1])
