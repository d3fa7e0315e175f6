"""Measure the losses beside the frameworks' own: `make bench`, or `--quick` for a smoke run."""

import argparse
import os
import sys
from pathlib import Path

parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
parser.add_argument("--quick", action="store_true", help="few and small rows, to see that it runs")
parser.add_argument("--threads", type=int, default=1, help="cores to hold all frameworks to")
parser.add_argument("--into", type=Path, default=Path(__file__).parent / "results")
parser.add_argument("--only", default="", help="only losses whose name has this in it")


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


def main() -> int:
    given = parser.parse_args()
    pin(given.threads)
    from benchmarks.report import write
    from benchmarks.run import everything

    write(everything(given.quick, given.threads, given.only), given.into)
    return 0


if __name__ == "__main__":
    sys.exit(main())
