"""The rows: what people meet, why, and what to look with. Data alone.

The first row that matches is the one that counts, so what is special stands in front of what is general.
"""

from __future__ import annotations

from kx.explain.aftermath.advice import Rule
from kx.explain.aftermath.tables import access, connection, containers, fields, files, kubeconfig, objects, usage

ERRORS: tuple[Rule, ...] = (
    *access.RULES,  # a webhook's own time-out is not the server's
    *connection.RULES,
    *kubeconfig.RULES,
    *containers.RULES,
    *files.RULES,
    *fields.RULES,
    *objects.RULES,
    *usage.RULES,
)
