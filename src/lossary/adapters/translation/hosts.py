"""Walkers of the hosts: the optimizer that a call makes, in double precision."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np

from lossary.adapters.translation.call import Call
from lossary.adapters.translation.problem import Arrays, loss
from lossary.adapters.translation.walking import FALL, STEPS, Walker

HASTY = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
"""A few steps on a few numbers: compiling them well would take longer than doing them."""
CAST = ("beta_1", "beta_2", "epsilon_2", "weight_decay")
"""The settings that Keras casts by themselves, before they meet an array."""


def open_silently(module: str) -> None:
    """Open a module without what it greets with: TensorFlow does so past Python's own streams."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import_module(module)
    except ImportError:
        pass  # that it is missing is told where it is called
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class Torch:
    """An optimizer of torch.optim."""

    def __init__(self, made: Call, weights: Arrays) -> None:
        import torch

        self._taken = torch.from_numpy
        self._parameters = [torch.nn.Parameter(torch.from_numpy(each)) for each in weights]
        self._optimizer = made.make(self._parameters)
        self.weights = weights

    def step(self, gradient: Arrays) -> None:
        for parameter, slope in zip(self._parameters, gradient, strict=True):
            parameter.grad = self._taken(slope)
        self._optimizer.step()
        self.weights = [each.detach().numpy().copy() for each in self._parameters]

    def slow(self, factor: float) -> None:
        for group in self._optimizer.param_groups:
            group["lr"] *= factor


class Optax:
    """A transformation of optax, compiled; its rate is a schedule where it will fall."""

    def __init__(self, made: Call, weights: Arrays) -> None:
        import jax

        self._double = jax.enable_x64
        with self._double(True):
            self._optimizer = made.make()
            self._update = jax.jit(self._optimizer.update, compiler_options=HASTY)
            self._state = self._optimizer.init(weights)
        self.weights, self._asks = weights, made.path == "optax.polyak_sgd"

    def step(self, gradient: Arrays) -> None:
        with self._double(True):
            given = {"value": loss(self.weights)} if self._asks else {}
            change, self._state = self._update(gradient, self._state, self.weights, **given)
        pairs = zip(self.weights, change, strict=True)
        self.weights = [w + np.asarray(c) for w, c in pairs]

    def slow(self, factor: float) -> None:
        """Nothing is to do: the schedule does it."""


class Keras:
    """A Keras optimizer on the backend that Keras runs on."""

    def __init__(self, made: Call, weights: Arrays) -> None:
        import keras

        self._keras = keras
        with self._double():
            self._variables = [keras.Variable(each, dtype="float64") for each in weights]
            self._optimizer = _in_double(made).make()
            self._optimizer.build(self._variables)
        self._apply = lambda taken: self._optimizer.apply(taken, self._variables)
        if keras.config.backend() == "tensorflow":
            import tensorflow

            self._apply = tensorflow.function(self._apply, autograph=False)
        self._rate = float(self._optimizer.learning_rate)
        self.weights = weights

    def step(self, gradient: Arrays) -> None:
        ops = self._keras.ops
        with self._double():
            taken = [ops.convert_to_tensor(each, dtype="float64") for each in gradient]
            self._apply(taken)
        # Not ops.convert_to_numpy: NumPy warns of how TensorFlow's variables answer it.
        self.weights = [np.array(each.numpy()) for each in self._variables]

    def slow(self, factor: float) -> None:
        self._optimizer.learning_rate = self._rate * factor

    @contextmanager
    def _double(self) -> Iterator[None]:
        """Let what Keras keeps itself, as the learning rate, be double."""
        usual = self._keras.config.floatx()
        self._keras.config.set_floatx("float64")
        try:
            yield
        finally:
            self._keras.config.set_floatx(usual)


def may_fall(made: Call) -> bool:
    """Say whether the learning rate of a call can be made to fall on the way."""
    return made.path != "optax.rprop" and not (made.host == "optax" and made.has("warmup_steps"))


def walker(made: Call, weights: Arrays, falls: bool) -> Walker:
    """Return the walker of a call; a rate of optax that will fall must be a schedule."""
    if made.host == "optax":
        return Optax(made.with_rate(_falling) if falls else made, weights)
    return Torch(made, weights) if made.host == "torch" else Keras(made, weights)


def _in_double(made: Call) -> Call:
    """Return a call whose numbers stay double: TensorFlow casts a Python number to single first."""
    settings = ((n, np.float64(v) if n in CAST and v is not None else v) for n, v in made.settings)
    return Call(made.path, made.parts, tuple(settings))


def _falling(rate: float) -> Any:
    from jax import numpy as jnp

    return lambda count: jnp.where(count < STEPS, rate, rate * FALL)
