"""Traps of what makes objects: a forgotten dry run, names that are not allowed, words no quotes hold together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kx.explain.explanation import Trap
from kx.explain.layouts import LAYOUTS
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, replaced, respelled, spliced, with_more

_DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
# Kinds whose names may be anything that fits into an address.
_FREE_NAMES = frozenset(
    f"{kind}.rbac.authorization.k8s.io" for kind in ("roles", "clusterroles", "rolebindings", "clusterrolebindings")
)
_MANIFEST = re.compile(r"(?i)\.(ya?ml|json)$")
_SECRET_FLAGS = ("from-literal", "docker-password")


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of making."""
    if subject.path == ("create",):
        return
    yield from _really_made(subject)
    yield from _name(subject)
    yield from _image(subject)
    yield from _schedule(subject)
    yield from _in_history(subject)


def _really_made(subject: Subject) -> Iterator[Trap]:
    """`create deployment d --image=i -o yaml > d.yaml`: printed, and made as well."""
    use = subject.use("output")
    if subject.dry_run != "none" or use is None or use.value not in ("yaml", "json", "kyaml") or subject.refused:
        return
    message = "-o only chooses how the answer is printed: the object is really made."
    into_file = any(word.kind == "redirect" and _MANIFEST.search(word.value) for word in subject.invocation.line.words)
    fix = with_more(subject, "--dry-run=client")
    yield marked(subject, flag_words(use), "really-made", "warn" if into_file else "hint", message, fix)


def _name(subject: Subject) -> Iterator[Trap]:
    layout = LAYOUTS.get(subject.path)
    operands = subject.operands.with_role("new-name")
    if layout is None or not operands or subject.refused or not subject.targets:
        return
    word, kind = subject.word(operands[0]), subject.targets[0].type
    odd = _DNS_NAME.match(word.value) is None and word.value.isprintable()
    if kind is None or kind.key in _FREE_NAMES or word.expands or not odd or word.value[:1] in "-–—":
        return
    better = re.sub(r"[^a-z0-9.-]", "-", word.value.lower()).strip("-.")
    message = (
        f'"{word.value}" cannot be the name of a {kind.kind}: only small letters, digits, "-" and "." are allowed, '
        "and a letter or digit at both ends. The server will refuse it."
    )
    fix = replaced(subject, operands[0], better) if _DNS_NAME.match(better) and not word.quoted else ""
    yield marked(subject, operands[:1], "bad-name", "warn", message, fix)


def _image(subject: Subject) -> Iterator[Trap]:
    for use in subject.invocation.flags:
        if use.name != "image" or not use.value or use.value_span is None or subject.word(flag_words(use)[-1]).expands:
            continue
        better, message = _better_image(use.value)
        if better != use.value:
            yield marked(subject, flag_words(use), "bad-image", "warn", message, respelled(subject, use, better))


def _better_image(image: str) -> tuple[str, str]:
    """The image as it must be written, and why. Only the host in front and the tag may have capital letters."""
    if image.startswith(("http://", "https://")):
        return image.partition("://")[2], "The name of an image has no http:// in front."
    path, at, digest = image.partition("@")
    name, colon, tag = path.rpartition(":") if ":" in path.rpartition("/")[2] else (path, "", "")
    host, slash, rest = name.partition("/")
    small = f"{host}/{rest.lower()}" if slash and ("." in host or ":" in host) else name.lower()
    return (
        f"{small}{colon}{tag}{at}{digest}",
        "The name of an image has small letters only; with others it cannot be fetched.",
    )


def _schedule(subject: Subject) -> Iterator[Trap]:
    """`--schedule=* * * * *`: five words, and the shell puts file names in their place."""
    use = subject.use("schedule")
    if use is None or use.value is None or use.value_span is None or " " in use.value.strip():
        return
    last = flag_words(use)[-1]
    taken = 0
    while taken < 4 and last + taken + 1 in subject.invocation.operands:
        taken += 1
    if taken < 4 or use.value.startswith("@"):
        return
    start, end = use.value_span[0], subject.word(last + 4).end
    text = subject.invocation.line.text
    message = "A schedule has spaces in it: without quotes it is five words, and the shell turns * into file names."
    fix = spliced(text, [(start, end, f"'{text[start:end]}'")])
    yield marked(subject, [use.word, last + 4], "unquoted-schedule", "warn", message, fix)


def _in_history(subject: Subject) -> Iterator[Trap]:
    if subject.path[:2] != ("create", "secret"):
        return
    for use in subject.invocation.flags:
        typed = use.name in _SECRET_FLAGS and use.value and "$" not in use.value
        if typed and not subject.word(flag_words(use)[-1]).expands:
            message = (
                "A secret that is typed on a line stays in the history of most shells and is seen in the list of "
                "processes; --from-file and --from-env-file read it from a file."
            )
            yield marked(subject, flag_words(use), "secret-on-line", "hint", message)
            return
