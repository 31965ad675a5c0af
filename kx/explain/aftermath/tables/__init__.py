"""The rows: what people meet, why, and what to look with. Data alone.

The first row that matches is the one that counts, so what is special stands in front of what is general.
"""

from __future__ import annotations

from kx.explain.aftermath.advice import Rule
from kx.explain.aftermath.tables import access, connection, containers, fields, files, kubeconfig, objects, usage

ERRORS: tuple[Rule, ...] = (
    *connection.RULES,
    *kubeconfig.RULES,
    *access.RULES,
    *containers.RULES,
    *files.RULES,
    *fields.RULES,
    *objects.RULES,
    *usage.RULES,
)
