"""An estimate of a loss's curvature in each weight of a model, from one backward pass."""

from typing import Any

from lossary.backends import backend_of
from lossary.core.composition import Sum
from lossary.core.loss import Loss
from lossary.errors import ShapeError
from lossary.numerics import ratio

Array = Any


def curvature_probe(
    loss: Loss,
    prediction: Array,
    target: Array,
    signs: Array,
    *,
    weight: Array | None = None,
    mask: Array | None = None,
) -> Array:
    """Return what to send back through a prediction, so that squared slopes estimate curvatures.

    The probe stands where the gradient of the mean loss would: `prediction.backward(probe)`, or
    `jax.vjp`, gives each weight a slope, and the squares of these slopes are on average, over
    random signs, the diagonal of the Gauss-Newton matrix of the mean loss. `SophiaG` takes them.

    The curvature of an entry is `loss.curvature`: the second derivative, or what the loss's rule
    puts in its place. For a softmax, that is a bound, so estimates are up to twice too high.

    >>> import lossary
    >>> import numpy as np
    >>> x, signs = np.asarray([1.0, 3.0]), np.asarray([-1.0, 1.0])
    >>> probe = curvature_probe(lossary.HalfSquaredError(), 0.5 * x, np.zeros(2), signs)
    >>> round(float((probe @ x) ** 2), 6)  # on average over signs it is the mean of x²: 5
    2.0

    Args:
        loss: a loss whose curvature is known entry by entry.
        prediction: what the model gave.
        target: what it should have given.
        signs: -1 and 1 by chance, in the prediction's shape, drawn anew for each probe.
        weight: how much each entry counts, as in the loss.
        mask: which entries count, as in the loss.

    Raises:
        GradientError: the loss has no curvature for each entry.
        ShapeError: the signs are not in the prediction's shape.
    """
    backend = backend_of(prediction, signs)
    if backend.shape(signs) != backend.shape(prediction):
        raise ShapeError(
            f"curvature_probe: one sign for each number of the prediction, of shape "
            f"{backend.shape(prediction)}, is needed, but signs have {backend.shape(signs)}."
        )
    (prediction,) = backend.parted([backend.taken(prediction)], [])
    curvature = _of_mean(loss, backend.xp, (prediction, target), {"weight": weight, "mask": mask})
    return backend.cast(signs, curvature.dtype) * backend.xp.sqrt(curvature)


def _of_mean(loss: Loss, xp: Any, arrays: tuple[Array, ...], given: dict[str, Any]) -> Array:
    """Return the curvature of the mean loss in each number of the prediction."""
    if isinstance(loss, Sum) and min(loss.factors) >= 0:
        terms = zip(loss.factors, loss.terms, strict=True)
        return sum(factor * _of_mean(term, xp, arrays, given) for factor, term in terms)
    curvature = loss.curvature(*arrays, **given)
    count = loss.parts(*arrays, **given).denominator
    return ratio(xp, curvature, count + xp.zeros_like(curvature), 0.0)
