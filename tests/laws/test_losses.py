"""Every loss of the catalogue, on every framework, in every precision, held to every law."""

import os
from dataclasses import replace

import pytest

import lossary
from lossary.core.catalogue import all_of
from lossary.testing.laws import LAWS, cases
from tests.slow_twins import twin_of

BACKENDS = ("numpy", "torch", "jax", "tensorflow")
DEEP = bool(os.environ.get("LOSSARY_DEEP"))  # what `make test-deep` asks for
SEEDS = 5 if DEEP else 1
COMPILED = 3
"""The settings of a loss that are compiled whole, but in `make test-deep`: each takes seconds."""
PRECISIONS = ("float64", "float32", "float16", "bfloat16")


def _trials() -> list[object]:
    trials = []
    for cls in all_of(lossary.Loss):
        for law in LAWS:
            if not any(law.applies(case.loss) for case in cases(cls, "numpy", "float64")):
                continue
            trials += [
                pytest.param(
                    cls,
                    law,
                    backend,
                    precision,
                    id=f"{cls.__name__}-{law.says}-{backend}-{precision}",
                )
                for backend in BACKENDS
                for precision in law.precisions
                if not (backend == "numpy" and precision == "bfloat16")
            ]
    return trials


def _paths(backend: str, precision: str, place: int) -> tuple[bool, ...]:
    """Say whether kernels are on: both by turns where that is quick, else the one or the other."""
    if backend in ("numpy", "torch"):
        return True, False
    return ((place + PRECISIONS.index(precision)) % 2 == 0,)


@pytest.mark.parametrize(("cls", "law", "backend", "precision"), _trials())
def test_law(cls: type, law: object, backend: str, precision: str) -> None:
    for place, case in enumerate(cases(cls, backend, precision, twin_of(cls.__name__))):
        if not DEEP and place >= COMPILED and "compiles whole" in law.says:
            break
        for seed in range(SEEDS):
            for on in _paths(backend, precision, place + seed):
                if law.applies(case.loss):
                    with lossary.use_kernels(on):
                        law.holds(replace(case, seed=seed))
