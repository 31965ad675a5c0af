"""How a practice cluster is started: the options of ``kx practice start``, kept in its home until named anew.

What an option does is the business of whoever reads it; here are its name, its default and what it may be.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, fields
from pathlib import Path

from kx.errors import KxError

MOST_SLICE = 1000  # kube-controller-manager's own bounds of --max-endpoints-per-slice, and its default
SLICE = 100
FREE_PORT = 0


@dataclass(frozen=True)
class Options:
    """All options; the defaults are a cluster that nobody asked anything special of."""

    slice_size: int = SLICE  # endpoints in one EndpointSlice
    load_balancer: bool = True  # whether Services of type LoadBalancer get an address
    node_ports: bool = False  # whether node ports are reachable on this machine's loopback
    ingress_port: int | None = None  # the loopback port that leads to the Ingresses; FREE_PORT: any; None: none
    speed: float = 1.0  # how many times faster than usual images are pulled and pods set up; 0: at once

    def paced(self, seconds: float) -> float:
        """How long something takes that usually takes so many seconds."""
        return round(seconds / self.speed, 3) if self.speed else 0.0

    @property
    def words(self) -> str:
        """The options of ``kx practice start`` that are not at their defaults, as they are typed; "" when all are."""
        differing = (field.name for field in fields(self) if getattr(self, field.name) != field.default)
        return " ".join(_word(name, getattr(self, name)) for name in differing)


def problem(options: Options) -> str:
    """Why these options cannot be, or ""."""
    if not 1 <= options.slice_size <= MOST_SLICE:
        return f"--slice-size {options.slice_size} is not between 1 and {MOST_SLICE}"
    if options.ingress_port is not None and not 0 <= options.ingress_port <= 65535:
        return f"--ingress-port {options.ingress_port} is not a port"
    if not (options.speed >= 0 and math.isfinite(options.speed)):
        return f"--speed {options.speed:g} is not a number of 0 or more"
    return ""


def read(path: Path) -> Options:
    """The options kept in a file; the defaults where there is none. Raises ``KxError`` for a file of another make."""
    try:
        found = json.loads(path.read_text())
        known = {field.name: found[field.name] for field in fields(Options) if field.name in found}
        options = Options(**known)
        wrong = problem(options)
    except FileNotFoundError:
        return Options()
    except (ValueError, TypeError) as error:
        wrong = str(error)
    if wrong:
        raise KxError(f"{path} holds no options of a practice cluster: {wrong}", "Delete it; the defaults hold then.")
    return options


def write(path: Path, options: Options) -> None:
    """Keep ``options`` in a file that only its owner may read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    kept = {field.name: getattr(options, field.name) for field in fields(options)}
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(kept, stream)
    os.replace(fresh, path)


def _word(name: str, value: object) -> str:
    option = "--" + name.replace("_", "-")
    if isinstance(value, bool):
        return option if value else option.replace("--", "--no-", 1)
    return f"{option} {value:g}" if isinstance(value, float) else f"{option} {value}"
