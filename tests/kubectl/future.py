"""A kubectl of a later version, made of a real one: a script with one command and some flags more.

It logs what it is asked, and hands on to the real binary whatever it does not add itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

_SCRIPT = r"""#!{python} -IS
import os, subprocess, sys
REAL, LOG, VERSION = {real!r}, {log!r}, {version!r}
words = sys.argv[1:]
with open(LOG, "a") as log:
    log.write(" ".join(words) + "\n")

NOTIFY = '''Tell somebody \x1b[31mabout a thing. More about it.

Available Commands:
  once        Tell them once

Options:
    --loud=false:
\tShout. Not for libraries.

Usage:
  kubectl notify THING [flags] [options]
'''
ONCE = '''Tell them once.

Options:
    --to=\'\':
\tWhom to tell.

Usage:
  kubectl notify once NAME [options]
'''
DWELL = '''    --dwell=5s:
\tHow long to stay. Then it ends.

    -w, --watch=false:'''


def page(*path):
    return subprocess.run([REAL, *path], capture_output=True, text=True).stdout


def refuse(text):
    sys.exit(f"error: {{text}}\nSee 'kubectl get --help' for usage.")


def without(names, hidden, words):
    # What pflag does with the flags that are new here; all other words are for the real kubectl.
    rest, words = [], list(words)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if name in names:
            value = value if equals else words.pop(0)
            if not value.rstrip("s").lstrip("-").isdigit():
                refuse(f'invalid argument "{{value}}" for "{{name}}" flag: time: invalid duration "{{value}}"')
        elif name in hidden:
            if equals and value not in ("true", "false"):
                refuse(f'invalid argument "{{value}}" for "{{name}}" flag: strconv.ParseBool: parsing "{{value}}"')
        else:
            rest.append(word)
    return rest


if words[:2] == ["version", "--client"]:
    print('{{"clientVersion": {{"gitVersion": "' + VERSION + '"}}}}')
elif words == ["--help"]:
    print(page("--help").replace("\n  edit  ", "\n  notify        Tell somebody\n  edit  "))
elif words == ["notify", "--help"]:
    print(NOTIFY)
elif words == ["notify", "once", "--help"]:
    print(ONCE)
elif words == ["get", "--help"]:
    print(page("get", "--help").replace("    -w, --watch=false:", DWELL))
elif words[:1] == ["notify"]:
    own = words[1:2] == ["once"]
    names = {{"--to": "--namespace"}} if own else {{"--loud": "--watch"}}
    os.execv(REAL, [REAL, "get", *(names.get(word, word) for word in words[1 + own :])])
else:
    os.execv(REAL, [REAL, *(without(("--dwell",), ("--hush",), words) if words[:1] == ["get"] else words)])
"""


def make(folder: Path, real: str, version: str = "v1.99.0") -> Path:
    """The script, in ``folder``; its log lies beside it."""
    folder.mkdir(exist_ok=True)
    file = folder / "kubectl"
    log = str(folder / "log")
    file.write_text(_SCRIPT.format(python=sys.executable, real=real, log=log, version=version))
    file.chmod(0o755)
    return file


def asked(kubectl: Path) -> list[str]:
    """What it was asked so far, one line each."""
    log = kubectl.with_name("log")
    return log.read_text().splitlines() if log.exists() else []
