"""What is paid once: fresh processes, and the first call of a loss that is new to the machine."""

import json
import os
import subprocess
import sys
import tempfile
import time
from statistics import median
from typing import Any

import numpy as np

import lossary
from benchmarks import draws
from lossary.core.elementwise import Elementwise

ENTRIES = 256


def starts(times: int) -> dict[str, float]:
    """Time fresh processes, on the wall: the import, what NumPy is of it, and `lossary list`."""
    codes = {
        "python_s": "",
        "import_numpy_s": "import numpy",
        "import_lossary_s": "import lossary",
        "lossary_list_s": "import sys; sys.argv = ['lossary', 'list']; "
        "from lossary.cli import main; main()",
    }
    found: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(times + 1):
        for name, code in codes.items():
            begin = time.perf_counter()
            _process("-c", code)
            found[name].append(time.perf_counter() - begin)
    return {name: median(seconds[1:]) for name, seconds in found.items()}


def table(libraries: tuple[str, ...]) -> list[dict[str, Any]]:
    """Time first calls with nothing kept from before, and with everything kept."""
    found = []
    for library in libraries:
        with tempfile.TemporaryDirectory() as folder:
            empty, filled = (_first_calls(library, folder) for _ in range(2))
        found += [
            {"host": library, "loss": loss, "new_s": empty[loss], "kept_s": filled[loss]}
            for loss in empty
        ]
    return found


def _first_calls(library: str, folder: str) -> dict[str, float]:
    told = _process("-m", "benchmarks.first", library, LOSSARY_CACHE=folder)
    return json.loads(told.splitlines()[-1])


def _process(*arguments: str, **more: str) -> str:
    given = os.environ | {"COLUMNS": "120"} | more
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=given).stdout


@lossary.define
class Rounded(Elementwise):
    """A loss that nobody has compiled: large errors count by their root."""

    def value(self, xp, prediction, target):
        error = prediction - target
        return xp.sqrt(1.0 + error * error) - xp.exp(-error * error)


def _timed(library: str) -> dict[str, float]:
    """Call each loss for the first time, value and slope.

    The first of all also pays for what every loss shares: the rooms that are opened then, and the
    driver that is compiled once for a machine.
    """
    from benchmarks.contestants import Contestant
    from benchmarks.contestants.ours import Ours
    from benchmarks.hosts import HOSTS

    host = next(each for each in HOSTS if each.library == library)
    numbers, answers = draws.numbers(ENTRIES), draws.yes_or_no(ENTRIES)
    losses = [
        (lossary.AbsoluteError(), numbers),
        (lossary.Huber(), numbers),
        (Rounded(), numbers),
        (lossary.BinaryCrossEntropy(), answers),
        (lossary.SigmoidFocal(), answers),
        (lossary.CrossEntropy(), draws.labels(32, 8)),
        (lossary.Dice(), draws.volumes(2, 4, (2, 4, 4))),
    ]
    found = {}
    for place, (loss, draw) in enumerate(losses):
        ours = Contestant(Ours(loss, isinstance(loss, lossary.Dice)))
        arrays = tuple(map(host.array, draw(np.random.default_rng(0))))
        call = host.prepare("both", ours, *arrays)
        begin = time.perf_counter()
        call()
        name = type(loss).__name__
        found[name if place else f"{name}, first of all"] = time.perf_counter() - begin
    return found


if __name__ == "__main__":
    print(json.dumps(_timed(sys.argv[1])))
