"""One call from typed text to explanation: the shell, `kx run`, `kx explain` and `kx demo` all use this.

It loads facts and texts (cached) and knows neither terminals nor clusters.
"""

from __future__ import annotations

from kx.explain.explanation import Explanation
from kx.explain.known import KnownFacts
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.model import Catalog


def explain_text(
    text: str,
    where: Where,
    *,
    implied: bool = False,
    known: KnownFacts | None = None,
    catalog: Catalog | None = None,
) -> Explanation:
    """Explain one line as typed. ``implied``: a line of the kx shell, where the word kubectl may be left out.

    ``known``: what the caller already knows of the cluster. ``catalog``: facts of one kubectl version
    (default: the newest known). Never raises for any text.
    """
    raise NotImplementedError
