"""Run what the lab must pass: `python -m benchmarks.acceptance`, about half an hour."""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from benchmarks.acceptance.nulls import of_nothing
from benchmarks.acceptance.tables import of_amounts, of_classes
from benchmarks.acceptance.words import page
from benchmarks.machine import described

PARTS = {"amounts": (of_amounts, 8), "classes": (of_classes, 6), "nothing": (of_nothing, None)}
"""Each part, and over how many draws it goes."""

parser = argparse.ArgumentParser(prog="python -m benchmarks.acceptance", description=__doc__)
parser.add_argument("--only", default="", help=f"one of {', '.join(PARTS)}")
parser.add_argument("--draws", type=int, help="draws of a table, or studies of nothing")
parser.add_argument("--into", type=Path, default=Path(__file__).parents[1] / "results")


def main() -> None:
    """Run the parts, and write acceptance.json and acceptance.md after each."""
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    path = given.into / "acceptance.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for name, (part, usual) in PARTS.items():
        if given.only in ("", name):
            began = time.perf_counter()
            answer = part(given.draws or usual)
            told = {"found": answer, "seconds": time.perf_counter() - began}
            found[name] = told | {"machine": described(os.cpu_count() or 1)}
            path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
            (given.into / "acceptance.md").write_text(page(found), "utf-8")


if __name__ == "__main__":
    main()
