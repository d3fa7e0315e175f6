"""Rules of whole arrays, and of all weights, walk as the libraries' own but where it is said."""

import jax
import numpy as np
import optax
import pytest
import torch

from lossary.backends import backend_named
from lossary.optimizers import LAMB, LARS, LBFGS, Adafactor, Adam, Muon, Polyak, Prodigy
from tests.optimizers import problem
from tests.optimizers.walking import STEPS, apart, flat, walk

CLOSE = 1e-6
MATRICES = (2, 4)
"""Which arrays of the problem are matrices."""
START = problem.listed(problem.START)
EUCLIDEAN, ABSOLUTE = (
    np.linalg.norm(flat(problem.slopes(np, START, np.asarray)), ord=order) for order in (2, 1)
)


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def torch_walk(*makers):
    """Walk with `make(parameters)` for the matrices, and with another for the rest, if there is."""
    xp = backend_named("torch").xp
    weights = [torch.tensor(each, requires_grad=True) for each in START]
    groups = [weights]
    if len(makers) == 2:
        groups = [
            [weights[i] for i in MATRICES],
            [each for i, each in enumerate(weights) if i not in MATRICES],
        ]
    optimizers = [make(group) for make, group in zip(makers, groups, strict=True)]
    places = []
    for _ in range(STEPS):
        with torch.no_grad():
            slopes = problem.slopes(xp, weights, torch.tensor)
        for weight, slope in zip(weights, slopes, strict=True):
            weight.grad = slope
        for each in optimizers:
            each.step(lambda: torch.tensor(0.0))
        places.append(flat([each.detach().numpy() for each in weights]))
    return np.stack(places)


def optax_walk(matrices, others=None):
    """Walk with a transformation of all arrays, or with one for matrices and one for the rest."""
    rule = matrices
    if others is not None:
        labels = ["matrix" if i in MATRICES else "other" for i in range(len(START))]
        rule = optax.multi_transform({"matrix": matrices, "other": others}, labels)
    rule = optax.with_extra_args_support(rule)
    xp = backend_named("jax").xp

    @jax.jit
    def step(weights, state):
        slopes = problem.slopes(xp, weights, jax.numpy.asarray)
        loss = problem.loss(xp, weights, jax.numpy.asarray)
        change, state = rule.update(slopes, state, weights, value=loss)
        return optax.apply_updates(weights, change), state

    weights = [jax.numpy.asarray(each) for each in START]
    state, places = rule.init(weights), []
    for _ in range(STEPS):
        weights, state = step(weights, state)
        places.append(flat([np.asarray(each) for each in weights]))
    return np.stack(places)


def optax_lbfgs(rate, history):
    """Return optax's rule, whose first step is made as short as ours."""
    return optax.chain(
        optax.scale_by_lbfgs(memory_size=history),
        optax.scale_by_schedule(
            lambda count: -rate * jax.numpy.where(count > 0, 1.0, EUCLIDEAN / ABSOLUTE)
        ),
    )


def optax_adafactor(rate, decay, epsilon):
    """Return optax.adafactor's parts; it computes the decay in single precision, and this not."""
    return optax.chain(
        optax.scale_by_factored_rms(
            min_dim_size_to_factor=1,
            decay_rate=decay,
            epsilon=epsilon,
            decay_rate_fn=lambda count, power: 1 - (count + 1.0) ** -power,
        ),
        optax.clip_by_block_rms(1.0),
        optax.scale(-rate),
        optax.scale_by_param_block_rms(),
    )


OTHER = Adam(learning_rate=0.03, epsilon=1e-8)
SAME = {
    "LARS is optax's without decay": (
        LARS(learning_rate=0.5, trust=0.02, momentum=0.7),
        lambda: optax_walk(optax.lars(0.5, 0.0, trust_coefficient=0.02, momentum=0.7)),
    ),
    "LAMB is optax's": (
        LAMB(learning_rate=0.01, beta1=0.8, beta2=0.99, epsilon=1e-3, weight_decay=0.1),
        lambda: optax_walk(optax.lamb(0.01, 0.8, 0.99, 1e-3, 0.0, 0.1)),
    ),
    "Adafactor is optax's": (
        Adafactor(learning_rate=0.05, decay=0.7, epsilon1=1e-3, falling=False),
        lambda: optax_walk(optax_adafactor(0.05, 0.7, 1e-3)),
    ),
    "Adafactor is PyTorch's": (
        Adafactor(learning_rate=0.2, decay=0.7, clipping=1.2, epsilon2=0.3),
        lambda: torch_walk(
            lambda group: torch.optim.Adafactor(group, 0.2, -0.7, eps=(1e-30, 0.3), d=1.2)
        ),
    ),
    "Muon is PyTorch's in double precision": (
        Muon(learning_rate=0.01, momentum=0.8, weight_decay=0.3, epsilon=0.0, otherwise=OTHER),
        lambda: torch_walk(
            lambda group: torch.optim.Muon(group, 0.01, 0.3, 0.8, eps=1e-30),
            lambda group: torch.optim.Adam(group, 0.03),
        ),
    ),
    "Muon is optax's without Nesterov": (
        Muon(
            learning_rate=0.01, momentum=0.8, weight_decay=0.3, epsilon=1e-8, nesterov=False,
            adjustment="wide", otherwise=OTHER,
        ),
        lambda: optax_walk(
            optax.contrib.muon(0.01, beta=0.8, weight_decay=0.3, nesterov=False), optax.adam(0.03)
        ),
    ),
    "LBFGS is PyTorch's": (
        LBFGS(learning_rate=0.04, history=5),
        lambda: torch_walk(
            lambda group: torch.optim.LBFGS(
                group, 0.04, 1, history_size=5, tolerance_grad=0, tolerance_change=0
            )
        ),
    ),
    "LBFGS is optax's but for the first step": (
        LBFGS(learning_rate=0.08),
        lambda: optax_walk(optax_lbfgs(0.08, 10)),
    ),
    "Prodigy is optax's with the correction": (
        Prodigy(
            learning_rate=0.5, beta1=0.8, beta2=0.9, epsilon=1e-16, first=1e-3, weight_decay=0.1,
            corrected=True,
        ),
        lambda: optax_walk(
            optax.contrib.prodigy(0.5, (0.8, 0.9), None, 1e-16, 1e-3, weight_decay=0.1)
        ),
    ),
    "Polyak is optax's": (
        Polyak(maximum=0.05, bound=0.6, epsilon=0.1),
        lambda: optax_walk(optax.polyak_sgd(0.05, 1.0, 0.6, 0.1, "sps+")),
    ),
}  # fmt: skip


@pytest.fixture
def _no_half_precision(monkeypatch):
    """Let PyTorch's Muon iterate in the precision that it is given."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)


@pytest.mark.usefixtures("_no_half_precision")
@pytest.mark.parametrize(("ours", "theirs"), SAME.values(), ids=SAME)
def test_it_walks_as_the_library_does(ours, theirs):
    assert apart(walk(ours), theirs()) < CLOSE


PARTED = {
    "LARS of optax has another norm under the ratio with decay": (
        LARS(learning_rate=0.5, trust=0.02, momentum=0.7, weight_decay=0.1),
        lambda: optax_walk(optax.lars(0.5, 0.1, trust_coefficient=0.02, momentum=0.7)),
    ),
    "Muon of PyTorch iterates in half precision": (
        Muon(learning_rate=0.01, momentum=0.8, weight_decay=0.3, epsilon=0.0, otherwise=OTHER),
        lambda: torch_walk(
            lambda group: torch.optim.Muon(group, 0.01, 0.3, 0.8, eps=1e-30),
            lambda group: torch.optim.Adam(group, 0.03),
        ),
    ),
    "Muon of optax corrects what Nesterov mixes": (
        Muon(
            learning_rate=0.01, momentum=0.8, weight_decay=0.3, epsilon=1e-8, adjustment="wide",
            otherwise=OTHER,
        ),
        lambda: optax_walk(
            optax.contrib.muon(0.01, beta=0.8, weight_decay=0.3), optax.adam(0.03)
        ),
    ),
    "Prodigy of optax is always corrected": (
        Prodigy(learning_rate=0.5, beta1=0.8, beta2=0.9, first=1e-3),
        lambda: optax_walk(optax.contrib.prodigy(0.5, (0.8, 0.9), estim_lr0=1e-3)),
    ),
    "Polyak of optax climbs below the bound": (
        Polyak(maximum=0.05, bound=90.0, epsilon=0.1),
        lambda: optax_walk(optax.polyak_sgd(0.05, 1.0, 90.0, 0.1)),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs"), PARTED.values(), ids=PARTED)
def test_it_parts_from_the_library_where_its_hazards_say_so(ours, theirs):
    assert apart(walk(ours), theirs()) > 1e-4
