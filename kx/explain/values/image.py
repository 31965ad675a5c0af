"""A container image's reference: registry/repository:tag@digest. Source: distribution/reference's grammar."""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, Piece, cut

_REFERENCE = re.compile(
    r"(?:(?P<registry>localhost(?=[:/])(?::\d+)?|[\w-]+(?:\.[\w-]+)+(?::\d+)?(?=/)|[\w.-]+:\d+(?=/))/)?"
    r"(?P<repository>[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
_ANEW = "; unless told otherwise, nodes ask for it anew at every start"
_HUB = "docker.io (Docker Hub)"


def read(text: str) -> Meaning:
    """One reference; nothing is said of text that is none."""
    found = _REFERENCE.fullmatch(text)
    return Meaning(_gist(found, _ANEW), tuple(_pieces(found))) if found else Meaning()


def several(text: str) -> Meaning:
    """References separated by commas, one container each."""
    parts = list(cut(text))
    if len(parts) == 1:
        return read(text)
    pieces = [Piece(start, start + len(part), read(part).gist) for start, part in parts]
    return Meaning(f"{len(pieces)} containers, one for each image", tuple(piece for piece in pieces if piece.note))


def gist(text: str) -> str:
    """A reference in one phrase, for an object whose pull policy is settled; "" if it is none."""
    found = _REFERENCE.fullmatch(text)
    return _gist(found) if found else ""


def _gist(found: re.Match[str], new: str = "") -> str:
    name = found["repository"].rpartition("/")[2]
    if found["digest"]:
        version = "one exact image, by its digest"
    elif found["tag"] and found["tag"] != "latest":
        version = f"version {found['tag']}"
    else:
        version = f"version latest{'' if found['tag'] else ', as no tag is named'}{new}"
    return f"{name} from {found['registry'] or 'docker.io'}, {version}"


def _pieces(found: re.Match[str]) -> list[Piece]:
    registry = found["registry"]
    pieces = [Piece(*found.span("registry"), "the registry, where images are kept")] if registry else []
    where = "" if registry else f", from {_HUB}, as no registry is named"
    official = ", one of the official ones" if not registry and "/" not in found["repository"] else ""
    pieces.append(Piece(*found.span("repository"), f"the name of the image{official}{where}"))
    if found["tag"]:
        moves = "latest, which moves with every release" if found["tag"] == "latest" else "which version of it"
        ignored = ", which the digest overrides" if found["digest"] else ""
        pieces.append(Piece(found.start("tag") - 1, found.end("tag"), f"the tag: {moves}{ignored}"))
    if found["digest"]:
        pieces.append(Piece(found.start("digest") - 1, found.end("digest"), "the digest: exactly this image, for ever"))
    return pieces
