"""Promises about single words: their accuracy, the losses of users, and what is not served."""

import numpy as np
import pytest
import torch

import lossary
from lossary.backends import backend_named
from lossary.core.catalogue import define
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.core.rowwise import Classwise, Rowwise
from lossary.domains import positive
from lossary.kernels import triton as kernels
from lossary.testing.case import Case
from tests.kernels.triton.calls import DEVICE, drawn, tensor
from tests.kernels.triton.promises import _held, _wants

SPREAD = np.concatenate([-np.logspace(2, -30, 3000), [0.0], np.logspace(-30, 2, 3000)])
GPU = 6 * (DEVICE == "cuda")  # an exponential that is off by 2 and a logarithm by 1, at worst


class _Word(Elementwise):
    """A formula of one word, to see how it is rounded."""

    target = positive


def _word(name, formula):
    body = {"value": formula, "__module__": __name__, "__doc__": name, "__annotations__": {}}
    return define(type(f"Word{name.title()}", (_Word,), body))()


WORDS = {
    "exp": (lambda self, xp, p, target: xp.exp(p) * target, 1.5),
    "expm1": (lambda self, xp, p, target: xp.expm1(p) * target, 2.5),
    "log1p": (lambda self, xp, p, target: xp.log1p(xp.abs(p)) * target, 2),
    "sigmoid": (lambda self, xp, p, target: xp.sigmoid(p) * target, 1.5),
    "softplus": (lambda self, xp, p, target: xp.softplus(p) * target, 2),
    "tanh": (lambda self, xp, p, target: xp.tanh(p) * target, 3),
    "logaddexp": (lambda self, xp, p, target: xp.logaddexp(p, target), 1),
    "power": (lambda self, xp, p, target: (1 + xp.abs(p)) ** target, 3),
    "cube": (lambda self, xp, p, target: p**3.0 * target, 1),
}


def _roundings(name, precision):
    loss = _word(name, WORDS[name][0])
    p = tensor(SPREAD, precision)
    t = torch.ones_like(p)
    found = kernels.entries(loss, 0, {"value"}, (p, t), None, None)["value"].cpu().numpy()
    with np.errstate(all="ignore"):
        wide = [each.cpu().numpy().astype(np.longdouble) for each in (p, t)]
        right = loss.value(_Namespace, *wide)
        normal = abs(right) > np.finfo(found.dtype).smallest_normal
        normal &= abs(right) < np.finfo(found.dtype).max
    assert normal.sum() > 2000
    apart = abs(found[normal] / right[normal] - 1)
    return float(apart.max() / np.finfo(found.dtype).eps)


class _Namespace:
    """The words in more than double precision, written for a reader and not for speed."""

    exp, expm1, log1p, tanh, abs = np.exp, np.expm1, np.log1p, np.tanh, np.abs
    logaddexp = np.logaddexp

    @staticmethod
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    @staticmethod
    def softplus(x):
        return np.where(x > 0, x, 0) + np.log1p(np.exp(-abs(x)))


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("name", WORDS)
def test_a_word_is_as_accurate_as_it_says(name, precision):
    assert _roundings(name, precision) <= WORDS[name][1] + GPU


def test_a_loss_of_a_user_is_served():
    @define
    class Users(Elementwise):
        """Use words that no loss of the catalogue uses."""

        scale: float = parameter(0.7, positive)

        def value(self, xp, prediction, target):
            error = (prediction - target) / self.scale
            odd = xp.logaddexp(error, -error) + xp.expm1(-xp.abs(error)) ** 2.0
            near = (xp.abs(error) < 1) & ~(error == 0)
            most = xp.maximum(xp.minimum(error, target), prediction)
            either = xp.where(near, 0.1, 0.3)  # numbers alone keep the digits of double precision
            return xp.where(near, odd, xp.tanh(error) * xp.sigmoid(target)) + most**3.0 * either

    for precision in ("float64", "float32"):
        case = Case(Users(scale=0.3), backend_named("torch"), precision)
        _held(drawn(case, **{"...": (50,)}), kernels.entries, _wants(case.loss))


def test_a_loss_of_rows_of_a_user_is_served():
    @define
    class Rows(Rowwise):
        """Stand sums upon sums, and mix numbers of rows with rows."""

        shapes = "... k, ... k -> ..."

        def value(self, xp, prediction, target):
            middle = xp.mean(prediction, axis=-1)
            apart = prediction - middle[..., None]
            spread = xp.sum(apart * apart, axis=-1)
            far = xp.sum(xp.softplus(apart * target) / (1 + spread)[..., None], axis=-1)
            return far + xp.logsumexp(prediction * target, axis=-1) * middle

    for precision in ("float64", "float32"):
        case = Case(Rows(), backend_named("torch"), precision)
        _held(drawn(case), kernels.rows, _wants(case.loss))


def test_what_cannot_be_served_is_known_beforehand():
    assert not kernels.served(lossary.InfoNCE(), 0)
    assert not kernels.served(lossary.SquaredError() + lossary.Huber(), 0)
    assert kernels.served(lossary.CrossEntropy(class_weight=(1, 2)), 1)


def _values(formula, *columns, which="value"):
    loss = _word(formula.__name__, formula)
    arrays = tuple(tensor(np.asarray(each), "float32") for each in columns)
    return kernels.entries(loss, 0, {which}, arrays, None, None)[which].cpu().numpy()


def test_minimum_and_maximum_keep_nan_and_give_ties_to_the_first():
    def larger(self, xp, p, target):
        return xp.maximum(p, target)

    def smaller(self, xp, p, target):
        return xp.minimum(p, target)

    p, t = [1.0, 2.0, 2.0, np.nan, 1.0], [2.0, 1.0, 2.0, 1.0, np.nan]
    np.testing.assert_array_equal(_values(larger, p, t), [2, 2, 2, np.nan, np.nan])
    np.testing.assert_array_equal(_values(smaller, p, t), [1, 1, 2, np.nan, np.nan])
    np.testing.assert_array_equal(_values(larger, p, t, which="slopes")[:3], [0, 1, 1])
    np.testing.assert_array_equal(_values(smaller, p, t, which="slopes")[:3], [1, 0, 1])


def test_comparisons_know_ties_and_nan():
    def compared(self, xp, p, target):
        def yes(condition):
            return xp.where(condition, 1.0, 0.0)

        low, high = yes(p < target) + 2 * yes(p <= target), 4 * yes(p > target)
        either = 32 * yes((p == target) | xp.isnan(p)) + 64 * yes(~(p > 1) & (target > 1))
        return low + high + 8 * yes(p >= target) + 16 * yes(p != target) + either

    p, t = [1.0, 2.0, 3.0, np.nan], [2.0, 2.0, 2.0, 2.0]
    np.testing.assert_array_equal(_values(compared, p, t), [83, 42, 28, 112])


def test_the_sign_of_zero_is_zero_and_of_nan_is_nan():
    p = tensor(np.asarray([1.0, 0.0, -0.0, -3.0, np.nan]), "float32")
    found = kernels.entries(
        lossary.AbsoluteError(), 0, {"slopes"}, (p, torch.zeros_like(p)), None, None
    )
    np.testing.assert_array_equal(found["slopes"].cpu(), [1, 0, 0, -1, np.nan])


def test_a_row_with_a_single_one_sums_to_one_and_to_nan_without():
    @define
    class Known(Classwise):
        """Count the classes that a label names."""

        def value(self, xp, prediction, target):
            return xp.sum(xp.one_hot(target, prediction), axis=-1)

    p, t = torch.zeros(3, 4, device=DEVICE), torch.tensor([0, 3, 4], device=DEVICE)
    found = kernels.rows(Known(), 0, {"value"}, (p, t), None, None)["value"]
    np.testing.assert_array_equal(found.cpu(), [1, 1, np.nan])
