"""Costs that can be counted do not grow: operations, bytes that are moved, bytes kept meanwhile."""

import numpy as np
import pytest

import lossary
from benchmarks.contestants.ours import Ours
from benchmarks.counts import dispatched

RNG = np.random.default_rng(0)
SCORES = RNG.normal(size=(256, 64)).astype(np.float32)
LABELS = RNG.integers(0, 64, 256)
SHARES = np.full_like(SCORES, 1 / 64)
CHANCES, PLACES = RNG.random((2, 4, 2048), dtype=np.float32), RNG.integers(0, 4, (2, 2048))
ENTRIES = (SCORES, (SCORES > 0).astype(np.float32))

# What a call costs, value and slope: operations, bytes moved for each entry, bytes kept for each
# entry beside the arrays given. To read two arrays and write the slope moves 12, and to keep it 4.
# A number may go down; one that goes up makes every call slower, and wants a reason in the commit.
COSTS = [
    (lossary.SquaredError(), ENTRIES, 4, 24, 4),
    (lossary.AbsoluteError(), ENTRIES, 4, 24, 4),
    (lossary.Huber(), ENTRIES, 4, 24, 4),
    (lossary.BinaryCrossEntropy(), ENTRIES, 4, 24, 4),
    (lossary.SigmoidFocal(), ENTRIES, 4, 24, 4),
    (lossary.CrossEntropy(), (SCORES, LABELS), 4, 20.2, 4),
    (lossary.CrossEntropy(smoothing=0.1), (SCORES, LABELS), 4, 20.2, 4),
    (lossary.CrossEntropy(), (SCORES, SHARES), 4, 24, 4),
    (lossary.Dice(pool="image"), (CHANCES, PLACES), 60, 16.5, 0),
    (lossary.Dice(), (CHANCES, PLACES), 55, 16.5, 0),
]
FIXED = 0.1
"""Bytes for each of these few entries that a call moves or keeps whatever its size."""


def _cost(loss, arrays):
    found = dispatched(Ours(loss, isinstance(loss, lossary.Dice)), *arrays)
    operations = sum(found["forward"].values()) + sum(found["backward"].values())
    return operations, found["bytes_per_entry"], found["kept_bytes_per_entry"]


@pytest.mark.parametrize(("loss", "arrays", "operations", "moved", "kept"), COSTS)
def test_a_call_costs_no_more_than_it_did(loss, arrays, operations, moved, kept):
    with lossary.use_kernels(True):
        found = _cost(loss, arrays)
    limits = (operations, moved + FIXED, kept + FIXED)
    assert [cost <= limit for cost, limit in zip(found, limits, strict=True)] == [True] * 3, found


@pytest.mark.parametrize(("loss", "arrays", "operations", "moved", "kept"), COSTS)
def test_without_its_kernel_a_call_costs_more(loss, arrays, operations, moved, kept):
    with lossary.use_kernels(False):
        found = _cost(loss, arrays)
    assert found[0] > operations
    assert found[1] > moved + FIXED


def test_what_is_counted_is_what_pytorch_does():
    def value(p, t):
        return ((p - t) * t).sum()

    found = dispatched(value, *ENTRIES)
    assert found["forward"] == {"sub": 1, "mul": 1, "sum": 1}
    assert found["kept"] == 0  # the target is kept, but was there before
    assert found["bytes_per_entry"] == pytest.approx(12 + 12 + 4 + 8, abs=FIXED)
