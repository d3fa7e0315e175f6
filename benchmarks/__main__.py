"""Measure the losses beside the frameworks' own: `make bench`, or `--quick` for a smoke run."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
parser.add_argument("--quick", action="store_true", help="few and small rows, to see that it runs")
parser.add_argument("--threads", type=int, default=1, help="cores to hold all frameworks to")
parser.add_argument("--into", type=Path, default=Path(__file__).parent / "results")
parser.add_argument("--only", default="", help="only losses whose title has this in it")
parser.add_argument("--widest", action="store_true", help="only the largest rows; data, no page")


def pin(threads: int) -> None:
    """Hold every framework to so many threads, and the process to so many cores.

    Must come before the first import of any of them.
    """
    count = str(threads)
    os.environ |= {
        "OMP_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "TF_NUM_INTRAOP_THREADS": count,
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "JAX_PLATFORMS": "cpu",
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "",
    }
    if hasattr(os, "sched_setaffinity"):  # Linux; JAX heeds nothing else
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def wider(threads: int, only: str) -> dict[str, Any]:
    """Run the largest rows once more with more threads; only a process of its own can have them."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks", "--widest", "--into", folder]
        command += ["--threads", str(threads), "--only", only]
        subprocess.run(command, check=True)
        return json.loads((Path(folder) / "widest.json").read_text(encoding="utf-8"))


def main() -> int:
    given = parser.parse_args()
    part = "quick" if given.quick else "widest" if given.widest else "whole"
    more: dict[str, Any] = {}
    if part == "whole" and given.threads == 1 and (os.cpu_count() or 1) > 1:
        more["wider"] = wider(2, given.only)
    pin(given.threads)
    from benchmarks.report import data, write
    from benchmarks.run import everything

    found = everything(part, given.threads, given.only) | more
    if part == "widest":
        (given.into / "widest.json").write_text(data(found), encoding="utf-8")
    else:
        write(found, given.into)
    return 0


if __name__ == "__main__":
    sys.exit(main())
