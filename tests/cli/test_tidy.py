"""A formula tidied for reading is still the formula."""

import numpy as np
import pytest

from lossary.backends import backend_named
from lossary.cli.plain import branches, plain
from lossary.cli.tidy import tidied
from lossary.core.catalogue import all_of
from lossary.core.derived import Derived
from lossary.expressions import Symbolic, compiled, parameter, symbol
from lossary.testing import instances
from lossary.testing.sampling import draw

xp = Symbolic()
p, t, delta = symbol("prediction"), symbol("target"), parameter("delta")
row = symbol("row", ndim=1)
TRACED = [
    pytest.param(loss, place, id=f"{loss!r}-{place}")
    for cls in all_of(Derived)
    for loss in instances(cls)
    for place in range(len(loss.sentences))
]


def _computed(node, loss, place, arrays):
    trace, target = loss.traced(place), arrays[-1]
    *rows, length = arrays[0].shape
    symbols = {"s": np.where(target == 0, -1.0, target), "K": np.full(rows, float(length))}
    parameters = {name: getattr(loss, name) for name in trace.parameters}
    known = dict(zip(trace.arrays, arrays, strict=True)) | parameters | symbols
    with np.errstate(all="ignore"):  # 0 · inf, which the guards left out keep away
        return compiled((node,), tuple(known))(backend_named("numpy").xp, *known.values())[0]


@pytest.mark.parametrize(("loss", "place"), TRACED)
def test_a_tidied_formula_has_the_value_of_the_graph(loss, place):
    prediction, *others = draw(loss, place=place, sizes={"...": (300,)})
    first = np.moveaxis(prediction, -1, 0) if getattr(loss, "components", ()) else (prediction,)
    trace, arrays, compared = loss.traced(place), (*first, *others), 0
    for node in (trace.value, *trace.slopes, *trace.curvatures):
        wanted = _computed(node, loss, place, arrays)
        found = _computed(tidied(node), loss, place, arrays) + np.zeros_like(wanted)
        plainly = np.isfinite(found)
        compared += plainly.sum()
        # Sums are taken in another order: a few units in the last place of their largest term.
        np.testing.assert_allclose(found[plainly], (wanted + 0 * found)[plainly], 1e-9, 1e-12)
    assert compared > 250


READINGS = {
    "like factors come together": ((p - t) * (p - t) / 2 + 0 * p, "(p − t)²/2"),
    "what is added twice is doubled": ((p - t) + (p - t), "2·(p − t)"),
    "a factor above and below the line falls away": (p * t / p, "t"),
    "|x| times the sign of x is x": (xp.abs(p) * xp.sign(p), "p"),
    "but its cube is not x": (xp.abs(p) ** 3 * xp.sign(p), "|p|³·sign(p)"),
    "a root of a square stays": ((p * p) ** 0.5, "(p²)^0.5"),
    "a share times a guarded logarithm needs no guard": (
        t * xp.log(xp.where(t == 0, 1.0, p)),
        "t·log(p)",
    ),
    "a guard of a product needs no branch": (xp.where(t == 0, 0.0, t * p), "t·p"),
    "log1p is read as a logarithm": (xp.log1p(-p), "log(1 − p)"),
    "a difference begins with what is positive": (-p + t, "t − p"),
    "brackets stand where they must": ((p + t) * (p - t) / (p * t), "(p + t)·(p − t)/(p·t)"),
    "what is taken away as a whole stays in brackets": (t - (p + delta), "t − (p + δ)"),
    "a label is one of the classes": (xp.sum(xp.one_hot(t, row) * p), "p"),
    "a row is summed term by term": (xp.sum(2 * row + 1), "2·Σ(row) + K"),
    "a softmax is read as one": (xp.exp(xp.log_softmax(row)) - row, "softmax(row) − row"),
    "terms of a longer sum cancel": ((p + 1 - t) - (p - delta), "1 − t + δ"),
    "functions have their usual names": (xp.sigmoid(p) + xp.clip(t, min=0.0), "σ(p) + max(t, 0)"),
}


@pytest.mark.parametrize(("node", "text"), READINGS.values(), ids=READINGS.keys())
def test_a_formula_reads(node, text):
    assert plain(tidied(node)) == text


KEPT = {
    "a branch with a value of its own": (
        xp.where(t == 0, 0.0, 1 + p),
        [("0", "t = 0"), ("1 + p", "otherwise")],
    ),
    "a branch that nothing outweighs": (
        xp.log(xp.where(t == 0, 1.0, p)),
        [("0", "t = 0"), ("log(p)", "otherwise")],
    ),
    "zero where the formula has a value": (
        xp.where(p == 0, 0.0, xp.exp(p)),
        [("0", "p = 0"), ("exp(p)", "otherwise")],
    ),
    "a minimum that its condition decides": (
        xp.where(xp.abs(p) > delta, 0.0, p) + xp.clip(xp.abs(p), max=delta),
        [("δ", "|p| > δ"), ("p + |p|", "otherwise")],
    ),
    "two conditions, the second within the first": (
        xp.where(p > 0, xp.where(t > 0, p, t), 1.0),
        [("p", "p > 0 and t > 0"), ("t", "p > 0"), ("1", "otherwise")],
    ),
}


@pytest.mark.parametrize(("node", "cases"), KEPT.values(), ids=KEPT.keys())
def test_a_branch_that_matters_is_kept(node, cases):
    assert branches(tidied(node)) == cases


def test_a_formula_of_very_many_branches_can_still_be_written():
    node = p
    for place in range(8):
        node = node + xp.where(p > place, node, t)
    assert "if p > 7, else" in plain(tidied(node))


def test_shared_work_is_tidied_once():
    node = p
    for _ in range(60):  # 2^60 paths lead to the leaf
        node = xp.tanh(node) + xp.exp(node)
    assert tidied(node).op == "add"
