"""Check 1: the gradient against finite differences."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.differing import Difference, difference
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.numeric import directional
from lossary.verifier.numerics.columns import widened
from lossary.verifier.numerics.wording import meant
from lossary.verifier.rule import check
from lossary.verifier.shrinking import shrunk

Array = Any
ROUNDINGS = 1e-5
"""Gradients this near, relative to their size, are computed in another precision, not wrong."""
NOTHING = 1e-13
"""A slope this small is what rounding leaves of none, in a loss of usual size."""
ENTRIES = 64
"""So many entries are differentiated one by one; of more, directions are tried."""


def _differentiable(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    if "ctc" in subject.candidate.name.lower():
        return "the gradient of CTC is by convention that before a log-softmax"
    return None if subject.differentiable else "NumPy does not differentiate: hand over gradient="


@check(
    number=1,
    reason="A model follows the gradient and never sees the value: a wrong one trains, to nowhere.",
    rule="FAIL where the gradient differs from the slope of the value by more than both can be off,"
    " at an entry without a kink or a jump; INFO where the source stops a factor's gradient in so"
    " many words, WARN where it loses it, as `.item()` does. At a kink any slope between its two"
    " sides is right.",
    evidence=("pytorch#5351", "pytorch#59477", "DCNv2#13"),
    applies=_differentiable,
)
def gradient(subject: Any) -> Iterable[Finding]:
    """The gradient is the slope of the value."""
    for name in _names(subject):
        for seed in range(3):
            batch = subject.draw(seed)
            if _raises(subject, batch, name):
                yield _no_way_back(subject, batch, name)
                return
            lost = _lost(subject, batch, name)
            if lost is not None:
                yield lost
                return
            if _suspicious(subject, batch, name, seed) and _wrong(subject, batch, name):
                yield _finding(subject, _small(subject, batch, name), name)
                return
    yield from _of_columns(subject)


def _of_columns(subject: Any) -> Iterator[Finding]:
    """Hold a gradient written by hand for rows of numbers against rows of several numbers."""
    wide = widened(subject)
    if wide is not None:
        name = wide.contract.prediction.name
        batch = wide.draw(n=2)
        if _wrong(wide, batch, name):
            yield _finding(wide, batch, name)


def _names(subject: Any) -> Iterator[str]:
    """Yield the predictions, and other arrays of real numbers, as the second embeddings."""
    first = subject.contract.prediction.name
    yield first
    if subject.candidate.gradient is None:
        for each in subject.contract.arguments:
            if each.name != first and (each.role == "prediction" or _free(each)):
                yield each.name


def _free(argument: Any) -> bool:
    return argument.role == "other" and argument.domain == "real"


def _raises(subject: Any, batch: Any, name: str) -> bool:
    """Say whether the value can be had and its gradient cannot, in any ordinary precision."""
    for precision in ("float64", "float32"):
        try:
            subject.slope(batch, name, precision)
            return False
        except CandidateError:
            subject.value(batch, precision)
    return True


def _lost(subject: Any, batch: Any, name: str) -> Finding | None:
    """Report a gradient that is NaN at an ordinary batch, where the value has a slope."""
    own = subject.slope(batch, name)
    if own is None or own.shape != batch[name].shape or not np.isnan(own).any():
        return None
    numeric = subject.numeric(batch, name)
    if not (np.isnan(own) & np.isfinite(numeric.value) & ~numeric.jump).any():
        return None
    small = shrunk(subject, batch, lambda b: bool(np.isnan(subject.slope(b, name)).any()))
    return fail(
        f"The gradient in {name} is NaN at ordinary numbers, although the value is"
        f" {subject.number(small):.4g}.",
        subject.example(subject.call_slope(small, name), expected="numbers"),
        "an infinite slope, as of a root or a logarithm at zero, was multiplied by zero",
        "keep zero out before the root or the logarithm: where() inside it and where() around it",
    )


def _suspicious(subject: Any, batch: Any, name: str, seed: int) -> bool:
    """Try the gradient along random directions: cheap, and no wrong gradient passes them all."""
    own = subject.slope(batch, name)
    if own is None or (name != subject.contract.prediction.name and not own.any()):
        return False  # other arrays may be held constant on purpose
    if own.shape != batch[name].shape:
        return True
    rng = np.random.default_rng(seed)
    return any(_off_along(subject, batch, name, own, rng) for _ in range(2 if seed == 0 else 1))


def _off_along(
    subject: Any, batch: Any, name: str, own: Array, rng: Any, *, kinked: bool = True
) -> bool:
    """Say whether the slope along a random direction is another; a kink says what `kinked` is."""
    way = rng.choice([-1.0, 1.0], own.shape) * rng.uniform(0.5, 1.5, own.shape)
    low, high = subject.limits(name)
    slope = directional(lambda a: subject.number(batch.with_(name, a)), batch[name], way, low, high)
    if not np.isfinite(slope.value) or not np.isfinite(own).all():
        return False
    if slope.kink or slope.jump:
        return kinked
    room = 5 * slope.error + ROUNDINGS * max(np.abs(own * way).sum(), abs(slope.value)) + NOTHING
    return bool(abs(slope.value - (own * way).sum()) > room)


def _wrong(subject: Any, batch: Any, name: str) -> bool:
    """Say whether the gradient is wrong beyond doubt at some entry."""
    own = subject.slope(batch, name)
    if own is None:
        return False
    if own.shape != batch[name].shape:
        return True
    if own.size > ENTRIES:
        return _off_along(subject, batch, name, own, np.random.default_rng(7), kinked=False)
    return bool(_off(own, _numeric(subject, batch, name, own)).any())


def _numeric(subject: Any, batch: Any, name: str, own: Array) -> Any:
    """Differentiate the value; at the edge of the domain a branch that begins there is a kink."""
    numeric = subject.numeric(batch, name)
    edges = np.isin(batch[name], subject.limits(name)) & _off(own, numeric)
    bent = np.zeros_like(edges)
    for place in map(tuple, np.argwhere(edges)):
        bent[place] = _bent(subject, batch, name, place)
    return replace(numeric, kink=numeric.kink | bent)


def _bent(subject: Any, batch: Any, name: str, place: tuple[int, ...]) -> bool:
    one = np.zeros_like(batch[name])
    one[place] = 1.0
    try:
        slope = directional(lambda a: subject.number(batch.with_(name, a)), batch[name], one)
    except CandidateError:
        return False
    return bool(slope.kink or slope.jump)


def _small(subject: Any, batch: Any, name: str) -> Any:
    """Shrink the example as long as the same is wrong: n is 2 for two rows, and so is a lost 2."""
    story = _story(subject, batch, name)

    def same(smaller: Any) -> bool:
        return _wrong(subject, smaller, name) and _story(subject, smaller, name) == story

    return shrunk(subject, batch, same)


def _story(subject: Any, batch: Any, name: str) -> str:
    own = subject.slope(batch, name)
    if own.shape != batch[name].shape or own.size > ENTRIES:
        return ""
    numeric = _numeric(subject, batch, name, own)
    return difference(own, numeric.value, batch[name], numeric.smooth).cause


def _off(own: Array, numeric: Any) -> Array:
    largest = np.abs(numeric.value[numeric.smooth]).max(initial=0.0)
    largest = max(largest, np.abs(own[np.isfinite(own)]).max(initial=0.0))
    with np.errstate(invalid="ignore"):
        off = np.abs(own - numeric.value) > 5 * numeric.error + ROUNDINGS * largest
    return off & numeric.smooth & np.isfinite(own)


def _finding(subject: Any, batch: Any, name: str) -> Finding:
    own, numeric = subject.slope(batch, name), subject.numeric(batch, name)
    if own.shape == numeric.value.shape:
        numeric = _numeric(subject, batch, name, own)
    example = subject.example(subject.call_slope(batch, name), expected=_few(numeric.value))
    if own.shape != numeric.value.shape:
        return fail(
            f"The gradient in {name} has the shape {own.shape}, and {name} the shape"
            f" {numeric.value.shape}.",
            example,
            "the gradient was summed, or of something else",
            f"return one number for each entry of {name}",
        )
    what = difference(own, numeric.value, batch[name], numeric.smooth)
    distance = np.where(numeric.smooth, np.abs(own - numeric.value), -1.0)
    worst = np.unravel_index(distance.argmax(), own.shape)
    says = (
        f"The gradient in {name} {what.says}: {own[worst]:.4g} where the value has the slope"
        f" {numeric.value[worst]:.4g}."
    )
    return _judged(subject, says, example, what)


def _judged(subject: Any, says: str, example: Any, what: Difference) -> Finding:
    """Take a factor that the source detaches for meant, and tell of it."""
    word = meant(subject.candidate)
    if word is None or what.says.startswith("is -"):
        return fail(says, example, what.cause, what.mend)
    return (warn if word.startswith(".") else info)(
        says,
        example,
        f"the source holds a factor constant (`{word.strip('.()')}`), which may be meant",
        "leave the factor in the graph, or say in the docstring that it is held constant",
    )


def _no_way_back(subject: Any, batch: Any, name: str) -> Finding:
    error = subject.call_slope(batch, name).found
    return fail(
        f"The value can be computed, and its gradient in {name} raises {error}.",
        subject.example(subject.call_slope(batch, name), expected="a gradient"),
        "an array that the backward pass needs was written over, or a function without a slope",
        "write to copies (`x = x * 2`, not `x *= 2`), and use functions that differentiate",
    )


def _few(numbers: Array) -> str:
    return np.array2string(np.asarray(numbers), precision=6, separator=", ")
