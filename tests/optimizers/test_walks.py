"""Every optimizer walks beside its slow twin, and the same path on every framework."""

import os
from functools import cache
from importlib import import_module

import numpy as np
import pytest

from tests.optimizers.settings import firsts, walked
from tests.optimizers.walking import apart, twin_walk, walk

ALL = tuple(walked())
every = pytest.mark.parametrize("optimizer", ALL, ids=repr)
# Every optimizer walks everywhere. With its other settings, on NumPy and PyTorch: JAX compiles, and
# TensorFlow is slow, so that they take these in `make test-deep` alone.
USUAL = ALL if os.environ.get("LOSSARY_DEEP") else tuple(firsts().values())
EVERYWHERE = [
    (optimizer, framework)
    for framework, some in {"torch": ALL, "jax": USUAL, "tensorflow": USUAL}.items()
    for optimizer in some
]
CLOSE = 1e-9
"""Of the way walked: a hundred steps of rounding in double precision, magnified by the valley."""


@pytest.fixture(scope="module", autouse=True)
def _double():
    import jax

    with jax.enable_x64(True):
        yield


@cache
def _here(optimizer):
    """Walk on NumPy: once, for all that is held against it."""
    return walk(optimizer)


@every
def test_it_walks_beside_its_slow_twin(optimizer):
    name = type(optimizer).__module__.rpartition(".")[2]
    twin = import_module(f"tests.optimizers.twins.{name}")
    assert apart(_here(optimizer), twin_walk(twin, optimizer)) < CLOSE


@pytest.mark.parametrize(("optimizer", "framework"), EVERYWHERE, ids=repr)
def test_it_walks_the_same_path_on_every_framework(optimizer, framework):
    here, there = _here(optimizer), walk(optimizer, framework)
    assert np.isfinite(here).all()
    assert apart(there, here) < CLOSE
