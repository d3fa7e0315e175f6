"""Adafactor."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Shape
from lossary.core.descent.rule import Rule
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative, positive
from lossary.numerics import chosen


@define
class Adafactor(Rule):
    r"""Divide the gradient by its root mean square, of which only rows and columns are kept.

    A matrix of n by m has a memory of n + m numbers. Steps are a share of the weights' own size,
    and a step that is unusually large is held back as a whole. Arrays of more than two axes are
    stacks of matrices; those of fewer keep every square.

    >>> import numpy as np
    >>> from lossary.optimizers import Adafactor
    >>> optimizer, weights = Adafactor(), np.ones((20, 30))
    >>> state = optimizer.init(weights)
    >>> state["row"].shape, state["column"].shape
    ((20, 1), (1, 30))
    >>> change, state = optimizer.step(5 * weights, state, weights)
    >>> change[0, 0].round(6)
    np.float64(-0.01)
    """

    cites = ("shazeer2018",)  # algorithms 4 and 5, with the settings of algorithm 6
    formula = (
        r"R \leftarrow \beta_t R + (1-\beta_t) \overline{g^2 + \epsilon_1}^{\,col},\quad "
        r"C \leftarrow \beta_t C + (1-\beta_t) \overline{g^2 + \epsilon_1}^{\,row},\quad "
        r"u = g \Big/ \sqrt{R C / \overline{R}},\quad \beta_t = 1 - t^{-d},\\ "
        r"w \leftarrow w - \min(\eta, t^{-1/2}) \max(\epsilon_2, \mathrm{RMS}(w))\, "
        r"\frac{u}{\max(1, \mathrm{RMS}(u) / c)}"
    )
    hazards = (
        "Weights of zero move by epsilon2's share alone. PyTorch holds the squares above epsilon1² "
        "where the paper adds epsilon1, and has the precision's own spacing for it: gradients that "
        "small move otherwise there. optax has falling=False, factors only axes of 128 and more, "
        "and of more than two axes the two longest."
    )
    slots = ("row", "column")

    learning_rate: float = parameter(1e-2, nonnegative, scale="log")
    """eta: the largest change, relative to the root mean square of the array's weights."""
    decay: float = parameter(0.8, positive)
    """d: squares forget by 1 - t^-d in step t, so ever more slowly."""
    clipping: float = parameter(1.0, positive)
    """c: the root mean square above which the step of an array is held back."""
    epsilon1: float = parameter(1e-30, nonnegative, scale="log")
    """Added to the squares, in the gradient's unit squared."""
    epsilon2: float = parameter(1e-3, nonnegative, scale="log")
    """Weights smaller than this move as if they were of this size; in the weights' unit."""
    relative: bool = choice(True, False)
    """Whether steps are in units of the weights' root mean square, and not of one."""
    falling: bool = choice(True, False)
    """Whether the learning rate is held below one over the root of the step's number."""

    def _shaped(self, slot: str, shape: Shape) -> Shape:
        if len(shape) - bool(self.stacked) < 2:
            return shape if slot == "row" else (*shape, 0)
        rows, columns = (each and 1 for each in shape[-2:])  # none where there is none
        return (*shape[:-1], columns) if slot == "row" else (*shape[:-2], rows, shape[-1])

    def begin(self, xp: Any, weight: Any) -> tuple[Any, ...]:
        if self.axes(weight) < 2:
            return xp.zeros_like(weight), xp.zeros_like(weight[..., None][..., :0])
        return xp.zeros_like(weight[..., :1]), xp.zeros_like(weight[..., :1, :])

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, row: Any, column: Any) -> Any:
        new, square = step**-self.decay, gradient * gradient + self.epsilon1
        if self.axes(weight) < 2:
            row = (1 - new) * row + new * square
            direction = gradient / xp.sqrt(row)
        else:
            row = (1 - new) * row + new * xp.mean(square, axis=-1, keepdims=True)
            column = (1 - new) * column + new * xp.mean(square, axis=-2, keepdims=True)
            # Two roots: the product of row and column would fall out of single precision.
            shape = xp.sqrt(row / xp.mean(row, axis=-2, keepdims=True))
            direction = gradient / (shape * xp.sqrt(column))
        direction = direction / xp.clip(self.rms(xp, direction) / self.clipping, min=1.0)
        rate, limit = self.learning_rate, step**-0.5
        if self.falling:
            rate = chosen(xp, rate < limit, rate, limit)
        size = xp.clip(self.rms(xp, weight), min=self.epsilon2) if self.relative else 1.0
        return -rate * size * direction, row, column
