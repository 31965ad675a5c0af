"""A container image's reference: registry/repository:tag@digest, after the grammar of distribution/reference.

Cut by hand: an image is on many lines, and compiling a pattern for it takes longer than the rest of an explanation.
"""

from __future__ import annotations

from kx.explain.values.piece import Meaning, Piece, cut
from kx.records import dataclass

_ANEW = "; unless told otherwise, nodes ask for it anew at every start"
_HUB = "docker.io (Docker Hub)"
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_TAG = _LOWER | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_.-")
_HEX = frozenset("0123456789abcdefABCDEF")
_SHORTEST_DIGEST = 32


@dataclass(frozen=True)
class _Reference:
    registry: str
    repository: str
    tag: str
    digest: str


def read(text: str) -> Meaning:
    """One reference; nothing is said of text that is none."""
    found = _cut(text)
    return Meaning(_gist(found, _ANEW), tuple(_pieces(found))) if found else Meaning()


def several(text: str) -> Meaning:
    """References separated by commas, one container each."""
    parts = list(cut(text))
    if len(parts) == 1:
        return read(text)
    pieces = [Piece(start, start + len(part), gist(part)) for start, part in parts]
    return Meaning(f"{len(pieces)} containers, one for each image", tuple(pieces))


def gist(text: str) -> str:
    """A reference in one phrase, for an object whose pull policy is settled; "" if it is none."""
    found = _cut(text)
    return _gist(found) if found else ""


def _cut(text: str) -> _Reference | None:
    named, at, digest = text.partition("@")
    slash = named.rfind("/")
    colon = named.find(":", slash + 1)
    name, tag = (named[:colon], named[colon + 1 :]) if colon >= 0 else (named, "")
    first, slash_after, rest = name.partition("/")
    is_registry = bool(slash_after) and (first == "localhost" or "." in first or ":" in first)
    registry, repository = (first, rest) if is_registry else ("", name)
    good = all(map(_is_name, repository.split("/"))) and (colon < 0 or _is_tag(tag)) and (not at or _is_digest(digest))
    return _Reference(registry, repository, tag, digest) if good and (not is_registry or _is_host(registry)) else None


def _is_name(text: str) -> bool:
    plain = text.replace("-", "").replace(".", "").replace("_", "")
    odd = ".." in text or "___" in text or "._" in text or "_." in text or "-." in text or ".-" in text
    return bool(text) and set(plain) <= _LOWER and text[0] in _LOWER and text[-1] in _LOWER and not odd


def _is_host(text: str) -> bool:
    host, colon, port = text.partition(":")
    return set(host) <= _TAG and host[:1] not in ("", "-", ".") and (not colon or port.isdecimal())


def _is_tag(text: str) -> bool:
    return 0 < len(text) <= 128 and set(text) <= _TAG and text[0] not in ".-"


def _is_digest(text: str) -> bool:
    kind, _, number = text.partition(":")
    return kind.isalnum() and len(number) >= _SHORTEST_DIGEST and set(number) <= _HEX


def _gist(found: _Reference, new: str = "") -> str:
    name = found.repository.rpartition("/")[2]
    if found.digest:
        version = "one exact image, by its digest"
    elif found.tag and found.tag != "latest":
        version = f"version {found.tag}"
    else:
        version = f"version latest{'' if found.tag else ', as no tag is named'}{new}"
    return f"{name} from {found.registry or 'docker.io'}, {version}"


def _pieces(found: _Reference) -> list[Piece]:
    start = len(found.registry) + 1 if found.registry else 0
    end = start + len(found.repository)
    pieces = [Piece(0, start - 1, "the registry, where images are kept")] if found.registry else []
    official = ", one of the official ones" if not found.registry and "/" not in found.repository else ""
    where = "" if found.registry else f", from {_HUB}, as no registry is named"
    pieces.append(Piece(start, end, f"the name of the image{official}{where}"))
    if found.tag:
        moves = "latest, which moves with every release" if found.tag == "latest" else "which version of it"
        ignored = ", which the digest overrides" if found.digest else ""
        pieces.append(Piece(end, end + 1 + len(found.tag), f"the tag: {moves}{ignored}"))
        end += 1 + len(found.tag)
    if found.digest:
        pieces.append(Piece(end, end + 1 + len(found.digest), "the digest: exactly this image, for ever"))
    return pieces
