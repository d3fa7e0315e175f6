"""Losses that learn in JAX: raw numbers beside the model's weights, for any optimizer."""

from lossary.adapters.needs import need

need("jax")

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import jax

from lossary.backends import backend_named
from lossary.core.learned import Course, course, formula_of, normalised, unheld, with_formula
from lossary.core.learned import learned as with_arrays
from lossary.core.loss import REDUCTIONS, Loss
from lossary.errors import ArgumentError, SuspicionWarning, nearest

Array = Any
Raw = dict[str, Array]


def learned(loss: Loss, learn: str | Iterable[str], *, held: bool = True) -> tuple[Raw, "Learning"]:
    """Return raw numbers to be learned, and the loss as a function of them.

    Hand the raw numbers to the optimizer beside the model's weights: of any finite ones, the
    parameters lie inside their domains, and of zeros they are those of `loss`.

    Args:
        loss: any loss but a sum; its present parameters are the start.
        learn: the names of parameters that are one number each.
        held: whether the loss's normaliser is added, so that the loss is a negative
            log-likelihood. Where it has none, a warning says so; False silences it.

    Returns:
        A dictionary of arrays of one number, and a function `(raw, prediction, target, ...)`.

    Raises:
        ArgumentError, DomainError: no such parameter, or it begins on an end of its domain.

    Warns:
        SuspicionWarning: nothing holds what is learned.

    >>> import jax, lossary
    >>> raw, judge = learned(lossary.Barron(), ("alpha", "scale"))
    >>> errors = jax.numpy.asarray([0.5, -0.1, 0.3, 9.0])
    >>> slope = jax.grad(judge)(raw, errors, 0 * errors)  # one outlier asks for a lower alpha
    >>> judge.loss({name: raw[name] - slope[name] for name in raw}).alpha < 1
    True
    """
    names = (learn,) if isinstance(learn, str) else tuple(learn)
    courses = {name: course(loss, name) for name in names}
    if courses and held and not normalised(loss):
        warnings.warn(unheld(loss, courses), SuspicionWarning, stacklevel=2)
    raw = {name: jax.numpy.zeros(()) for name in courses}
    return raw, Learning(loss, tuple(courses.items()), held)


@dataclass(frozen=True)
class Learning:
    """A loss as a function of raw numbers; `learned` makes it. It may be a static argument."""

    frozen: Loss
    courses: tuple[tuple[str, Course], ...]
    held: bool

    def __call__(
        self,
        raw: Raw,
        prediction: Array,
        target: Array,
        *others: Array,
        weight: Array | None = None,
        mask: Array | None = None,
        reduction: str = "mean",
    ) -> Array:
        """Return the loss, normaliser included; arrays and keywords are those of a call.

        Raises:
            ShapeError, DtypeError, BackendError, ArgumentError: as a call of a loss does.
        """
        if reduction not in REDUCTIONS:
            raise ArgumentError(f"reduction={reduction!r}: {nearest(str(reduction), REDUCTIONS)}")
        # Arrays of NumPy may meet a loss of JAX's parameters.
        given = jax.tree.map(jax.numpy.asarray, ((prediction, target, *others), weight, mask))
        return self.at(raw).defined(reduction, *given)

    def at(self, raw: Raw) -> Any:
        """Return a loss with arrays for parameters: for `across`, and for its `parts`."""
        return with_arrays(self.frozen, self._values(raw), self.held)

    def loss(self, raw: Raw) -> Any:
        """Return the loss with the present values of what is learned as plain numbers."""
        found = {name: float(value) for name, value in self._values(raw).items()}
        return with_formula(self.frozen, formula_of(self.frozen).replace(**found))

    def _values(self, raw: Raw) -> Raw:
        xp = backend_named("jax").xp
        return {name: way.value(xp, raw[name]) for name, way in self.courses}
