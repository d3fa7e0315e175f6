"""Values looked at inside a compiled JAX program, which cannot raise: by way of `checkify`."""

from lossary.adapters.needs import need

need("jax")

from typing import Any

import jax
from jax.experimental import checkify

from lossary.core.batch import Batch
from lossary.core.checking import (
    looked_at,
    outside,
    row_sums,
    told_outside,
    told_softmax,
    told_sums,
    tolerance,
)
from lossary.core.composition import Sum
from lossary.domains import Domain

Array = Any


def check(
    loss: Any,
    prediction: Array,
    target: Array,
    *others: Array,
    weight: Array | None = None,
    mask: Array | None = None,
) -> None:
    """Hold values against what the loss declares, as `loss.check` does, inside `jit` too.

    The function that calls this must go through `jax.experimental.checkify.checkify`, which makes
    it return an error beside its result; JAX says so where it is forgotten. Carry that out before
    differentiating, `value_and_grad(checkified, has_aux=True)`: JAX drops the checks of a `scan`
    that is differentiated first. Values that are only suspicious are passed: a compiled program
    cannot warn.

    Args:
        loss: any loss; the arrays, weight and mask are those of its call.

    Raises:
        JaxRuntimeError: where nothing is traced, at once; else by `error.throw()`.
        ShapeError, DtypeError, BackendError: as a call does, while the program is traced.

    >>> import jax, lossary
    >>> from jax.experimental import checkify
    >>> loss = lossary.CrossEntropy()
    >>> def judged(scores, labels):
    ...     check(loss, scores, labels)
    ...     return loss(scores, labels)
    >>> safe = jax.jit(checkify.checkify(judged))
    >>> error, value = safe(jax.numpy.asarray([[1.0, 2.0]]), jax.numpy.asarray([2]))
    >>> print(error.get().splitlines()[0])
    CrossEntropy: target must lie in integers 0 to k-1, but 1 of 1 do not, first target[0] = 2.
    """
    arrays = (prediction, target, *others)
    for term in loss.terms if isinstance(loss, Sum) else (loss,):
        for name, array, given, domain, batch in looked_at(term, arrays, weight, mask):
            if 0 in array.shape:
                continue  # nothing is there to be wrong
            wrong = outside(name, array, domain, batch)
            place = f"[{', '.join(['‹›'] * wrong.ndim)}] = ‹value›"
            told = told_outside(term.label, name, domain, "‹count›", wrong.size, place)
            _hold(wrong, told, given)
            _hold_rows(term, name, array, given, domain, batch)


def _hold(wrong: Array, told: str, given: Array) -> None:
    """Check that nothing is marked; else tell how many are, and the first one's place and value."""
    first = jax.numpy.argmax(wrong)
    places = jax.numpy.unravel_index(first, wrong.shape)
    value = jax.numpy.asarray(given).reshape(-1)[first]
    checkify.check(~wrong.any(), _pattern(told), *places, count=wrong.sum(), value=value)


def _hold_rows(
    loss: Any, name: str, array: Array, given: Array, domain: Domain, batch: Batch
) -> None:
    """Check that shares sum to one, and that scores do not."""
    sums = row_sums(array, domain, batch)
    if sums is None:
        return
    at_one = abs(sums - 1) <= tolerance(str(given.dtype))
    kept = jax.numpy.ones_like(at_one) if batch.valid is None else batch.valid
    if domain.name == "scores":
        softmax = (at_one & (array >= 0).all(-1) | ~kept).all() & kept.any()
        checkify.check(~softmax, _pattern(told_softmax(loss.label, name, domain)))
        return
    wrong = ~at_one & kept
    told = told_sums(loss.label, name, domain, "‹count›", "‹size›", "‹first›")
    first = sums.reshape(-1)[jax.numpy.argmax(wrong)]
    counts = {"count": wrong.sum(), "size": kept.sum(), "first": first}
    checkify.check(~wrong.any(), _pattern(told), **counts)


def _pattern(told: str) -> str:
    """Make a format of a text: its braces are doubled, and ‹ › become those of the format."""
    doubled = told.replace("{", "{{").replace("}", "}}")
    return doubled.replace("‹", "{").replace("›", "}")
