"""The mean of weights along the end of a walk."""

from typing import Any

from lossary.backends import Backend, backend_of
from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.trees import Leaves
from lossary.core.parameter import parameter
from lossary.domains import count, whole
from lossary.numerics import chosen
from lossary.optimizers.wrappers._average import Average

Array = Any


@define
class StochasticWeightAveraging(Average):
    r"""Walk as another optimizer does, and judge by the mean of where it stood every so often.

    The first weights that count are those after `start` steps (before the first step, if that is
    0); then those of every `period`-th step. Until then the weights themselves are judged. The
    learning rate should stay large, or go up and down with the period.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, StochasticWeightAveraging
    >>> optimizer = StochasticWeightAveraging(of=SGD(learning_rate=1.0), start=1, period=2)
    >>> weights = np.zeros(1)
    >>> state = optimizer.init(weights)
    >>> for _ in range(4):
    ...     change, state = optimizer.step(np.ones(1), state, weights)
    ...     weights = weights + change
    >>> optimizer.evaluation_weights(state, weights)  # of steps 1 and 3
    array([-2.])
    """

    cites = ("izmailov2018",)  # algorithm 1
    aliases = ("SWA", "AveragedModel")
    formula = (
        r"\text{if } c \mid t - t_0:\; n = \frac{t - t_0}{c},\quad "
        r"\bar w \leftarrow \bar w + \frac{w - \bar w}{n + 1}"
    )
    hazards = "Running means of batch normalisation are of no use for the mean: count them anew."

    of: Optimizer
    """The optimizer that walks."""
    start: int = parameter(0, whole)
    """After how many steps the mean begins."""
    period: int = parameter(1, count, scale="log")
    """c: how many steps lie between two weights that count."""

    def _rate(self, backend: Backend, state: State, like: Array) -> tuple[Any, State]:
        since = state["step"] + 1 - self.start
        due = (since >= 0) & (since % self.period == 0)
        before = backend.real(chosen(backend.xp, since >= 0, since // self.period, 0), like)
        return chosen(backend.xp, due, 1 / (before + 1), 0.0), {}

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        averages, xp = super()._judged(state, weights), backend_of(*weights).xp
        begun = state["step"] >= self.start
        both = zip(averages, weights, strict=True)
        return Leaves(chosen(xp, begun, average, weight) for average, weight in both)
