"""Wrappers walk beside PyTorch's and optax's, and average as they do."""

import jax
import numpy as np
import optax
import pytest
import torch

from lossary.optimizers import (
    SGD,
    Adam,
    AdaptiveClip,
    ClipByGlobalNorm,
    ClipByValue,
    DecoupledWeightDecay,
    ExponentialMovingAverage,
    L2Penalty,
    Lookahead,
    Momentum,
    SharpnessAware,
    SkipNonfinite,
    StochasticWeightAveraging,
)
from tests.optimizers import problem
from tests.optimizers.walking import STEPS, apart, flat, walk

CLOSE = 1e-9
HEAVY = Momentum(learning_rate=0.02, momentum=0.7)
ADAM = Adam(learning_rate=0.05, epsilon=1e-3)
ADAM_OF_OPTAX = optax.scale_by_adam(eps=1e-3)


def _chain(*parts):
    """Return a chain of optax, and how a step of it is asked for."""
    made = optax.chain(*parts)
    return made, lambda slopes, state, weights: made.update(slopes, state, weights)


def _sam():
    uphill = optax.chain(optax.contrib.normalize(), optax.sgd(0.1))
    made = optax.contrib.sam(optax.sgd(0.005, momentum=0.7), uphill, opaque_mode=True)

    def update(slopes, state, weights):
        return made.update(slopes, state, weights, grad_fn=lambda there, _: _slopes(there))

    return made, update


def _slopes(arrays):
    return problem.slopes(jax.numpy, arrays, jax.numpy.asarray)


OPTAX = [
    (ClipByValue(of=HEAVY, limit=0.4), _chain(optax.clip(0.4), optax.sgd(0.02, momentum=0.7))),
    (
        ClipByGlobalNorm(of=HEAVY, limit=1.5),
        _chain(optax.clip_by_global_norm(1.5), optax.sgd(0.02, momentum=0.7)),
    ),
    (
        AdaptiveClip(of=HEAVY, limit=0.9, epsilon=0.3),
        _chain(optax.adaptive_grad_clip(0.9, eps=0.3), optax.sgd(0.02, momentum=0.7)),
    ),
    (
        L2Penalty(of=ADAM, weight=0.2),
        _chain(optax.add_decayed_weights(0.2), ADAM_OF_OPTAX, optax.scale(-0.05)),
    ),
    (
        DecoupledWeightDecay(of=ADAM, weight_decay=0.3),
        _chain(optax.adamw(0.05, eps=1e-3, weight_decay=0.3)),
    ),
    (SharpnessAware(of=Momentum(learning_rate=0.005, momentum=0.7), radius=0.1), _sam()),
]


@pytest.mark.parametrize(("ours", "other"), OPTAX, ids=lambda each: type(each).__name__)
def test_it_walks_beside_optax(ours, other):
    made, update = other

    @jax.jit
    def step(state, weights):
        change, state = update(_slopes(weights), state, weights)
        return state, optax.apply_updates(weights, change)

    weights = [jax.numpy.asarray(each) for each in problem.listed(problem.START)]
    state, places = made.init(weights), []
    for _ in range(STEPS):
        state, weights = step(state, weights)
        places.append(flat(weights))
    assert apart(walk(ours), np.stack(places)) < CLOSE


@pytest.mark.parametrize("reset", [False, True])
def test_look_ahead_walks_beside_optax_and_judges_by_the_slow_weights(reset):
    ours = Lookahead(of=HEAVY, period=4, factor=0.6, reset=reset)
    made = optax.lookahead(optax.sgd(0.02, momentum=0.7), 4, 0.6, reset_state=reset)
    both = optax.LookaheadParams.init_synced(list(map(jax.numpy.asarray, _start())))
    kept, weights = made.init(both), problem.treed(_start())
    state = ours.init(weights)

    @jax.jit
    def step(kept, both):
        change, kept = made.update(_slopes(both.fast), kept, both)
        return kept, optax.apply_updates(both, change)

    for _ in range(30):
        kept, both = step(kept, both)
        change, state = ours.step(_own_slopes(weights), state, weights)
        weights = _moved(weights, change)
        judged = problem.listed(ours.evaluation_weights(state, weights))
        np.testing.assert_allclose(flat(problem.listed(weights)), flat(both.fast), rtol=CLOSE)
        np.testing.assert_allclose(flat(judged), flat(both.slow), rtol=CLOSE)


def _start():
    return problem.listed(problem.START)


def _own_slopes(weights):
    return problem.treed(problem.slopes(np, problem.listed(weights), np.asarray))


def _moved(weights, change):
    both = zip(problem.listed(weights), problem.listed(change), strict=True)
    return problem.treed([w + c for w, c in both])


def _of_torch(make, clip=None):
    """Walk as an optimizer of PyTorch does, its gradients clipped before."""
    tensors = [torch.tensor(each, requires_grad=True) for each in _start()]
    optimizer, places = make(tensors), []
    for _ in range(STEPS):
        plain = [each.detach().numpy() for each in tensors]
        for each, slope in zip(tensors, problem.slopes(np, plain, np.asarray), strict=True):
            each.grad = torch.tensor(slope)
        if clip is not None:
            clip(tensors)
        optimizer.step()
        places.append(flat([each.detach().numpy() for each in tensors]))
    return np.stack(places)


def test_the_two_weight_decays_are_those_of_pytorch():
    given = {"lr": 0.05, "eps": 1e-3}
    coupled = _of_torch(lambda p: torch.optim.Adam(p, **given, weight_decay=0.2))
    apart_ = _of_torch(lambda p: torch.optim.AdamW(p, **given, weight_decay=0.3))
    assert apart(walk(L2Penalty(of=ADAM, weight=0.2)), coupled) < CLOSE
    assert apart(walk(DecoupledWeightDecay(of=ADAM, weight_decay=0.3)), apart_) < CLOSE


def test_clipping_by_value_is_that_of_pytorch():
    path = _of_torch(_heavy, lambda p: torch.nn.utils.clip_grad_value_(p, 0.4))
    assert apart(walk(ClipByValue(of=HEAVY, limit=0.4)), path) < CLOSE


def test_pytorch_adds_a_millionth_to_the_norm_that_it_divides_by():
    slope = np.asarray([3.0, 4.0])
    tensor = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    tensor.grad = torch.tensor(slope)
    torch.nn.utils.clip_grad_norm_([tensor], 2.0)
    optimizer = ClipByGlobalNorm(of=SGD(learning_rate=1.0), limit=2.0)
    change, _ = optimizer.step(slope, optimizer.init(slope), slope)
    np.testing.assert_allclose(tensor.grad.numpy(), -change * 5 / (5 + 1e-6), rtol=1e-15)
    assert np.abs(tensor.grad.numpy() + change).max() > 1e-7


def _heavy(tensors):
    return torch.optim.SGD(tensors, lr=0.02, momentum=0.7)


def test_steps_are_left_out_where_optax_leaves_them_out():
    ours, made = SkipNonfinite(of=ADAM), optax.apply_if_finite(optax.adam(0.05, eps=1e-3), 10**6)
    weights = here = np.asarray([2.0, -1.0])
    state, kept = ours.init(weights), made.init(weights)
    for step in range(20):
        slope = np.asarray([1.0, np.inf if step % 5 == 1 else -2.0 * step])
        change, state = ours.step(slope, state, weights)
        theirs, kept = made.update(slope, kept, here)
        weights, here = weights + change, here + theirs
        np.testing.assert_allclose(weights, here, rtol=CLOSE)
    assert state["skipped"] == int(kept.total_notfinite) == 4


@pytest.mark.parametrize("framework", ["numpy", "jax"])
def test_running_means_are_those_of_optax_and_of_pytorch(framework):
    for debiased in (True, False):
        path, judged = _judged(
            ExponentialMovingAverage(of=SGD(learning_rate=0.03), decay=0.9, debiased=debiased),
            framework,
        )
        if debiased:
            made = optax.ema(0.9, debias=True)
            kept, expected = made.init(path[0]), []
            for place in path[1:]:
                mean, kept = made.update(place, kept)
                expected.append(mean)
        else:
            expected = _averaged(path, torch.optim.swa_utils.get_ema_multi_avg_fn(0.9))
        np.testing.assert_allclose(judged, expected, rtol=CLOSE)


def test_the_mean_of_weights_is_that_of_pytorch():
    start, period = 12, 5
    optimizer = StochasticWeightAveraging(of=SGD(learning_rate=0.03), start=start, period=period)
    path, judged = _judged(optimizer, "numpy")
    # Its own default multiplies by 1/n in single precision, whatever the weights are.
    means = _averaged(path[start::period], None, torch.optim.swa_utils.get_swa_avg_fn())
    np.testing.assert_allclose(judged[: start - 1], path[1:start], rtol=0)
    np.testing.assert_allclose(judged[start - 1], path[start], rtol=CLOSE)
    for place, mean in enumerate(means, start=1):
        after = start + place * period - 1
        found = judged[after : after + period]
        np.testing.assert_allclose(found, [mean] * len(found), rtol=CLOSE)


def _judged(optimizer, framework):
    """Return where a walk has been, from its start on, and what was judged after each step."""
    convert = np.asarray if framework == "numpy" else jax.numpy.asarray
    weights, step = convert([2.0, -1.5, 1.0]), optimizer.step
    step = step if framework == "numpy" else jax.jit(step)
    state, path, judged = optimizer.init(weights), [np.asarray(weights)], []
    for _ in range(40):
        change, state = step(weights * convert([1.0, 3.0, 10.0]), state, weights)
        weights = weights + change
        path.append(np.asarray(weights))
        judged.append(np.asarray(optimizer.evaluation_weights(state, weights)))
    return path, judged


def _averaged(path, together, one=None):
    """Return the averages of PyTorch, which takes the first weights as they are."""
    model = torch.nn.Linear(3, 1, bias=False).double()
    averaged = torch.optim.swa_utils.AveragedModel(model, avg_fn=one, multi_avg_fn=together)
    found = []
    for place in path:
        model.weight.data = torch.tensor(place)[None]
        averaged.update_parameters(model)
        found.append(averaged.module.weight.detach().numpy()[0].copy())
    return found[1:]
