"""Every optimizer, saved halfway and loaded again, ends where it would have ended, bit for bit."""

import io
import pickle

import numpy as np
import pytest
import torch

import lossary.optimizers as shelf
from lossary.backends import backend_named
from tests.optimizers import problem
from tests.optimizers.settings import firsts
from tests.optimizers.walking import flat, start, stepper

FIRSTS = firsts()
every = pytest.mark.parametrize("optimizer", FIRSTS.values(), ids=lambda each: each.label)
NUMPY = backend_named("numpy")


def pickled(state):
    return pickle.loads(pickle.dumps(state))


def torch_saved(state):
    """Save a state as PyTorch does, and load it as safely as it can."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def in_a_zip(state):
    """Save a state as flat arrays in NumPy's own format, and put it together again."""
    file, places = io.BytesIO(), {}

    def taken(value, path):
        if isinstance(value, dict):
            return {key: taken(each, f"{path}/{key}") for key, each in value.items()}
        places[path] = value
        return path

    shape = taken(state, "")
    np.savez(file, **places)
    file.seek(0)
    found = np.load(file)

    def again(value):
        if isinstance(value, dict):
            return {key: again(each) for key, each in value.items()}
        array = found[value]
        return array if array.ndim else array.item()

    return again(shape)


def resumed(optimizer, backend, saved, steps=100):
    """Return where a walk ends, and where one ends that was saved and loaded halfway."""
    step, weights = stepper(optimizer, backend), start(backend)
    state, loaded = optimizer.init(weights), None
    for count in range(steps):
        if count == steps // 2:
            loaded = saved(state), saved(weights)
        state, weights = step(state, weights)
    for _ in range(steps // 2):
        loaded = step(*loaded)
    return [
        flat([backend.numpy(each) for each in problem.listed(found)])
        for found in (weights, loaded[1])
    ]


@every
def test_saved_and_resumed_is_uninterrupted(optimizer):
    whole, halves = resumed(optimizer, NUMPY, pickled)
    np.testing.assert_array_equal(whole, halves)


@pytest.mark.parametrize("name", ["SGD", "Adam", "NAdam", "ScheduleFreeAdamW", "RMSProp"])
@pytest.mark.parametrize(("framework", "saved"), [("torch", torch_saved), ("numpy", in_a_zip)])
def test_a_state_goes_into_the_framework_s_own_file(name, framework, saved):
    optimizer = FIRSTS[getattr(shelf, name)]
    whole, halves = resumed(optimizer, backend_named(framework), saved, steps=10)
    np.testing.assert_array_equal(whole, halves)
