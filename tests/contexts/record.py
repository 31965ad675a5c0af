"""Record what kubectx and kubens do: ``python -m tests.contexts.record`` where both (0.11) are on PATH."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from tests.contexts import stage
from tests.contexts.situations import SITUATIONS
from tests.practice_server import practice_server


def main() -> None:
    """Write the golden file anew."""
    assert stage.kubectx_found(), "kubectx and kubens 0.11 must be on PATH"
    facts = {}
    with tempfile.TemporaryDirectory() as temporary, practice_server(Path(temporary) / "practice") as server:
        for number, situation in enumerate(SITUATIONS):
            folder = Path(temporary) / f"{number}"
            folder.mkdir()
            facts[situation.name] = stage.play(situation, folder, stage.with_kubectx, server.kubeconfig).as_json()
    stage.GOLDEN.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
