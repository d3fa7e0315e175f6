"""Importing lossary is quick and brings nothing along that the caller has not asked for."""

import json
import subprocess
import sys

import lossary

HEAVY = {
    "torch", "jax", "jaxlib", "tensorflow", "keras", "xgboost", "lightgbm", "catboost",
    "sklearn", "scipy", "pandas", "pyarrow", "matplotlib", "jinja2", "typer", "rich",
}  # fmt: skip
SECONDS = 0.2

BROUGHT = """
import json, sys
before = set(sys.modules)
{statement}
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})))
"""
# The processor's time for this thread, and not the time on the wall: a machine that does something
# else meanwhile stretches the second threefold, and leaves the first as it is.
CLOCK = "from time import thread_time as t; begin = t(); import lossary; print(t() - begin)"


def _fresh(code):
    command = [sys.executable, "-c", code]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _brought_by(statement):
    return set(_fresh(BROUGHT.format(statement=statement)))


def test_importing_lossary_imports_no_framework_and_no_tool():
    brought = _brought_by("import lossary")
    assert "lossary" in brought
    assert brought & HEAVY == set()


def test_a_loss_of_numpy_arrays_imports_no_framework():
    call = "import numpy, lossary; lossary.Huber()(numpy.zeros(3), numpy.ones(3))"
    assert _brought_by(call) & HEAVY == set()


def test_importing_lossary_takes_well_under_a_fifth_of_a_second():
    # The best of five: the first writes the compiled files, and any other may have been disturbed.
    assert min(_fresh(CLOCK) for _ in range(5)) < SECONDS


def test_the_face_shows_nothing_that_is_not_our_own():
    shown = {name: value for name, value in vars(lossary).items() if not name.startswith("_")}
    homes = {
        name: getattr(value, "__module__", None) or value.__name__ for name, value in shown.items()
    }
    assert "lossary.losses.regression.huber" in homes.values()
    assert {name: home for name, home in homes.items() if not home.startswith("lossary.")} == {}
