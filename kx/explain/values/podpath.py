"""The two ends of `cp`: a path here, or POD:PATH and NAMESPACE/POD:PATH. Source: k8s.io/kubectl/pkg/cmd/cp."""

from __future__ import annotations

from kx.explain.values.piece import Meaning, Piece, refused


def source(text: str) -> Meaning:
    """What is copied."""
    return _read(text, "copied from")


def destination(text: str) -> Meaning:
    """Where it is copied to."""
    return _read(text, "copied to")


def _read(text: str, how: str) -> Meaning:
    place, colon, path = text.partition(":")
    if not colon:
        return Meaning(f"{how} this machine: {text}", whole=True)
    namespace, slash, pod = place.rpartition("/")
    if not pod or "/" in namespace:
        return refused("a path in a pod is written POD:PATH or NAMESPACE/POD:PATH")
    pieces = [Piece(0, len(namespace), "the namespace")] if slash else []
    pieces.append(Piece(len(place) - len(pod), len(place), "the pod"))
    relative = "" if path.startswith("/") else ", from the container's working folder on"
    pieces += [Piece(len(place) + 1, len(text), f"the path in the container{relative}")] if path else []
    where = f", in the namespace {namespace}" if slash else ""
    return Meaning(f"{how} {path or 'nothing'} in the pod {pod}{where}", tuple(pieces), whole=True)
