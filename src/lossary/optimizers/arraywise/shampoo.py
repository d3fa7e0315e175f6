"""Shampoo."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, Shape
from lossary.core.parameter import choice, parameter
from lossary.domains import count, nonnegative, positive
from lossary.optimizers.arraywise._matrices import BESIDE, Matrixwise, eigen, identity, sides
from lossary.optimizers.arraywise._trust import trust


@define
class Shampoo(Matrixwise):
    r"""Divide a matrix's gradient by how its rows, and its columns, have varied together.

    AdaGrad for matrices: where two rows always had the same slope, they are seen as one direction.
    The left and the right side each have a matrix of sums, and their inverse fourth roots stand on
    both sides of the gradient. Arrays that are no matrices follow `otherwise`.

    >>> import numpy as np
    >>> from lossary.optimizers import Shampoo
    >>> optimizer, weights = Shampoo(learning_rate=0.1, epsilon=1e-12), np.zeros((2, 2))
    >>> gradient = np.asarray([[3.0, 0.0], [0.0, -0.01]])
    >>> change, state = optimizer.step(gradient, optimizer.init(weights), weights)
    >>> change.round(6)
    array([[-0.1, -0. ],
           [-0. ,  0.1]])
    """

    cites = ("gupta2018", "anil2020")  # algorithm 1; the second for the interval and grafting
    formula = (
        r"L \leftarrow L + g g^\top,\quad R \leftarrow R + g^\top g,\quad "
        r"w \leftarrow w - \eta\, L^{-1/4} g\, R^{-1/4}, \quad L_0 = \epsilon I,\ R_0 = \epsilon I"
    )
    hazards = (
        "The sums never forget, so steps grow ever shorter. An n by m matrix has two memories of "
        "n² and two of m². Roots of matrices are exact to the precision's digits less those of the "
        "largest sum over epsilon: in single precision keep epsilon large."
    )
    slots = ("left", "right", "left_root", "right_root")

    learning_rate: float = parameter(0.1, nonnegative, scale="log")
    """eta: the largest singular value of the first step, about."""
    epsilon: float = parameter(1e-4, positive, scale="log")
    """What the sums start from, in the gradient's unit squared."""
    interval: int = parameter(1, count)
    """Every how many steps, from the first on, the roots are computed anew."""
    grafting: str = choice("none", "gradient")
    """Whose norm a step has: its own, or with "gradient" that of the gradient, as in SGD."""
    largest: int = parameter(8192, count)
    """Matrices with a longer side than this follow `otherwise` too."""
    otherwise: Optimizer = BESIDE
    """What moves all other arrays."""

    def _takes(self, shape: Shape) -> bool:
        return super()._takes(shape) and max(each or 0 for each in shape[-2:]) <= self.largest

    def _firsts(self, slot: str, shape: Shape) -> Shape:
        return sides(slot, shape)

    def first(self, xp: Any, weight: Any) -> tuple[Any, ...]:
        turned = xp.matrix_transpose(weight)
        left, right = (
            identity(xp, xp.matmul(*pair), self.stacked)
            for pair in ((weight, turned), (turned, weight))
        )
        return self.epsilon * left, self.epsilon * right, left, right

    def update(
        self, xp: Any, step: Any, weight: Any, gradient: Any,
        left: Any, right: Any, left_root: Any, right_root: Any,
    ) -> Any:  # fmt: skip
        turned = xp.matrix_transpose(gradient)
        left = left + xp.matmul(gradient, turned)
        right = right + xp.matmul(turned, gradient)
        roots = xp.either(
            (step - 1) % self.interval == 0,
            lambda: (self._root(xp, left), self._root(xp, right)),
            lambda: (left_root, right_root),
        )
        direction = xp.matmul(xp.matmul(roots[0], gradient), roots[1])
        if self.grafting == "gradient":
            own = self.norm(xp, direction)
            direction = direction * trust(xp, self.norm(xp, gradient), own)
        return -self.learning_rate * direction, left, right, *roots

    def _root(self, xp: Any, matrix: Any) -> Any:
        """Return the inverse fourth root of a matrix whose eigenvalues are epsilon or more."""
        values, vectors = eigen(xp, matrix)
        values = xp.clip(values[..., None, :], min=self.epsilon)
        return xp.matmul(vectors * values**-0.25, xp.matrix_transpose(vectors))
