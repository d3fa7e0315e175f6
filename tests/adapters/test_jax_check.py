"""JAX: `check` finds in compiled programs what `loss.check` finds outside, in the same words."""

import jax
import numpy as np
import pytest
from jax import numpy as jnp
from jax.experimental import checkify

import lossary
from lossary.adapters.jax import check
from lossary.errors import DomainError, ShapeError

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(6, 3))
SOFT = np.exp(ROWS) / np.exp(ROWS).sum(-1, keepdims=True)
LABELS = np.asarray([0, 1, 2, 0, 1, 2])
HALF = np.full(6, 0.5)
MASK = np.asarray([True, True, False, True, True, False])
BAD = np.where(MASK, 1, -100)

WRONG = {
    "a softmax before it": (lossary.CrossEntropy(), (SOFT, LABELS), {}),
    "a softmax before some": (lossary.CrossEntropy(), (SOFT, LABELS), {"mask": MASK}),
    "labels from one": (lossary.CrossEntropy(), (ROWS, LABELS + 1), {}),
    "labels of -100": (lossary.CrossEntropy(), (ROWS, BAD), {}),
    "shares that do not sum to one": (lossary.CrossEntropy(), (ROWS, SOFT * HALF[:, None]), {}),
    "shares of which some count": (lossary.CrossEntropy(), (ROWS, SOFT / 2), {"mask": MASK}),
    "probabilities for logarithms": (lossary.NegativeLogLikelihood(), (-SOFT, LABELS), {}),
    "255 for yes": (lossary.BinaryCrossEntropy(), (ROWS, 255.0 * (ROWS > 1)), {}),
    "logits for probabilities": (lossary.LogLoss(), (ROWS, SOFT), {}),
    "halves for sides": (lossary.Hinge(), (HALF, HALF), {}),  # a domain written with braces
    "counts below zero": (lossary.PoissonNLL(), (HALF, -HALF), {}),
    "not a number": (lossary.Huber(), (HALF * np.nan, HALF), {}),
    "one number": (lossary.LogLoss(), (np.asarray(2.0), np.asarray(1.0)), {}),
    "negative weights": (lossary.Huber(), (HALF, HALF), {"weight": LABELS - 1.0, "mask": MASK}),
    "a term of a sum": (0.5 * lossary.Dice() + lossary.CrossEntropy(), (ROWS, LABELS - 1), {}),
    "what a link reads": (lossary.Dice().reading(lossary.domains.scores), (ROWS, LABELS * 2), {}),
}
RIGHT = {
    "scores": (lossary.CrossEntropy(), (ROWS, LABELS), {}),
    "shares": (lossary.CrossEntropy(), (ROWS, SOFT), {}),
    "shares, some": (lossary.CrossEntropy(), (ROWS, SOFT), {"mask": MASK}),
    "logarithms": (lossary.NegativeLogLikelihood(), (np.log(SOFT), LABELS), {}),
    "a mask": (lossary.CrossEntropy(), (ROWS, BAD), {"mask": MASK}),
    "a weight": (lossary.CrossEntropy(), (ROWS, BAD), {"weight": MASK * 1.0}),
    "a softmax that does not count": (
        lossary.CrossEntropy(),
        (SOFT, LABELS),
        {"mask": MASK & False},
    ),
    "rows": (lossary.InfoNCE(), (ROWS, ROWS), {}),
    "nothing at all": (lossary.LogLoss(), (np.zeros(0), np.zeros(0)), {}),
}


def told(judged, *given):
    """Run a checked function compiled, and return what its error says, or None."""
    error, _ = jax.jit(checkify.checkify(judged))(*jax.tree.map(jnp.asarray, given))
    text = error.get()
    return text and text.removesuffix(" (`check` failed)")


def judged(loss):
    def judge(arrays, extras):
        check(loss, *arrays, **extras)
        return loss(*arrays, **extras)

    return judge


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_value_is_told_in_the_words_of_the_check_outside(case):
    loss, arrays, extras = WRONG[case]
    with pytest.raises(DomainError) as outside:
        loss.check(*map(jnp.asarray, arrays), **jax.tree.map(jnp.asarray, extras))
    found = told(judged(loss), arrays, extras)
    if case in ("shares that do not sum to one", "shares of which some count"):
        # The sum of a row is written with other digits: a compiled program cannot round text.
        cut = str(outside.value).index("the first to")
        assert found[:cut] == str(outside.value)[:cut]
        assert found[cut:].startswith("the first to 0.5")
    elif case == "probabilities for logarithms":
        assert found.partition("first to")[0] == str(outside.value).partition("first to")[0]
    else:
        assert found == str(outside.value)


@pytest.mark.parametrize("case", RIGHT)
def test_right_values_are_passed_in_silence(case):
    loss, arrays, extras = RIGHT[case]
    assert told(judged(loss), arrays, extras) is None


def test_a_check_changes_neither_value_nor_gradient():
    loss = lossary.CrossEntropy()
    slope = jax.value_and_grad(lambda p: judged(loss)((p, jnp.asarray(LABELS)), {}))
    error, found = jax.jit(checkify.checkify(slope))(jnp.asarray(ROWS))
    wanted = jax.value_and_grad(loss)(jnp.asarray(ROWS), jnp.asarray(LABELS))
    assert error.get() is None
    for mine, theirs in zip(found, wanted, strict=True):
        np.testing.assert_allclose(mine, theirs, 1e-14)


def one(scores, label):
    check(lossary.CrossEntropy(), scores, label)
    return lossary.CrossEntropy()(scores, label)


def scanned(scores, labels):
    return jax.lax.scan(lambda total, row: (total + one(*row), None), 0.0, (scores, labels))[0]


@pytest.mark.parametrize("program", [jax.vmap(one), jax.vmap(jax.grad(one)), scanned])
def test_a_label_out_of_range_is_found_under_vmap_grad_and_scan(program):
    assert "target[] = 3" in told(program, ROWS, LABELS + 1)
    assert told(program, ROWS, LABELS) is None


def test_a_loop_is_made_safe_before_it_is_differentiated():
    def safe(scores, labels):
        error, value = checkify.checkify(scanned)(scores, labels)
        return value, error

    (_, error), slope = jax.jit(jax.value_and_grad(safe, has_aux=True))(ROWS, LABELS + 1)
    assert "target[] = 3" in error.get()
    assert slope.shape == ROWS.shape


@pytest.mark.xfail(raises=TypeError, reason="JAX drops the checks of a scan it differentiates")
def test_a_loop_is_made_safe_after_it_is_differentiated():
    assert "target[] = 3" in told(jax.grad(scanned), ROWS, LABELS + 1)


def test_a_check_that_nobody_carries_out_is_an_error_and_not_silence():
    with pytest.raises(ValueError, match=r"checkify\.checkify"):
        jax.jit(judged(lossary.Huber()))((jnp.ones(2), jnp.ones(2)), {})
    with pytest.raises(checkify.JaxRuntimeError, match="prediction must lie in"):
        judged(lossary.Huber())((jnp.full(2, jnp.nan), jnp.ones(2)), {})


def test_shapes_are_refused_while_the_program_is_traced():
    with pytest.raises(ShapeError, match="would fit"):
        jax.jit(checkify.checkify(judged(lossary.Huber())))((jnp.ones(2), jnp.ones((2, 1))), {})
