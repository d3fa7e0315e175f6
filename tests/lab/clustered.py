"""Run as a program: a study on two workers; Ray forks, which no process with threads should."""

import sys
from pathlib import Path

from lossary.lab import run
from tests.lab.toys import toy_plan

if __name__ == "__main__":
    run(toy_plan(), Path(sys.argv[1]), jobs=2, cluster=sys.argv[2] or None)
