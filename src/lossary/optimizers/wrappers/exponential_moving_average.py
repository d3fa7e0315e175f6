"""A running mean of the weights."""

from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import at
from lossary.core.descent.trees import Leaves
from lossary.core.parameter import choice, parameter
from lossary.domains import share
from lossary.optimizers.wrappers._average import Average

Array = Any


@define
class ExponentialMovingAverage(Average):
    r"""Walk as another optimizer does, and judge by a running mean of where it has been.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, ExponentialMovingAverage
    >>> optimizer = ExponentialMovingAverage(of=SGD(learning_rate=1.0), decay=0.5)
    >>> weights = np.zeros(1)
    >>> state = optimizer.init(weights)
    >>> for _ in range(2):
    ...     change, state = optimizer.step(np.ones(1), state, weights)
    ...     weights = weights + change
    >>> optimizer.evaluation_weights(state, weights)  # (-1 · 0.25 - 2 · 0.5) / 0.75
    array([-1.66666667])
    """

    cites = ("polyak1992", "kingma2015")  # averaging; debiased: section 7.2 there
    aliases = ("EMA", "Polyak averaging", "weight averaging")
    formula = (
        r"\bar w \leftarrow \bar w + \frac{1-\beta}{s} (w - \bar w),\quad "
        r"s \leftarrow \beta s + 1 - \beta,\quad s_0 = 0 \text{ if debiased, else } 1"
    )
    hazards = (
        "Keras's use_ema, and PyTorch's AveragedModel updated before the first step, count the "
        "weights that training starts from: debiased=False."
    )

    of: Optimizer
    """The optimizer that walks."""
    decay: float = parameter(0.999, share)
    """beta: how slowly the mean forgets."""
    debiased: bool = choice(True, False)
    """Whether the weights before the first step count for nothing, or as all that came before."""

    def _init(self, backend: Backend, weights: Leaves) -> State:
        like, begun = backend.cast(weights[0], backend.wide(weights[0])), float(not self.debiased)
        gathered = (
            backend.xp.row((begun,) * self.stacked, like)
            if self.stacked
            else backend.number(begun, like)
        )
        return super()._init(backend, weights) | {"gathered": gathered}

    def _rate(self, backend: Backend, state: State, like: Array) -> tuple[Any, State]:
        decay = at(self, backend, state["step"], like, axes=0).decay
        gathered = decay * state["gathered"] + (1 - decay)
        return (1 - decay) / gathered, {"gathered": gathered}
