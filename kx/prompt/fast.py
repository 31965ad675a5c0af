"""Print the place for a prompt, thousands of times a day: run as a script, it imports nothing that Python has not
loaded already. What it prints was found out by ``kx.prompt.place`` and is kept in kx's cache for as long as the
kubeconfig files and the settings are the same; only when one of them has changed is anything read or imported.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Shell -> how it is told that what follows takes no room on the screen.
_INVISIBLE = {"bash": ("\x01", "\x02"), "zsh": ("%{", "%}"), "fish": ("", "")}
_COLOUR, _PROTECTED, _PLAIN = "\x1b[36m", "\x1b[1;31m", "\x1b[0m"
_LONGEST = 200  # bytes of a file's name


def line(env: Mapping[str, str], shell: str = "") -> str:
    """``context/namespace`` as it stands now, marked if the context is protected; "" where there is none.

    With a ``shell``, dressed for its prompt: in brackets, coloured unless NO_COLOR or a dumb terminal forbids it.
    """
    place, protected = _known(env) or _found(env)
    if not place or not shell:
        return f"{place} !" if protected else place
    if shell == "zsh":
        place = place.replace("%", "%%")
    text = f"[!{place}!]" if protected else f"[{place}]"
    if env.get("NO_COLOR") or env.get("TERM", "dumb") == "dumb":
        return f"{text} "
    begin, end = _INVISIBLE[shell]
    colour = _PROTECTED if protected else _COLOUR
    return f"{begin}{colour}{end}{text}{begin}{_PLAIN}{end} "


def _known(env: Mapping[str, str]) -> tuple[str, str] | None:
    """What the cache says, if it is about these files as they are."""
    try:
        with open(_cache(env), encoding="utf-8") as stream:
            stamp, place, protected, end = stream.read().split("\n")
    except (OSError, ValueError):
        return None
    return (place, protected) if stamp == _stamp(env) and not end else None


def _found(env: Mapping[str, str]) -> tuple[str, str]:
    stamp = _stamp(env)  # before anything is read: a change in between must not look known
    from kx.prompt.place import place  # late: this is what the cache saves

    found = place(env)
    _keep(_cache(env), f"{stamp}\n{found[0]}\n{found[1]}\n")
    return found


def _keep(file: str, text: str) -> None:
    """Replace the cache; one that cannot be written is done without."""
    fresh = f"{file}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(fresh, file)
    except (OSError, UnicodeError):
        pass


def _stamp(env: Mapping[str, str]) -> str:
    """Changes whenever one of the files does."""
    return " ".join(map(_signature, (*_kubeconfigs(env), f"{_base(env, 'CONFIG', '.config')}/config.toml")))


def _signature(path: str) -> str:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return "-"
    return f"{status.st_mtime_ns}.{status.st_size}.{status.st_ino}"


def _kubeconfigs(env: Mapping[str, str]) -> list[str]:
    listed = env.get("KUBECONFIG", "")
    return listed.split(os.pathsep) if listed else [f"{_home(env)}/.kube/config"]


def _cache(env: Mapping[str, str]) -> str:
    """One file for each list of kubeconfigs; where a list is relative, for each folder too."""
    files = _kubeconfigs(env)
    if not all(map(os.path.isabs, files)):
        files.append(os.getcwd())
    name = os.pathsep.join(files).replace("%", "%%").replace("/", "%-")
    while len(os.fsencode(name)) > _LONGEST:  # rare; what is left over makes the name its own
        name = f"{name[: _LONGEST // 8]}{sum(at * ord(char) for at, char in enumerate(name, start=1)):x}"
    return f"{_base(env, 'CACHE', '.cache')}/prompt/{name}"


# The two rules of kx.paths, without what it imports.
def _base(env: Mapping[str, str], kind: str, fallback: str) -> str:
    value = env.get(f"XDG_{kind}_HOME", "")
    return f"{value}/kx" if os.path.isabs(value) else f"{_home(env)}/{fallback}/kx"


def _home(env: Mapping[str, str]) -> str:
    return env.get("HOME") or os.path.expanduser("~")


def _script(shell: str) -> None:
    """A prompt never shows an error, and never fails."""
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    try:
        text = line(os.environ, shell)
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    except Exception:  # noqa: BLE001  (whatever it is: the shell's prompt is no place for it)
        pass


if __name__ == "__main__":
    _script(sys.argv[1])
