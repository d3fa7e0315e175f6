"""JAX: parameters of a loss are learned beside a model's weights, and stay where they may lie."""

from math import log, pi, sqrt

import jax
import numpy as np
import optax
import pytest
import torch
from jax import numpy as jnp
from sklearn.datasets import load_diabetes

import lossary
from lossary.adapters.jax import across, learned
from lossary.adapters.torch import module
from lossary.errors import ArgumentError, DomainError, ShapeError, SuspicionWarning

RNG = np.random.default_rng(0)
P, T = RNG.normal(size=(2, 12))
HEAVY = RNG.standard_t(1.2, size=12)
WEIGHT = RNG.uniform(0.5, 2.0, size=12)


def normal(errors, scale):
    """Write the negative log-likelihood of a normal distribution by hand."""
    return np.mean((errors / scale) ** 2) / 2 + log(scale * sqrt(2 * pi))


def test_at_the_start_it_is_the_loss_and_its_normaliser():
    raw, judge = learned(lossary.Barron(alpha=2.0, scale=3.0), "scale")
    assert {name: float(each) for name, each in raw.items()} == {"scale": 0.0}
    assert float(jax.jit(judge)(raw, P, T)) == pytest.approx(normal(P - T, 3.0), rel=1e-13)
    with pytest.warns(SuspicionWarning):
        raw, judge = learned(lossary.Quantile(level=0.9), "level")
    assert float(judge(raw, P, T)) == pytest.approx(float(lossary.Quantile(level=0.9)(P, T)))


def test_the_scale_that_is_learned_is_the_deviation_of_the_errors():
    raw, judge = learned(lossary.Barron(alpha=2.0, scale=3.0), "scale")
    optimizer = optax.lbfgs()

    def step(carried, _):
        raw, state = carried
        value, slope = optax.value_and_grad_from_state(judge)(raw, P, T, state=state)
        change, state = optimizer.update(
            slope, state, raw, value=value, grad=slope, value_fn=lambda raw: judge(raw, P, T)
        )
        return (optax.apply_updates(raw, change), state), None

    start = raw, optimizer.init(raw)
    (raw, _), _ = jax.jit(lambda start: jax.lax.scan(step, start, length=30))(start)
    wanted = np.sqrt(np.mean((P - T) ** 2))
    assert judge.loss(raw).scale == pytest.approx(wanted, rel=1e-7)  # a root of double's rounding
    assert judge.loss(raw).alpha == 2.0


def test_a_loss_and_a_model_learn_together_and_outliers_turn_alpha_down():
    x, t = load_diabetes(return_X_y=True)
    x, t = jnp.asarray(x / x.std(0)), jnp.asarray((t - t.mean()) / t.std())
    spoilt = jnp.where(jnp.arange(len(t)) % 8 == 0, 30.0, t)
    raw, judge = learned(lossary.Barron(), ("alpha", "scale"))

    def fitted(t):
        def judged(everything):
            return judge(everything["loss"], x @ everything["model"], t)

        optimizer = optax.adam(0.05)

        def step(carried, _):
            everything, state = carried
            change, state = optimizer.update(jax.grad(judged)(everything), state)
            return (optax.apply_updates(everything, change), state), None

        start = {"model": jnp.zeros(x.shape[1]), "loss": raw}
        run = jax.jit(lambda start: jax.lax.scan(step, start, length=400)[0][0])
        return run((start, optimizer.init(start)))

    clean, hurt = fitted(t), fitted(spoilt)
    assert judge.loss(clean["loss"]).alpha > 1.5
    assert judge.loss(hurt["loss"]).alpha < 0.5
    least = jnp.linalg.lstsq(x, t)[0]
    assert jnp.abs(x @ hurt["model"] - x @ least).mean() < 0.2  # of the target's deviation


@pytest.mark.parametrize("kernels", [True, False])
def test_value_and_slopes_are_those_of_the_module_in_pytorch(kernels):
    loss = lossary.Barron(alpha=0.7, scale=1.3)
    theirs = module(loss, learn=("alpha", "scale"))
    with torch.no_grad():
        theirs.raw_alpha.add_(0.4)
        theirs.raw_scale.sub_(0.3)
    theirs = theirs.double()
    p = torch.tensor(P, requires_grad=True)
    value = theirs(p, torch.tensor(HEAVY), weight=torch.tensor(WEIGHT))
    value.backward()
    _, judge = learned(loss, ("alpha", "scale"))
    raw = {"alpha": jnp.asarray(0.4), "scale": jnp.asarray(-0.3)}
    with lossary.use_kernels(kernels):
        slope = jax.jit(jax.value_and_grad(judge, argnums=(0, 1)))
        found, (raws, slopes) = slope(raw, P, HEAVY, weight=WEIGHT)
    close = {"rtol": 1e-6}  # the module was made in single precision: its 0.4 is
    np.testing.assert_allclose(found, value.item(), **close)
    np.testing.assert_allclose(raws["alpha"], theirs.raw_alpha.grad[0], **close)
    np.testing.assert_allclose(raws["scale"], theirs.raw_scale.grad[0], **close)
    np.testing.assert_allclose(slopes, p.grad, **close, atol=1e-9)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_nothing_leaves_its_domain_however_far_it_is_driven(precision):
    raw, judge = learned(lossary.Barron(), ("alpha", "scale"))
    far = jnp.asarray([-jnp.inf, -1e6, -200, 200, 1e6, jnp.inf], precision)
    slope = jax.jit(jax.vmap(jax.grad(judge), (0, None, None)))
    slopes = slope(dict.fromkeys(raw, far), P.astype(precision), T.astype(precision))
    assert all(bool(jnp.isfinite(each).all()) for each in slopes.values())
    for each in far:
        loss = judge.loss(dict.fromkeys(raw, each))
        assert 0 <= loss.alpha <= 2
        assert 0 < loss.scale < np.inf


def test_many_starts_are_tried_at_once():
    _, judge = learned(lossary.Barron(), "alpha")
    starts = {"alpha": jnp.linspace(-2, 2, 5)}
    found = jax.jit(jax.vmap(judge, (0, None, None)))(starts, P, HEAVY)
    one = jax.jit(judge)
    alone = [float(one({"alpha": each}, P, HEAVY)) for each in starts["alpha"]]
    np.testing.assert_allclose(found, alone, 1e-13)
    assert len(set(alone)) == 5


@pytest.mark.parametrize("loss", [lossary.Barron(), lossary.InfoNCE(temperature=0.5)], ids=repr)
def test_what_is_learned_on_many_devices_has_the_slope_of_the_whole(loss):
    names = tuple(loss.parameters())
    raw, judge = learned(loss, names, held=False)
    p, t = RNG.normal(size=(2, 4, 3))
    p, t = (p, t) if names == ("temperature",) else (p[:, 0], t[:, 0])
    mask = np.arange(4) != 1

    def one(raw, p, t, mask):
        judged = jax.value_and_grad(
            lambda raw: across(judge.at(raw), p, t, mask=mask, axis_name="devices")
        )
        value, slope = judged(raw)
        return value, jax.lax.pmean(slope, "devices")

    rows = (each.reshape(2, 2, *each.shape[1:]) for each in (p, t, mask))
    found = jax.jit(jax.vmap(one, (None, 0, 0, 0), axis_name="devices"))(raw, *rows)
    wanted = jax.jit(jax.value_and_grad(judge))(raw, p, t, mask=mask)
    for mine, theirs in zip(*map(jax.tree.leaves, (found, wanted)), strict=True):
        np.testing.assert_allclose(mine, theirs, 1e-12, 1e-14)
    assert any(abs(float(each)) > 1e-3 for each in wanted[1].values())


def test_a_reading_learns_what_its_loss_learns():
    loss = lossary.Tversky(smooth=0.5).reading(lossary.domains.scores)
    raw, judge = learned(loss, "smooth", held=False)
    p, t = RNG.normal(size=(6, 3)), np.arange(6) % 3
    assert float(judge(raw, p, t)) == pytest.approx(float(loss(p, t)), rel=1e-12)
    assert judge.loss({"smooth": 1.0}) != loss
    assert judge.loss(raw) == loss


def test_mistakes_are_told():
    with pytest.raises(ArgumentError, match=r"no parameter 'alhpa'. Did you mean alpha"):
        learned(lossary.Barron(), "alhpa")
    with pytest.raises(ArgumentError, match="is a sum"):
        learned(lossary.Barron() + lossary.Huber(), "alpha")
    with pytest.raises(DomainError, match="on an end it would stay"):
        learned(lossary.Barron(alpha=2.0), "alpha")
    with pytest.warns(SuspicionWarning, match=r"nothing holds level(.|\n)*held=False"):
        learned(lossary.Quantile(), "level")
    raw, judge = learned(lossary.Barron(), "alpha")
    with pytest.raises(ArgumentError, match="Did you mean mean"):
        judge(raw, P, T, reduction="means")
    with pytest.raises(ShapeError, match="would fit"):
        judge(raw, P, T[:, None])
