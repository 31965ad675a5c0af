"""Read the facts in what ``kubectl COMMAND --help`` prints: names and shapes, never its sentences.

Pure text in, plain values out; runs nothing. The layout is that of kubectl's own help template
(k8s.io/kubectl/pkg/util/templates), the same from 1.27 to 1.33.
"""

from __future__ import annotations

import re

from kx.records import dataclass

_COMMANDS_HEADING = re.compile(r"^[A-Z].*Commands(?: \(.*\))?:$")
_COMMAND_ROW = re.compile(r"^  (\S+)\s{2,}\S")
_OPTION_ROW = re.compile(r"^    (?:-(\S), )?--([^=\s]+)=(.*):$")
# Ways in which help texts list the values of a flag. A value is a word; what surrounds it is punctuation.
_VALUES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b[Oo]ne of:? [\[(]([^\])]*)[\])]",
        r"\bMust be one of: ([^.]*)\.",
        r"\bMust be (\"[^.]*\")\.",
        r"\bOptions are (\"[^.]*\")\.",
        r"\b[Ll]egal values:? ([^.]*)",
        r"\bOne of ('[^.]*')\.",
        r"\bcan be either ('[^.]*')\.",
        r"\bSupported kinds are ([^.]*)\.",
        r"^Type for this service: ([^.]*)\.",
        r"^The method used to override the generated object: ([^.]*)\.",
    )
)
_REMARK = re.compile(r"\([^)]*\)")
_VALUE = re.compile(r"[A-Za-z][\w-]*")
_USAGE_NOISE = re.compile(r"(?: \[flags\])?(?: \[options\])?$")


@dataclass(frozen=True)
class ShownFlag:
    """A flag as help shows it; ``default`` keeps its quotes, which tell a string from everything else."""

    name: str
    short: str
    default: str
    values: tuple[str, ...] = ()  # those the help lists


@dataclass(frozen=True)
class Help:
    """What one help page states."""

    usage: str = ""  # without "kubectl PATH", [flags] and [options]
    aliases: tuple[str, ...] = ()
    subcommands: tuple[str, ...] = ()
    flags: tuple[ShownFlag, ...] = ()


def read_help(text: str, path: tuple[str, ...]) -> Help:
    """The facts of the help page of the command at ``path``."""
    usage = _block(text, "Usage:")
    aliases = tuple(name.strip() for name in " ".join(_block(text, "Aliases:")).split(",") if name.strip())
    return Help(
        usage="\n".join(_shape(line, path) for line in usage),
        aliases=tuple(name for name in aliases if not path or name != path[-1]),
        subcommands=_subcommands(text),
        flags=read_flags(text),
    )


def read_flags(text: str) -> tuple[ShownFlag, ...]:
    """The flags of a help page, or of ``kubectl options``."""
    lines = [*text.splitlines(), ""]
    rows = ((_OPTION_ROW.match(line), following) for line, following in zip(lines, lines[1:], strict=False))
    return tuple(ShownFlag(row[2], row[1] or "", row[3], _values(said.strip())) for row, said in rows if row)


def _values(said: str) -> tuple[str, ...]:
    """The values that a flag's description lists, if it lists any."""
    lists = (pattern.search(said) for pattern in _VALUES)
    found = next((match[1] for match in lists if match), "")
    return tuple(value for value in _VALUE.findall(_REMARK.sub("", found)) if value != "or")


def _block(text: str, heading: str) -> list[str]:
    """The lines under ``heading`` up to the next empty one."""
    lines = iter(text.splitlines())
    if not any(line == heading for line in lines):
        return []
    block = []
    for line in lines:
        if not line.strip():
            break
        block.append(line.strip())
    return block


def _shape(line: str, path: tuple[str, ...]) -> str:
    named = " ".join(("kubectl", *path))
    shape = line[len(named) :] if line.startswith(named) else line
    return _USAGE_NOISE.sub("", shape).strip()


def _subcommands(text: str) -> tuple[str, ...]:
    names: list[str] = []
    inside = False
    for line in text.splitlines():
        row = _COMMAND_ROW.match(line) if inside else None
        if row:
            names.append(row[1])
        else:
            inside = _COMMANDS_HEADING.match(line) is not None
    return tuple(names)
