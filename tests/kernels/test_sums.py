"""Losses of a few sums: kernels give what the definitions give, and take labels as they are."""

from typing import Any

import numpy as np
import pytest

import lossary
from lossary.core import catalogue
from lossary.core.parameter import parameter
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.domains import logit
from lossary.kernels import sumwise
from tests.kernels.summed import OVERLAPS, SLOPES, Case, agree, agree_on_numpy, drawn, taken


@pytest.mark.parametrize("labels", [True, False], ids=["labels", "memberships"])
@pytest.mark.parametrize("extras", ["", "w", "m", "wm"])
@pytest.mark.parametrize("loss", OVERLAPS, ids=repr)
def test_kernels_of_sums_give_what_the_definitions_give(
    loss: Any, extras: str, labels: bool
) -> None:
    agree(loss.replace(), drawn((3, 9, 11), labels=labels, extras=extras))


@pytest.mark.parametrize("extras", ["", "w", "m"])
def test_the_root_of_a_mean_takes_kernels_too(extras: str) -> None:
    case = drawn((40, 30), 1, labels=False, extras=extras)
    flat = tuple(each[..., 0] for each in case.arrays)
    agree(lossary.RootMeanSquaredError(), Case(flat, case.extras))


@pytest.mark.parametrize("length", [1, 2, 7, 15, 16, 17, 31, 63, 64, 65, 70])
def test_every_length_is_summed_to_its_end(length: int) -> None:
    for k in (1, 3):
        agree(lossary.Dice(smooth=0.1), drawn((length,), k, extras="m"))
        agree(lossary.Dice(smooth=0.1, pool="image"), drawn((2, length), k, labels=False))


def test_many_entries_pass_from_block_to_block_and_thread_to_thread() -> None:
    for labels in (True, False):
        agree(lossary.Dice(), drawn((3, 70_001), labels=labels, extras="w"))
        agree(lossary.Dice(pool="image"), drawn((2, 70_001), 3, labels=labels))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "int64"])
def test_labels_of_any_width_are_labels(dtype: str) -> None:
    case = drawn((5, 40))
    agree(lossary.Dice(), Case((case.arrays[0], case.arrays[1].astype(dtype)), {}))


def test_a_byte_cannot_name_the_three_hundredth_class() -> None:
    case = drawn((50,), 300)
    agree(lossary.Dice(), Case((case.arrays[0], (case.arrays[1] % 256).astype("uint8")), {}))


@pytest.mark.parametrize("wrong", [-1, 4, 255])
def test_a_label_of_no_class_gives_nan_as_the_definition_does(wrong: int) -> None:
    for dtype in (np.int32, np.int64):
        case = drawn((6, 20))
        case.arrays[1][3, 3] = wrong
        loss = lossary.Dice(pool="image")
        given = Case((case.arrays[0], case.arrays[1].astype(dtype)), {})
        assert np.isnan(loss(*given.arrays))
        assert np.isnan(loss(*given.arrays, reduction="none")).any(axis=1).sum() == 1
        agree(loss, given)


def test_what_is_masked_is_not_felt_be_it_nan_or_no_label() -> None:
    loss, case = lossary.Dice(), drawn((4, 50), extras="m")
    prediction, target = case.arrays
    expected = loss(prediction, target, **case.extras)
    prediction, target = prediction.copy(), target.copy()
    prediction[~case.extras["mask"]], target[~case.extras["mask"]] = np.nan, 99
    assert loss(prediction, target, **case.extras) == expected
    assert np.isfinite(loss.gradient(prediction, target, **case.extras)).all()


def test_where_nothing_counts_the_loss_is_zero_and_so_is_every_slope() -> None:
    for loss in (lossary.Dice(), lossary.Dice(smooth=1.0, pool="image"), lossary.Tversky()):
        case = drawn((3, 8))
        mask = np.zeros((3, 8), bool)
        agree(loss, Case(case.arrays, {"mask": mask}))
        assert loss(*case.arrays, mask=mask) == 0
        mask[1] = True  # one image is left
        agree(loss, Case(case.arrays, {"mask": mask}))


@pytest.mark.parametrize("shape", [(0,), (0, 5), (3, 0)])
def test_an_empty_batch_is_zero_with_a_slope_of_its_shape(shape: tuple[int, ...]) -> None:
    for loss in (lossary.Dice(), lossary.Dice(pool="image")):
        agree(loss, drawn(shape))
        agree(loss, drawn(shape, labels=False))


def test_arrays_of_any_order_and_step_are_read() -> None:
    case = drawn((6, 8, 10), extras="wm")
    prediction, target = case.arrays
    turned = tuple(np.asfortranarray(each) for each in (prediction, target))
    agree(lossary.Dice(), Case(turned, case.extras))
    cut = {name: each[::2, ::-1] for name, each in case.extras.items()}
    agree_on_numpy(lossary.Dice(), Case((prediction[::2, ::-1], target[::2, ::-1]), cut))
    agree_on_numpy(lossary.Dice(), Case((prediction[..., ::-1], target), case.extras))
    wide = np.broadcast_to(prediction[:1], prediction.shape)
    agree_on_numpy(lossary.Dice(pool="image"), Case((wide, target), {}))
    swapped = prediction.astype(">f4"), target.astype(">i8")
    agree_on_numpy(lossary.Dice(), Case(swapped, {}))


def test_what_may_only_be_read_is_only_read() -> None:
    case = drawn((4, 30), extras="w")
    for each in (*case.arrays, *case.extras.values()):
        each.flags.writeable = False
    agree_on_numpy(lossary.Dice(), case)


def test_sums_and_links_of_losses_take_the_kernels_of_their_terms() -> None:
    case = drawn((4, 30), 1, labels=False)
    scores, target = case.arrays[0] * 6 - 3, np.round(case.arrays[1])
    term = lossary.Dice(smooth=0.3)
    both = 0.5 * term.reading(logit) + 0.5 * lossary.RootMeanSquaredError()
    agree_on_numpy(term.reading(logit).loss, case)
    found = both.gradient(scores, target, reduction="mean")
    assert {"pooled", "pooled:slopes"} <= taken(term)
    with lossary.use_kernels(False):
        np.testing.assert_allclose(found, both.gradient(scores, target, reduction="mean"), **SLOPES)


@lossary.define
class Agreement(RatioOfSums):
    """A loss of one's own: one minus a cosine, class by class."""

    shapes = ("... k, ... -> k", "... k, ... k -> k")
    target = (lossary.domains.labels, lossary.domains.real)
    sums = ("both", "predicted", "true")
    power: float = parameter(1.5, lossary.domains.positive)
    """To which power what is predicted is taken."""

    def contributions(self, xp: Any, prediction: Any, target: Any) -> Any:
        true = target if target.ndim == prediction.ndim else xp.one_hot(target, prediction)
        strong = prediction**self.power
        return strong * true, strong * strong, true * true

    def finish(self, xp: Any, *sums: Any) -> Any:
        both, predicted, true = sums
        return 1 - both / xp.sqrt(predicted * true + 1e-3)


@lossary.define
class Rivalry(RatioOfSums):
    """A loss of one's own in which the classes of an entry see each other."""

    shapes = "... k, ... k -> k"
    sums = ("shares", "true")

    def contributions(self, xp: Any, prediction: Any, target: Any) -> Any:
        return prediction / xp.sum(prediction, axis=-1)[..., None] * target, target

    def finish(self, xp: Any, *sums: Any) -> Any:
        return 1 - sums[0] / (sums[1] + 1)


for _name in ("Agreement", "Rivalry"):  # not for the tests of the whole catalogue
    catalogue._SHELVES["loss"].pop(_name)


def test_a_loss_of_ones_own_gets_kernels_too() -> None:
    for labels in (True, False):
        agree(Agreement(power=2.5), drawn((4, 25), labels=labels, extras="wm"))
        assert sumwise.outputs(Agreement(), ("slopes",), 1 - labels) is not None


def test_classes_that_see_each_other_are_left_to_the_definition() -> None:
    loss, case = Rivalry(), drawn((4, 25), labels=False)
    found = loss(*case.arrays)
    assert not taken(loss)
    with lossary.use_kernels(False):
        assert loss(*case.arrays) == found
