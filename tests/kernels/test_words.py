"""Every word of a formula, and any name, comes out of C as it comes out of NumPy."""

from typing import Any

import numpy as np
import pytest

import lossary
from lossary import Elementwise, parameter
from lossary.domains import positive
from lossary.kernels.entrywise import written_block
from lossary.kernels.shelf import shelf

FORMULAS = {
    "arithmetic": lambda xp, p, t: (p - t) * 3 + p / (1 + t * t) - (-p) ** 2,
    "comparisons": lambda xp, p, t: (
        xp.where(p < t, 1.0, 0.0) + xp.where(p <= t, 2.0, 0.0) + xp.where(p > t, 4.0, 0.0)
        + xp.where(p >= t, 8.0, 0.0) + xp.where(p == t, 16.0, 0.0) + xp.where(p != t, 32.0, 0.0)
    ),
    "logic": lambda xp, p, t: xp.where(
        xp.logical_or(p > 0, xp.logical_and(t > 0, xp.logical_not(xp.isnan(p)))), p, t
    ),
    "signs": lambda xp, p, t: xp.abs(p) * xp.sign(t) + xp.clip(p, min=-0.5, max=0.5),
    "exponentials": lambda xp, p, t: xp.exp(p) + xp.expm1(t) + xp.tanh(p) + xp.sigmoid(t),
    "logarithms": lambda xp, p, t: xp.log(xp.abs(p)) + xp.log1p(t * t) + xp.sqrt(xp.abs(t)),
    "soft": lambda xp, p, t: xp.softplus(p) + xp.logaddexp(p, t) + xp.maximum(p, t),
    "powers": lambda xp, p, t: xp.abs(p) ** 1.5 + xp.minimum(p, t),
    "chains": lambda xp, p, t: xp.exp(-2 * xp.softplus(p)) + xp.log1p(xp.exp(-xp.abs(t))),
}  # fmt: skip


def _loss(name: str, formula: Any, parameters: dict[str, Any] | None = None) -> Any:
    body: dict[str, Any] = {"__doc__": "A word of a formula.", "__module__": __name__}
    body |= {"value": formula, "__annotations__": dict.fromkeys(parameters or {}, float)}
    return lossary.define(type(name, (Elementwise,), body | (parameters or {})))


def _agree(loss: Any, close: float = 1e-12) -> None:
    rng = np.random.default_rng(0)
    p, t = np.round(rng.normal(size=(2, 2000)), 1)  # rounded, so that some are equal
    for ask in (loss, loss.gradient):
        found = ask(p, t, reduction="none") if ask is loss else ask(p, t)
        with lossary.use_kernels(False), np.errstate(all="ignore"):
            expected = ask(p, t, reduction="none") if ask is loss else ask(p, t)
        np.testing.assert_allclose(found, expected, rtol=close, atol=close)
    assert all(shelf(loss).values()), "no kernel was taken"


@pytest.mark.parametrize("name", FORMULAS)
def test_every_word_means_in_c_what_it_means_in_numpy(name: str) -> None:
    formula = FORMULAS[name]
    _agree(
        _loss(f"Word{name}", lambda self, xp, prediction, target: formula(xp, prediction, target))()
    )


@pytest.mark.parametrize("name", ["double", "n", "i", "s0", "v1", "at_x", "kept_0", "R", "BLOCK"])
def test_a_parameter_may_have_any_name(name: str) -> None:
    cls = _loss(
        f"Named{name}",
        lambda self, xp, prediction, target: getattr(self, name) * (prediction - target) ** 2,
        {name: parameter(1.0, positive)},
    )
    _agree(cls(**{name: 2.5}))


def test_components_may_have_any_name() -> None:
    def value(self: Any, xp: Any, prediction: Any, target: Any) -> Any:
        one, other = prediction
        return (one - target) ** 2 + xp.exp(other)

    for names in (("short", "out"), ("R", "BLOCK"), ("at_out", "out"), ("LOOP", "real")):
        cls = _loss("Components" + "".join(names), value)
        cls.components, cls.shapes = names, "... 2, ... -> ..."
        cls.settle()
        p, t = np.random.default_rng(0).normal(size=(40, 2)), np.zeros(40)
        found = cls().gradient(p, t)
        assert shelf(cls()) is not None
        with lossary.use_kernels(False):
            np.testing.assert_allclose(found, cls().gradient(p, t), rtol=1e-12)


def test_what_depends_on_parameters_alone_is_computed_before_the_loop() -> None:
    cls = _loss(
        "Before",
        lambda self, xp, prediction, target: (prediction - target) ** 2 * self.scale**1.5,
        {"scale": parameter(2.0, positive)},
    )
    made = written_block(cls(), ("value",))
    assert made is not None
    assert len(made.settings) == 1
    assert "r_pow" not in made.source
    _agree(cls(scale=3.0))


def test_functions_that_wait_for_one_another_have_loops_of_their_own() -> None:
    made = written_block(lossary.SigmoidFocal(), ("value",))
    assert made is not None
    # The exponential, its logarithm, and what is made of them.
    assert made.source.count("LOOP") == 3
    assert made.source.count("r_decay") == 1
