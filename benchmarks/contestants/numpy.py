"""scikit-learn's compiled losses, and the formulas that people write in NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn._loss import loss as sk

from benchmarks.rows import Row

Function = Callable[[Any, Any], Any]


def others(row: Row) -> dict[str, Function]:
    """List who else has this loss on NumPy."""
    loss = row.loss
    compiled = {
        "SquaredError": lambda: _Sklearn(sk.HalfSquaredError(), 2.0),
        "AbsoluteError": lambda: _Sklearn(sk.AbsoluteError()),
        "Huber": lambda: _Sklearn(sk.HuberLoss(delta=loss.delta)),
        "BinaryCrossEntropy": lambda: _Sklearn(sk.HalfBinomialLoss()),
        "CrossEntropy": lambda: _Sklearn(sk.HalfMultinomialLoss(n_classes=row.classes)),
    }
    written = {
        "SquaredError": _Squared,
        "BinaryCrossEntropy": _Crossed,
        "SigmoidFocal": lambda: _Focal(loss),
    }
    found: dict[str, Function] = {}
    if row.name in compiled and row.labels:
        theirs = compiled[row.name]()
        found[f"sklearn {type(theirs.loss).__name__}"] = theirs
    if row.name in written:
        found["NumPy formula"] = written[row.name]()
    return found


class _Sklearn:
    """One of scikit-learn's losses: values of entries, or values and slopes at once."""

    def __init__(self, loss: Any, factor: float = 1.0) -> None:
        self.loss, self.factor = loss, factor

    def __call__(self, p: Any, t: Any) -> Any:
        return self.factor * self.loss.loss(self._like(p, t), p).mean()

    def with_slope(self, p: Any, t: Any) -> Any:
        values, slope = self.loss.loss_gradient(self._like(p, t), p)
        slope *= self.factor / len(p)
        return self.factor * values.mean(), slope

    def slope_and_curvature(self, p: Any, t: Any) -> Any:
        return self.loss.gradient_hessian(self._like(p, t), p)

    def _like(self, p: Any, t: Any) -> Any:
        return t.astype(p.dtype, copy=False)  # labels too are floats there


class _Squared:
    def __call__(self, p: Any, t: Any) -> Any:
        return np.square(p - t).mean()

    def with_slope(self, p: Any, t: Any) -> Any:
        error = p - t
        return np.square(error).mean(), error * (2 / error.size)


class _Crossed:
    def __call__(self, p: Any, t: Any) -> Any:
        return (np.logaddexp(0, p) - t * p).mean()

    def with_slope(self, p: Any, t: Any) -> Any:
        return self(p, t), (1 / (1 + np.exp(-p)) - t) / p.dtype.type(p.size)

    def slope_and_curvature(self, p: Any, t: Any) -> Any:
        q = 1 / (1 + np.exp(-p))
        return q - t, q * (1 - q)


class _Focal:
    """The focal loss of both sides; its curvature is the bound that ours gives, too."""

    def __init__(self, loss: Any) -> None:
        self.alpha, self.gamma = loss.alpha, loss.gamma

    def __call__(self, p: Any, t: Any) -> Any:
        return self._mixed(p, t, lambda s, q, r: r**self.gamma * s).mean()

    def with_slope(self, p: Any, t: Any) -> Any:
        return self(p, t), self._slopes(p, t) / p.dtype.type(p.size)

    def slope_and_curvature(self, p: Any, t: Any) -> Any:
        gamma = self.gamma
        bound = self._mixed(
            p, t, lambda s, q, r: q * r**gamma * (gamma * gamma * q * s + (2 * gamma + 1) * r)
        )
        return self._slopes(p, t), bound

    def _slopes(self, p: Any, t: Any) -> Any:
        gamma = self.gamma
        return self._mixed(p, t, lambda s, q, r: -(r**gamma) * (gamma * q * s + r), -1.0)

    def _mixed(self, p: Any, t: Any, side: Callable[..., Any], sign: float = 1.0) -> Any:
        """Mix what a yes and a no give: of each, s is the surprise, q its probability, r the rest.

        `sign` is that of the second, whose score runs the other way.
        """
        q = 1 / (1 + np.exp(-p))
        surprise = np.logaddexp(0, -p)
        yes = self.alpha * t * side(surprise, q, 1 - q)
        return yes + sign * (1 - self.alpha) * (1 - t) * side(surprise + p, 1 - q, q)
