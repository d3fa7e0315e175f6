"""Barron's general and adaptive robust loss."""

from math import cosh, sinh

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import Domain, positive, real

proper = Domain("proper", 0.0, 2.0, True, True, 1.0)
STEPS = tuple(i / 8 for i in range(-320, 321))
NODES, WIDTHS = tuple(map(sinh, STEPS)), tuple(cosh(y) / 8 for y in STEPS)


@define
class Barron(Elementwise):
    """Square small errors, and let one number say how much large ones pull.

    At alpha 2 it is half the square, at 1 a smooth absolute error, at 0 Cauchy's loss and at -2
    Geman and McClure's, where an outlier hardly pulls at all. Alpha and scale can be learned with
    a model: the loss plus its normaliser is a negative log-likelihood for alpha from 0 to 2.

    >>> import numpy as np
    >>> Barron(alpha=2.0)(np.asarray([1.0, 4.0]), np.zeros(2), reduction="none").tolist()
    [0.5, 8.0]
    >>> Barron(alpha=-2.0)(np.asarray([1.0, 4.0]), np.zeros(2), reduction="none").round(9).tolist()
    [0.4, 1.6]
    """

    cites = ("barron2019",)  # equation 8; the density it belongs to is in section 2
    aliases = ("general robust loss", "adaptive robust loss", "general adaptive robust loss")
    tasks = ("regression",)
    elicits = "between mean and mode"
    curvature_rule = bound("negative in the tails where alpha is below one")
    formula = (
        r"\frac{b}{\alpha} \left(\left(\frac{1}{b} \left(\frac{p - t}{c}\right)^{2} + 1"
        r"\right)^{\alpha / 2} - 1\right), \quad b = \left|\alpha - 2\right|"
    )
    slope_formula = (
        r"\frac{p - t}{c^2} \left(\frac{1}{b} \left(\frac{p - t}{c}\right)^{2} + 1"
        r"\right)^{\alpha / 2 - 1}"
    )
    hazards = "Not convex below alpha 1: it may settle on many outliers. Above 1 their pull grows."

    alpha: float = parameter(1.0, real, learned=proper)
    """How much large errors pull: as their size to the power alpha - 1."""
    scale: float = parameter(1.0, positive, scale="log")
    """c: about where the square ends, in the units of the target."""

    def value(self, xp, prediction, target):
        error = (prediction - target) / self.scale
        return _loss(xp, xp.zeros_like(error) + self.alpha, error)

    def bound(self, xp, prediction, target):
        error = (prediction - target) / self.scale
        alpha = xp.zeros_like(error) + self.alpha
        log = _log(xp, error, _width(xp, alpha))
        # The slope over the error, and what the second derivative has above it for alpha over 2.
        more = 1 - xp.clip(alpha - 2, min=0.0) * xp.expm1(-log)
        return xp.exp((alpha - 2) / 2 * log) * more / (self.scale * self.scale)

    def normaliser(self, xp, like):
        """Return log ∫ exp(-loss), infinite for alpha below 0.

        It is summed by the trapezoid rule in y, where the error is c √b sinh y: from alpha 0 to 2
        that is exact to 1e-15.
        """
        nodes, widths = xp.row(NODES, like), xp.row(WIDTHS, like)
        alpha = xp.zeros_like(nodes) + self.alpha
        root = xp.sqrt(_width(xp, alpha))
        density = xp.exp(-_loss(xp, alpha, root * nodes))
        return xp.log(self.scale * xp.sum(xp.where(alpha < 0, xp.inf, density * root * widths)))


def _width(xp, alpha):
    """Return b = |alpha - 2|; at 2 it has no effect, but must not be zero."""
    return xp.abs(alpha - 2) + 1e-18


def _log(xp, error, width):
    """Return log(1 + error² / width), with no square that overflows."""
    limit = 1e9 * xp.sqrt(width)  # beyond it, the 1 does not show in double precision
    large = xp.abs(error) > limit
    size, small = xp.where(large, xp.abs(error), limit), xp.where(large, 0.0, error)
    far = 2 * xp.log(size) - xp.log(width)
    return xp.where(large, far, xp.log1p(small * small / width))


def _loss(xp, alpha, error):
    """Return the loss of errors in units of the scale.

    The published form divides by alpha and by b. Below alpha 1, one form here avoids the first
    division near zero; from there on, another avoids the second; no digits are lost at either.
    """
    width = _width(xp, alpha)
    log = _log(xp, error, width)
    turn = (alpha - 2) / 2 * log
    high = error * (error * xp.exp(turn)) + width * xp.expm1(turn)
    low = _low(xp, alpha, width, log)
    return xp.where(alpha < 1, low, high / xp.clip(alpha, min=1.0))


def _low(xp, alpha, width, log):
    """Return width / alpha (e^x - 1), x = alpha log / 2, by its series where x is nearly zero."""
    x = xp.clip(alpha, max=1.0) / 2 * log
    near = xp.abs(x) < 0.01
    small, large = xp.where(near, x, 0.0), xp.where(near, 0.0, x)
    series = 1 + small / 2 * (1 + small / 3 * (1 + small / 4 * (1 + small / 5 * (1 + small / 6))))
    far = width / xp.where(near, 1.0, alpha) * xp.expm1(large)
    return xp.where(near, width / 2 * log * series, far)
