"""Leaves are fitted to the best value for their rows, with and without kernels."""

from fractions import Fraction

import numpy as np
import pytest

import lossary
from lossary.adapters.estimators.leaves import LeafRule


def _brute(rule, raw, leaf, leaves):
    """Try every kink of a leaf, with fractions: no rounding, no shortcut."""
    jumps = np.broadcast_to(rule.jumps, raw.shape)
    falls = np.broadcast_to(rule.levels, raw.shape) * jumps
    apart = rule.kink - raw
    found = np.zeros(leaves)
    for each in range(leaves):
        rows = [
            tuple(map(Fraction, (apart[i], falls[i], jumps[i] - falls[i])))
            for i in np.flatnonzero((leaf == each) & (jumps > 0))
        ]
        if not rows:
            continue
        costs = {
            x: sum((a - x) * f if x < a else (x - a) * r for a, f, r in rows)
            for x in {a for a, _, _ in rows}
        }
        # Rates such as 0.9 are rounded; what differs by less is the same to the rule, too.
        slack = Fraction(1, 10**11) * sum(f + r for _, f, r in rows)
        best = [x for x, cost in costs.items() if cost <= min(costs.values()) + slack]
        found[each] = float((min(best) + max(best)) / 2)
    return found


KINKED = [
    lossary.AbsoluteError(),
    lossary.Quantile(level=0.9),
    lossary.Quantile(level=0.25),
    lossary.AbsolutePercentageError(floor=0.5),
    lossary.Hinge(),
    2.0 * lossary.Quantile(level=0.5) + lossary.Quantile(level=0.9),
]


@pytest.mark.parametrize("kernels", [True, False])
@pytest.mark.parametrize("loss", KINKED, ids=repr)
def test_leaves_are_fitted_as_trying_every_value_does(loss, kernels):
    rng = np.random.default_rng(11)
    for draw in range(24):
        rows, leaves = int(rng.integers(1, 120)), int(rng.integers(1, 7))
        if loss == lossary.Hinge():
            target = rng.integers(0, 2, rows).astype(float)
        else:  # by turns numbers that are all different, and many that are equal
            target = rng.normal(size=rows) if draw % 2 else rng.integers(-3, 4, rows).astype(float)
        raw = np.round(rng.normal(size=rows), draw % 3)
        weight = [None, rng.integers(0, 3, rows).astype(float), rng.random(rows)][draw % 3]
        leaf = rng.integers(0, leaves, rows)
        rule = LeafRule.of(loss, target, weight)
        with lossary.use_kernels(kernels):
            found = rule.values(raw, leaf, leaves)
        expected = _brute(rule, raw, leaf, leaves)
        # A kink less a raw score is rounded once more than a kink alone.
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)


def test_empty_leaves_and_leaves_without_weight_stay_where_they_are():
    rule = LeafRule.of(
        lossary.AbsoluteError(), np.array([5.0, 7.0, 9.0]), np.array([1.0, 0.0, 0.0])
    )
    found = rule.values(np.zeros(3), np.array([0, 0, 3]), 5)
    np.testing.assert_array_equal(found, [5.0, 0.0, 0.0, 0.0, 0.0])


def test_a_heavy_leaf_does_not_blur_a_light_one():
    target = np.array([1.0, 2.0, 3.0, 1.0, 2.0, 3.0])
    weight = np.array([1e15, 1e15, 1e15, 1.0, 1.0, 5.0])
    rule = LeafRule.of(lossary.AbsoluteError(), target, weight)
    np.testing.assert_array_equal(rule.values(np.zeros(6), np.repeat([0, 1], 3), 2), [2.0, 3.0])


def test_many_rows_are_fitted_alike_with_and_without_kernels():
    rng = np.random.default_rng(12)
    rows = (1 << 18) + 77  # from here on several threads share them
    target = rng.standard_t(2, size=rows)
    raw, leaf = rng.normal(size=rows), rng.integers(0, 31, rows)
    for loss, weight in ((lossary.Quantile(level=0.9), None), (lossary.AbsoluteError(), raw**2)):
        rule = LeafRule.of(loss, target, weight)
        found = rule.values(raw, leaf, 31)
        with lossary.use_kernels(False):
            np.testing.assert_array_equal(found, rule.values(raw, leaf, 31))
        if weight is None:  # of ten rows nine lie below, by the definition of a quantile
            below = np.bincount(leaf, weights=target - raw <= found[leaf]) / np.bincount(leaf)
            np.testing.assert_allclose(below, 0.9, atol=2e-4)  # a row of eight thousand


def test_a_large_kink_has_two_sides():
    rule = LeafRule.of(lossary.Quantile(level=0.75), np.array([1e17, 3e17]), None)
    np.testing.assert_allclose([rule.levels, rule.jumps], [[0.75], [1.0]], rtol=1e-15)
