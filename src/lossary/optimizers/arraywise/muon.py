"""Muon."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer
from lossary.core.parameter import choice, parameter
from lossary.domains import count, nonnegative, real, share
from lossary.optimizers.arraywise._matrices import BESIDE, Matrixwise


@define
class Muon(Matrixwise):
    r"""Step along the matrix whose rows or columns are orthogonal and nearest to the momentum.

    All singular values of a step are about equal: directions that seldom show in the gradients are
    learned as fast as those that always do. Arrays that are no matrices follow `otherwise`; give
    it the first and the last layer too, by an optimizer of their own.

    >>> import numpy as np
    >>> from lossary.optimizers import Muon
    >>> optimizer, weights = Muon(learning_rate=0.1, weight_decay=0.0), np.zeros((2, 2))
    >>> gradient = np.asarray([[100.0, 0.0], [0.0, 1.0]])
    >>> change, state = optimizer.step(gradient, optimizer.init(weights), weights)
    >>> change.round(2)
    array([[-0.07, -0.  ],
           [-0.  , -0.07]])
    """

    cites = ("jordan2024", "liu2025")  # the second for decay and for adjustment="rms", section 2.2
    aliases = ("momentum orthogonalised by Newton-Schulz",)
    formula = (
        r"m \leftarrow \mu m + (1-\mu) g,\quad X = \mathrm{NewtonSchulz}(\mu m + (1-\mu) g),\quad "
        r"w \leftarrow (1 - \eta \lambda) w - \eta\, a X"
    )
    hazards = (
        "PyTorch iterates in half precision (bfloat16), here it is the weights' own: its steps are "
        "apart by a hundredth. optax and Keras divide momentum by what it has gathered, of which "
        "only Nesterov's mixture feels anything; and where kernels are stored with inputs as rows, "
        "optax's adjustment is 'wide'; Keras' is 'rms' or 'none' anyway. Adam's learning rates are "
        "too small without adjustment='rms'."
    )
    slots = ("momentum_mean",)

    learning_rate: float = parameter(1e-2, nonnegative, scale="log")
    """eta: about the largest singular value of a step, before it is adjusted."""
    momentum: float = parameter(0.95, share)
    """mu: how slowly the mean of gradients forgets."""
    weight_decay: float = parameter(0.1, nonnegative, scale="log")
    """lambda: the share of a weight that is lost in a step, times the learning rate."""
    nesterov: bool = choice(True, False)
    """Whether the newest gradient is mixed in once more."""
    coefficients: tuple[float, ...] = parameter((3.4445, -4.7750, 2.0315), real, many=True)
    """a, b and c of X ← a X + b (XXᵀ) X + c (XXᵀ)² X."""
    iterations: int = parameter(5, count)
    """How often Newton and Schulz's iteration is done."""
    adjustment: str = choice("tall", "wide", "rms", "none")
    """The factor for a matrix of n rows and m columns: "tall" √max(1, n/m), for kernels whose rows
    are outputs, as PyTorch's; "wide" √max(1, m/n), as optax's; "rms" 0.2 √max(n, m), the usual
    size of Adam's steps, as Keras'; "none" is one."""
    epsilon: float = parameter(1e-7, nonnegative, scale="log")
    """Added to the norm that the momentum is divided by, in the gradient's unit."""
    otherwise: Optimizer = BESIDE
    """What moves arrays that are no matrices."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, momentum_mean: Any) -> Any:
        new = (1 - self.momentum) * gradient
        mean = self.momentum * momentum_mean + new
        slope = self.momentum * mean + new if self.nesterov else mean
        direction = self._orthogonal(xp, slope / (self.norm(xp, slope) + self.epsilon))
        factor = self._adjusted(*weight.shape[-2:])
        change = factor * direction + self.weight_decay * weight
        return -self.learning_rate * change, mean

    def _orthogonal(self, xp: Any, matrix: Any) -> Any:
        """Bring singular values, which are at most one, near one by a polynomial of the matrix."""
        tall = matrix.shape[-2] > matrix.shape[-1]
        found = xp.matrix_transpose(matrix) if tall else matrix
        a, b, c = self.coefficients
        for _ in range(self.iterations):
            square = xp.matmul(found, xp.matrix_transpose(found))
            found = a * found + xp.matmul(b * square + c * xp.matmul(square, square), found)
        return xp.matrix_transpose(found) if tall else found

    def _adjusted(self, rows: int, columns: int) -> float:
        if self.adjustment == "rms":
            return float(0.2 * max(rows, columns) ** 0.5)
        ratio = {"tall": rows / columns, "wide": columns / rows, "none": 1.0}[self.adjustment]
        return float(max(1.0, ratio) ** 0.5)
