"""SOAP."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, Shape
from lossary.core.parameter import parameter
from lossary.domains import count, nonnegative, share
from lossary.numerics import gathered
from lossary.optimizers.arraywise._matrices import BESIDE, Matrixwise, eigen, identity, sides


@define
class SOAP(Matrixwise):
    r"""Run Adam along the axes in which a matrix's gradients vary, not along its entries.

    The axes are the eigenvectors of Shampoo's two matrices; they are found at step `interval`, and
    from then on turned every so many steps by one power iteration. Until then it is Adam. Arrays
    that are no matrices follow `otherwise`.

    >>> import numpy as np
    >>> from lossary.optimizers import SOAP
    >>> optimizer, weights = SOAP(learning_rate=0.1, interval=1), np.zeros((2, 2))
    >>> state, gradient = optimizer.init(weights), np.asarray([[1.0, 1.0], [1.0, 1.0]])
    >>> for _ in range(3):
    ...     change, state = optimizer.step(gradient, state, weights)
    >>> abs(state["left_axes"][:, 0]).round(4)
    array([0.7071, 0.7071])
    """

    cites = ("vyas2025",)  # algorithms 3 and 4
    aliases = ("Shampoo with Adam in the preconditioner's eigenbasis",)
    formula = (
        r"g' = Q_L^\top g\, Q_R,\quad m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2) g'^2,\\ w \leftarrow w - \eta\, Q_L "
        r"\frac{Q_L^\top m\, Q_R / (1-\beta_1^t)}{\sqrt{v / (1-\beta_2^t)} + \epsilon} Q_R^\top,"
        r"\quad Q_L \leftarrow \mathrm{QR}(L Q_L),\ Q_R \leftarrow \mathrm{QR}(R Q_R)"
    )
    hazards = (
        "The squares stay as they are when the axes turn, as in the paper; the first turn, from "
        "the matrix's own axes, is felt until they forget. The paper leaves the start open: its "
        "authors' program finds the axes in the first step, and does not move in it. Where "
        "gradients so far span less than a side of the matrix, the axes of the rest are what the "
        "framework's eigenvectors happen to be. An n by m matrix has two memories of n² and two "
        "of m²."
    )
    slots = ("mean", "square", "left", "right", "left_axes", "right_axes")

    learning_rate: float = parameter(3e-3, nonnegative, scale="log")
    """eta: the largest change along one axis in one step, about."""
    beta1: float = parameter(0.95, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.95, share)
    """How slowly the squares along the axes forget, and Shampoo's two matrices."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, in the gradient's unit: gradients far smaller move nothing."""
    interval: int = parameter(10, count)
    """Every how many steps the axes are turned."""
    largest: int = parameter(8192, count)
    """Matrices with a longer side than this follow `otherwise` too."""
    otherwise: Optimizer = BESIDE
    """What moves all other arrays."""

    def _takes(self, shape: Shape) -> bool:
        return super()._takes(shape) and max(each or 0 for each in shape[-2:]) <= self.largest

    def _firsts(self, slot: str, shape: Shape) -> Shape:
        return sides(slot, shape)

    def first(self, xp: Any, weight: Any) -> tuple[Any, ...]:
        turned, zero = xp.matrix_transpose(weight), xp.zeros_like(weight)
        axes = [
            identity(xp, xp.matmul(*pair), self.stacked)
            for pair in ((weight, turned), (turned, weight))
        ]
        return zero, zero, *map(xp.zeros_like, axes), *axes

    def update(
        self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, square: Any,
        left: Any, right: Any, left_axes: Any, right_axes: Any,
    ) -> Any:  # fmt: skip
        turned = xp.matrix_transpose(gradient)
        own = _along(xp, gradient, left_axes, right_axes)
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        square = self.beta2 * square + (1 - self.beta2) * own * own
        size = xp.sqrt(square) * gathered(xp, self.beta2, step) ** -0.5
        rate = self.learning_rate / gathered(xp, self.beta1, step)
        along = _along(xp, mean, left_axes, right_axes) / (size + self.epsilon)
        change = xp.matmul(xp.matmul(left_axes, along), xp.matrix_transpose(right_axes))
        left = self.beta2 * left + (1 - self.beta2) * xp.matmul(gradient, turned)
        right = self.beta2 * right + (1 - self.beta2) * xp.matmul(turned, gradient)
        axes = xp.either(
            step % self.interval == 0,
            lambda: xp.either(
                step == self.interval,
                lambda: (eigen(xp, left)[1], eigen(xp, right)[1]),
                lambda: (_turned(xp, left, left_axes), _turned(xp, right, right_axes)),
            ),
            lambda: (left_axes, right_axes),
        )
        return -rate * change, mean, square, left, right, *axes


def _along(xp: Any, matrix: Any, left: Any, right: Any) -> Any:
    return xp.matmul(xp.matmul(xp.matrix_transpose(left), matrix), right)


def _turned(xp: Any, matrix: Any, axes: Any) -> Any:
    """Do one power iteration; an axis whose sign is turned takes no other path."""
    return xp.qr(xp.matmul(matrix, axes))[0]
