"""Run every measurement of this folder, one after the other: ``make bench``. Nothing here passes or fails."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path


def main() -> None:
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        import_module(f"tests.bench.{path.stem}").main()


if __name__ == "__main__":
    main()
