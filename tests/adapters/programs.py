"""Starts one process for each rank, and reads what they leave behind; what hangs fails."""

import os
import subprocess
import sys

import torch

from tests.house.rooms import ROOT

SECONDS = 100  # a run takes ten, and more where other work waits for the same cores


def once(run):
    """Return the function with what it gave for each argument kept, a failure too."""
    kept = {}

    def found(given):
        if given not in kept:
            try:
                kept[given] = run(given), None
            except Exception as error:
                kept[given] = None, error
        result, error = kept[given]
        if error is not None:
            raise error
        return result

    return found


def ran(program, folder, world, *words, strict=True):
    """Run a program on as many ranks as the world has, and return what each of them has found."""
    command = [sys.executable, *(["-W", "error"] if strict else []), "-m", program, folder]
    started = [
        subprocess.Popen(
            [*command, str(rank), str(world), *words],
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(world)
    ]
    try:
        for each in started:
            said, _ = each.communicate(timeout=SECONDS)
            assert each.returncode == 0, said
    finally:
        for each in started:
            each.kill()
            each.wait()
    return [torch.load(folder / f"{rank}.pt") for rank in range(world)]
