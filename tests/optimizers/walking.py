"""Walking 100 steps: on any framework, with anything that steps, and along a twin."""

from types import SimpleNamespace

import mpmath
import numpy as np

from lossary.backends import backend_named
from tests.optimizers import many_digits, problem

STEPS = 100


def walk(optimizer, framework="numpy", steps=STEPS, compiled=True):
    """Return where an optimizer is after each step, as one row of all weights for each."""
    backend = backend_named(framework)
    step = stepper(optimizer, backend)
    if framework == "jax" and compiled:
        step = backend.whole(step)
    weights = start(backend)
    state = optimizer.init(weights)
    places = []
    for _ in range(steps):
        state, weights = step(state, weights)
        places.append(flat([backend.numpy(each) for each in problem.listed(weights)]))
    return np.stack(places)


def start(backend):
    """Return the weights that a walk begins with."""
    return problem.treed([backend.array(each, "float64") for each in problem.listed(problem.START)])


def stepper(optimizer, backend):
    """Return a function of state and weights that does a step, and returns both.

    It hands over what the rule needs beside the gradient: loss, closure, curvature.
    """
    xp = backend.xp

    def taken(values):
        return backend.array(np.asarray(values), "float64")

    def gradient(tree):
        return problem.treed(problem.slopes(xp, problem.listed(tree), taken))

    def closure(tree):
        return problem.loss(xp, problem.listed(tree), taken), gradient(tree)

    def step(state, weights):
        extra = {}
        if "loss" in optimizer.needs:
            extra["loss"] = problem.loss(xp, problem.listed(weights), taken)
        if "closure" in optimizer.needs:
            extra["closure"] = closure
        slope = gradient(weights)
        if getattr(optimizer, "curved", False):  # the squared slope stands in for an estimate
            extra["curvature"] = problem.treed([each * each for each in problem.listed(slope)])
        change, state = optimizer.step(slope, state, weights, **extra)
        moved = [
            w + c for w, c in zip(problem.listed(weights), problem.listed(change), strict=True)
        ]
        return state, problem.treed(moved)

    return step


def twin_walk(twin, optimizer, steps=STEPS):
    """Return where a slow twin is after each step."""
    with mpmath.workdps(many_digits.DIGITS):
        weights = [many_digits.many(each) for each in problem.listed(problem.START)]

        def gradient(arrays):
            return problem.slopes(many_digits.namespace, arrays, many_digits.many)

        def loss(arrays):
            return problem.loss(many_digits.namespace, arrays, many_digits.many)

        settings = SimpleNamespace(**_told(optimizer), loss=loss)
        path = twin.walk(weights, gradient, settings)
        return np.stack([flat(next(path)).astype(float) for _ in range(steps)])


def flat(arrays):
    """Join arrays into one row."""
    return np.concatenate([np.ravel(each) for each in arrays])


def apart(one, other):
    """Say how far two paths are apart at most, relative to how far the walk has come."""
    reach = np.abs(other).max(axis=0)
    return float((np.abs(one - other) / np.maximum(reach, 1e-3)).max())


def _exact(value):
    return mpmath.mpf(value) if isinstance(value, float) else value


def _told(optimizer):
    """Return the numbers of an optimizer in many digits, those of what it wraps with its twin."""
    numbers = {name: _exact(each) for name, each in optimizer.parameters().items()}
    if "of" in numbers:
        name = type(optimizer.of).__module__.rpartition(".")[2]
        numbers["of"] = SimpleNamespace(**_told(optimizer.of), twin=name)
    return numbers
