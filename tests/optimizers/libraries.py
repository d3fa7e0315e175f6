"""Walking with the optimizers of other libraries, on the problem that ours walk."""

from functools import partial

import jax
import numpy as np
import optax
import torch

from lossary.backends import backend_named
from tests.optimizers import problem
from tests.optimizers.walking import STEPS, flat

TORCH = backend_named("torch")
JAX = backend_named("jax")


def torch_walk(make, steps=STEPS):
    """Return where an optimizer of PyTorch's kind is after each step, and the optimizer itself."""
    taken = partial(TORCH.array, precision="float64")
    weights = [torch.nn.Parameter(taken(each)) for each in problem.listed(problem.START)]
    optimizer = make(weights)
    if hasattr(optimizer, "train"):
        optimizer.train()
    places = []
    for _ in range(steps):
        slopes = problem.slopes(TORCH.xp, [each.detach() for each in weights], taken)
        for weight, slope in zip(weights, slopes, strict=True):
            weight.grad = slope.clone()
        optimizer.step()
        places.append(flat([each.detach().numpy() for each in weights]))
    return np.stack(places), optimizer


def optax_walk(transformation, steps=STEPS):
    """Return where an optimizer of optax is after each step; needs JAX in double precision."""
    taken = partial(JAX.array, precision="float64")

    @jax.jit
    def step(weights, state):
        slopes = problem.slopes(JAX.xp, weights, taken)
        change, state = transformation.update(slopes, state, weights)
        return optax.apply_updates(weights, change), state

    weights = [taken(each) for each in problem.listed(problem.START)]
    state, places = transformation.init(weights), []
    for _ in range(steps):
        weights, state = step(weights, state)
        places.append(flat([np.asarray(each) for each in weights]))
    return np.stack(places)
