"""Laws of what counts: weights, masks, reductions, empty batches, order."""

from typing import Any

import numpy as np

from lossary.core.pairwise import Pairwise
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.testing.case import Case, Law, assert_close

ALL = ("float64", "float32")
WHY = "the same sums in another order"


def a_zero_weight_removes_an_entry(case: Case) -> None:
    arrays = case.draw(1)
    weight = np.random.default_rng(1).uniform(0.5, 2.0, case.entry_shape(arrays))
    weight[3:5] = 0
    keep = np.r_[0:3, 5 : len(weight)]
    rest = tuple(each[keep] for each in arrays)
    found = case.call(*arrays, weight=weight)
    assert_close(found, case.call(*rest, weight=weight[keep]), 100, WHY)
    if case.loss.trainable:
        slope = case.slope(*arrays, weight=weight)
        assert (slope[3:5] == 0).all()
        assert_close(slope[keep], case.slope(*rest, weight=weight[keep]), 200, WHY)


def what_is_masked_is_not_felt(case: Case) -> None:
    """NaN, infinities and absurd numbers under the mask change neither value nor slope."""
    arrays = case.draw(2)
    mask = np.ones(case.entry_shape(arrays), dtype=bool)
    mask[[1, 4, 7]] = False
    weight = np.random.default_rng(2).uniform(0.5, 2.0, mask.shape)
    clean = case.call(*arrays, mask=mask, weight=weight)
    slope = case.slope(*arrays, mask=mask, weight=weight) if case.loss.trainable else None
    for poison in (np.nan, np.inf, -np.inf, 1e30):
        wrong = tuple(each.copy() for each in arrays)
        for array in wrong:
            array[~mask] = poison if array.dtype.kind == "f" else -100
        heavy = np.where(mask, weight, np.nan)
        assert_close(case.call(*wrong, mask=mask, weight=heavy), clean, 0, "the same operations")
        if slope is not None:
            found = case.slope(*wrong, mask=mask, weight=heavy)
            assert (found[~mask] == 0).all()
            assert_close(found, slope, 0, "the same operations")


def nothing_valid_gives_zero(case: Case) -> None:
    arrays = case.draw(3)
    none = np.zeros(case.entry_shape(arrays), dtype=bool)
    poisoned = tuple(each * np.nan if each.dtype.kind == "f" else each for each in arrays)
    empty = tuple(each[:0] for each in arrays)
    for given, settings in (
        (arrays, {"mask": none}), (poisoned, {"mask": none}), (empty, {}),
        (poisoned, {"weight": none.astype(float)}),
    ):  # fmt: skip
        for reduction in ("mean", "sum"):
            assert case.call(*given, reduction=reduction, **settings) == 0
            if case.loss.trainable:
                slope = case.slope(*given, reduction=reduction, **settings)
                assert slope.shape == given[0].shape
                assert (slope == 0).all()


def the_mean_is_the_weighted_mean(case: Case) -> None:
    arrays = case.draw(4)
    weight = np.random.default_rng(4).uniform(0.0, 2.0, case.entry_shape(arrays))
    entries = case.call(*arrays, reduction="none")
    weighted = case.call(*arrays, weight=weight, reduction="none")
    assert_close(weighted, entries * weight, 20, "one product")
    assert_close(case.call(*arrays, weight=weight, reduction="sum"), weighted.sum(), 100, WHY)
    parts = case.loss.finished(case.loss.summed(case.on(*arrays), case.on(weight)[0], None))
    assert_close(case.number(parts), case.call(*arrays, weight=weight), 0, "one path")
    if case.loss.share(case.backend.xp, *case.on(*arrays)) is None:
        expected = weighted.sum() / weight.sum()
        assert_close(case.call(*arrays, weight=weight), expected, 100, WHY)
        ones = np.ones_like(weight)
        assert_close(case.call(*arrays, weight=ones), case.call(*arrays), 50, WHY)


def a_batch_twice_is_the_same_mean(case: Case) -> None:
    arrays = case.draw(5)
    twice = tuple(np.concatenate([each, each]) for each in arrays)
    assert_close(case.call(*twice), case.call(*arrays), 100, WHY)
    if case.loss.averaged:
        total = case.call(*arrays, reduction="sum")
        assert_close(case.call(*twice, reduction="sum"), 2 * total, 100, WHY)


def order_does_not_matter(case: Case) -> None:
    arrays = case.draw(6)
    order = np.random.default_rng(6).permutation(len(arrays[0]))
    turned = tuple(each[order] for each in arrays)
    assert_close(case.call(*turned), case.call(*arrays), 100, WHY)
    entries = case.call(*arrays, reduction="none")
    if entries.shape[:1] == order.shape and case.loss.averaged:
        assert_close(case.call(*turned, reduction="none"), entries[order], 100, WHY)


def inputs_are_left_as_they_were(case: Case) -> None:
    arrays = case.draw(7)
    given = case.on(*arrays)
    before = [case.number(each).copy() for each in given]
    weight = case.on(np.ones(case.entry_shape(arrays)))[0]
    case.loss(*given, weight=weight)
    for array, was in zip(given, before, strict=True):
        np.testing.assert_array_equal(case.number(array), was)


def _always(loss: Any) -> bool:
    return True


def _averaged(loss: Any) -> bool:
    return not isinstance(loss, RatioOfSums)


COUNTING = (
    Law("a zero weight removes an entry", a_zero_weight_removes_an_entry, _always, ALL),
    Law("what is masked is not felt", what_is_masked_is_not_felt, _always, ALL),
    Law("nothing valid gives zero", nothing_valid_gives_zero, _always, ALL),
    Law("the mean is the weighted mean", the_mean_is_the_weighted_mean, _averaged, ALL),
    Law(
        "a batch twice is the same mean",
        a_batch_twice_is_the_same_mean,
        lambda loss: not isinstance(loss, Pairwise) and not getattr(loss, "smooth", 0.0),
        ALL,
    ),
    Law("permuted rows have the same loss", order_does_not_matter, _always, ALL),
    Law("inputs are left as they were", inputs_are_left_as_they_were, _always, ("float64",)),
)
