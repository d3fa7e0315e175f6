"""Promises are held in a process of their own: Triton decides at its import where it runs.

And it cannot be imported beside TensorFlow, with whose LLVM it crashes. So `make test` puts it into
a folder that only these processes look into.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = Path(sys.prefix) / "triton"
THERE = (FOLDER / "triton").is_dir() or find_spec("triton") is not None


def hold(file: str, chosen: str, **settings: str) -> None:
    """Run some of the tests in a file of promises, under other settings of the environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (str(FOLDER), kept.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    ran = subprocess.run(
        [*command, str(HERE / file), "-k", chosen],
        env=kept | {"OMP_NUM_THREADS": "1"} | settings,
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
        check=False,  # a failure is told below, with what was printed
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert " passed" in ran.stdout
