"""What the first batches of a run are held against: domains, encodings, shapes and gradients."""

from collections.abc import Callable, Iterator

import numpy as np

from lossary import domains
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.watching.live import Live

ENOUGH = 16
"""Raw outputs of so many entries lie within [0, 1] by chance once in 65,000 batches."""
SATURATED = 0.9
HEAVY = 0.5
ROWS_FOR_A_SHARE = 100
DEAD = 1e-3
"""A term with less than a thousandth of the gradient moves nothing."""


def looked_at(live: Live) -> list[Finding]:
    """Hold one batch against the contract."""
    return [found for look in LOOKS for found in look(live)]


def numbers(live: Live) -> Iterator[Finding]:
    """Every number that goes in is one."""
    for name, array in live.arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            lost = ~np.isfinite(array)
            where = tuple(int(each) for each in np.argwhere(lost)[0])
            yield fail(
                f"{int(lost.sum())} of {array.size} values of {name} are no numbers, the first at "
                f"{list(where)}.",
                mend="leave such entries out with a mask, or find where they come from",
            )


def softmax_twice(live: Live) -> Iterator[Finding]:
    """A loss that applies the softmax itself gets scores, and not probabilities."""
    if live.prediction.domain == "scores" and live.sums is not None and live.sums.size > 1:
        one = np.allclose(live.sums, 1, atol=1e-2) and (live.predicted >= 0).all()
        k = live.classes or 2
        if one:
            yield fail(
                f"Every row of {live.prediction.name} sums to one, as after a softmax, and the "
                f"loss applies the softmax itself: it cannot fall below "
                f"{np.log(np.e + k - 1) - 1:.2f} for {k} classes, however good the model.",
                cause="the model ends in a softmax",
                mend="hand over the raw output of the last layer",
            )


def sigmoid_twice(live: Live) -> Iterator[Finding]:
    """A loss that applies the sigmoid itself gets logits, and not probabilities."""
    p = live.predicted
    inside = p.size >= ENOUGH and (p >= 0).all() and (p <= 1).all() and p.min() < p.max()
    if live.prediction.domain == "logit" and inside:
        yield warn(
            f"All {p.size} values of {live.prediction.name} lie in [0, 1], as after a sigmoid, and "
            f"the loss applies the sigmoid itself.",
            cause="the model ends in a sigmoid",
            mend="hand over the raw output of the last layer",
        )


def prediction_domain(live: Live) -> Iterator[Finding]:
    """The prediction lies where the loss can read it."""
    domain = getattr(domains, live.prediction.domain, None)
    if domain is None or domain.integer:
        return
    outside = domain.outside(np, live.predicted) & np.isfinite(live.predicted)
    if outside.any():
        first = live.predicted[outside].flat[0]
        yield fail(
            f"{int(outside.sum())} of {outside.size} values of {live.prediction.name} lie outside "
            f"{domain} (the first is {first:.4g}), where this loss has no meaning.",
            mend=domain.mend or f"the loss reads {domain.name.replace('_', ' ')} values",
        )


def labels(live: Live) -> Iterator[Finding]:
    """Labels name classes that there are."""
    argument, target = live.contract.target, live.target
    if argument is None or target is None or argument.domain != "labels" or not target.size:
        return
    if target.dtype.kind == "f" and (target != np.round(target)).any():
        first = target[target != np.round(target)].flat[0]
        yield fail(
            f"{argument.name} holds {first:.4g}, and labels are whole numbers.",
            mend="hand over the index of the class",
        )
    elif live.classes is not None:
        wrong = (target < 0) | (target >= live.classes)
        if wrong.any():
            yield fail(
                f"{int(wrong.sum())} labels are not among 0 to {live.classes - 1}; the first is "
                f"{target[wrong].flat[0]:g}.",
                mend="labels start at 0; leave entries out by the label that the loss ignores",
            )


def shares(live: Live) -> Iterator[Finding]:
    """Targets of yes and no are 0 and 1, or between them."""
    argument, target = live.contract.target, live.target
    if argument is None or target is None or argument.domain not in ("degree", "probability"):
        return
    wrong = (target < 0) | (target > 1)
    if wrong.any():
        sides = set(np.unique(target)) <= {-1.0, 1.0}
        yield fail(
            f"{int(wrong.sum())} of {target.size} values of {argument.name} lie outside [0, 1]; the"
            f" first is {target[wrong].flat[0]:.4g}.",
            mend="(target + 1) / 2 turns -1 into 0" if sides else "divide by the largest, as 255",
        )


def one_sided(live: Live) -> Iterator[Finding]:
    """A batch shows more than one class."""
    argument, target = live.contract.target, live.target
    if argument is None or target is None or argument.domain not in ("degree", "labels", "side"):
        return
    if target.size >= ENOUGH and (target == target.flat[0]).all():
        yield warn(
            f"All {target.size} targets of the batch are {target.flat[0]:g}.",
            cause="data sorted by class, or an encoding that loses a class",
            mend="shuffle the rows",
        )
    elif not target.size:
        yield warn("No target of the batch counts: all are left out.")


def shapes(live: Live) -> Iterator[Finding]:
    """Prediction and target stand side by side, and nothing is spread over the batch."""
    argument = live.contract.target
    if argument is None or argument.axes != live.prediction.axes:
        return
    target = live.arrays.get(argument.name)
    if target is not None and target.shape != live.predicted.shape:
        yield fail(
            f"{live.prediction.name} has the shape {live.predicted.shape} and {argument.name} "
            f"{target.shape}: each is spread over the other, and every row meets every target.",
            cause="a last layer of one unit gives (n, 1), and the targets are (n,)",
            mend=f"{live.prediction.name}.squeeze(-1), or {argument.name}.reshape(-1, 1)",
        )


def attached(live: Live) -> Iterator[Finding]:
    """The prediction hangs on the model's weights."""
    if not live.attached:
        yield fail(
            f"{live.prediction.name} does not hang on any weight: no gradient will reach the "
            f"model.",
            cause="detach(), .item(), NumPy, argmax or no_grad between the model and the loss",
            mend="hand over the model's output as it comes",
        )


def saturation(live: Live) -> Iterator[Finding]:
    """The gradient is not zero nearly everywhere."""
    if live.slope is None or live.slope.size < ENOUGH:
        return
    flat = float((live.slope == 0).mean())
    if flat == 1.0:
        yield fail(
            f"The gradient in {live.prediction.name} is zero throughout.",
            cause="saturated or clipped predictions, or all entries left out",
            mend="let the loss read logits, which do not saturate",
        )
    elif flat > SATURATED:
        yield info(f"{flat:.0%} of the entries have no gradient in this batch.")


def heavy_entries(live: Live) -> Iterator[Finding]:
    """A few rows do not carry most of the gradient."""
    if live.slope is None or len(live.slope) < ROWS_FOR_A_SHARE or not np.any(live.slope):
        return
    rows = np.sort(np.abs(live.slope).reshape(len(live.slope), -1).sum(1))[::-1]
    share = float(rows[: max(1, len(rows) // 100)].sum() / rows.sum())
    tell = warn if share > HEAVY else info
    yield tell(
        f"The top 1 % of the rows carry {share:.0%} of the gradient.",
        cause="outliers or wrong labels, where the loss grows with their error",
        mend="look at these rows; a robust loss (lossary.Huber) bounds their pull",
    )


def dead_terms(live: Live) -> Iterator[Finding]:
    """Every term of a sum moves something."""
    whole = sum(live.terms.values())
    for name, length in live.terms.items():
        if whole > 0 and length < DEAD * whole:
            yield warn(
                f"The term {name} carries {length / whole:.1g} of the gradient's length: it moves "
                f"nothing.",
                mend="raise its weight, or leave it out",
            )


LOOKS: tuple[Callable[[Live], Iterator[Finding]], ...] = (
    numbers, softmax_twice, sigmoid_twice, prediction_domain, labels, shares, one_sided, shapes,
    attached, saturation, heavy_entries, dead_terms,
)  # fmt: skip
