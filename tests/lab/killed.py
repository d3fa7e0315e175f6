"""Run as a program: a study that waits in every trial, so that it can be killed in the middle."""

import sys
from pathlib import Path

from lossary.lab import run
from tests.lab.toys import Toy, toy_plan

if __name__ == "__main__":
    run(toy_plan(Toy(wait=0.05)), Path(sys.argv[1]))
