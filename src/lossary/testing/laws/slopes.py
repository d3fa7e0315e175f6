"""Laws of the slope and the curvature."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lossary.core.elementwise import Elementwise
from lossary.core.rowwise import Classwise
from lossary.testing.case import Case, Law, assert_close
from lossary.testing.sampling import extremes

ALL = ("float64", "float32")


def the_gradient_is_the_slope(case: Case) -> None:
    arrays = case.draw(4)
    weight = np.random.default_rng(4).uniform(0.5, 2.0, case.entry_shape(arrays))
    for reduction in ("sum", "mean"):
        written = case.loss.gradient(
            *case.on(*arrays), reduction=reduction, weight=case.on(weight)[0]
        )
        slope = case.slope(*arrays, reduction=reduction, weight=weight)
        assert_close(case.number(written), slope, 200, "both are exact up to ten or so roundings")


def the_gradient_is_what_small_steps_see(case: Case) -> None:
    arrays = case.draw(5)
    found = case.slope(*arrays, reduction="sum")
    step = 1e-6
    for index in np.ndindex(arrays[0].shape):
        ends = []
        for sign in (1, -1):
            moved = arrays[0].copy()
            moved[index] += sign * step
            ends.append(float(case.call(moved, *arrays[1:], reduction="sum")))
        seen = (ends[0] - ends[1]) / (2 * step)
        # The two ends lose half their digits against each other: 1e-16 / 1e-6, times their size.
        np.testing.assert_allclose(found[index], seen, rtol=2e-5, atol=1e-8 * (1 + abs(ends[0])))


def kinks_have_one_slope_everywhere(case: Case) -> None:
    """At a perfect prediction, at zero and at a margin, each framework gives the derived slope."""
    _, target = case.draw(6)
    for prediction in (target, 0 * target, 0 * target + 1, 0 * target - 1):
        if case.loss.domains[0][0].contains(float(np.min(prediction))):
            arrays = (
                np.stack([prediction] * 2, -1) if case.loss.components else prediction,
                target,
            )
            written = case.number(case.loss.gradient(*case.on(*arrays)))
            if np.isfinite(written).all():
                assert_close(written, case.slope(*arrays, reduction="sum"), 100, "one convention")


def extreme_slopes_agree_with_the_twin(case: Case) -> None:
    import mpmath

    domain = case.loss.domains[0][0]
    predictions = np.asarray([each for each in extremes(domain) if abs(each) <= 800])
    target = case.draw(7)[1][0]
    targets = np.full(predictions.shape, target)
    # Away from kinks, and from ends beyond which the twin has no real value.
    keep = (
        (abs(predictions - targets) > 1e-3)
        & (predictions > domain.low)
        & (predictions < domain.high)
    )
    predictions, targets = predictions[keep], targets[keep]
    found = case.slope(predictions, targets, reduction="sum")
    slow = _slow(case)
    with mpmath.workdps(30):
        expected = [
            float(mpmath.diff(lambda p, t=t: slow(p, t), float(p), h=mpmath.mpf(10) ** -20))
            for p, t in zip(predictions, targets, strict=True)
        ]
    assert_close(found, expected, 4000, "exp of x has x roundings, and x goes up to 745")


def the_curvature_is_positive(case: Case) -> None:
    found = case.number(case.loss.curvature(*case.on(*case.draw(8))))
    assert (found > 0).all(), f"{case.loss.curvature_rule.rule}: {found.min()}"


def the_curvature_is_never_below(case: Case) -> None:
    """Below the second derivative, a booster's leaf would overstep."""
    import mpmath

    rule = case.loss.curvature_rule
    arrays = case.draw(8)
    found = case.number(case.loss.curvature(*case.on(*arrays)))
    slow = _slow(case)
    for p, t, curvature in zip(*arrays, found, strict=True):
        with mpmath.workdps(40):
            second = float(mpmath.diff(lambda p, t=t: slow(p, t), float(p), 2))
        # The finite difference of the second order keeps about a third of forty digits.
        slack = 1e-9 * (1 + abs(second))
        assert rule.below or curvature >= second - slack, (p, t, curvature, second)
        if rule.rule == "exact":
            np.testing.assert_allclose(curvature, second, rtol=1e-9, atol=slack)


def the_curvature_of_a_row_is_above_its_hessian(case: Case) -> None:
    """The scores of a row see each other: no step, in whatever direction, must overstep."""
    prediction, *others = case.draw(11)
    found = case.number(case.loss.curvature(*case.on(prediction, *others)))
    hessian = np.stack(
        [_bend(case, prediction, others, column) for column in range(prediction.shape[-1])], axis=-1
    )
    over = found[..., None] * np.eye(prediction.shape[-1]) - hessian
    # Slopes near one are rounded at 1e-16, and divided by steps of 1e-5; the rest is their square.
    slack = 1e-9 * (1 + np.abs(hessian).max())
    least = np.linalg.eigvalsh((over + np.swapaxes(over, -1, -2)) / 2).min()
    assert least > -slack, f"{case.loss.curvature_rule.rule}: {least}"
    felt = np.abs(hessian).max(axis=(-1, -2)) > slack  # a class may weigh nothing
    assert (found[felt] > 0).all(), f"{case.loss.curvature_rule.rule}: {found[felt].min()}"


def declared_properties_hold(case: Case) -> None:
    """Convex: no chord lies below. Robust: an entry far out pulls no harder than a bound."""
    arrays = case.draw(9)
    if case.loss.convex:
        _assert_convex(case, arrays)
    if case.loss.robust and isinstance(case.loss, Elementwise):
        pulls = [
            np.abs(case.slope(far, arrays[1], reduction="sum")).max() for far in _far(case, arrays)
        ]
        assert pulls[1] <= pulls[0] * 1.01 + 1e-6, f"the pull grows from {pulls[0]} to {pulls[1]}"


def _bend(case: Case, prediction: Any, others: Any, column: int) -> Any:
    """Return how the slopes of each row change with one of its scores."""
    step = 1e-5 * (np.arange(prediction.shape[-1]) == column)
    ends = (case.loss.gradient(*case.on(prediction + way * step, *others)) for way in (1, -1))
    above, below = map(case.number, ends)
    return (above - below) / 2e-5


def _assert_convex(case: Case, arrays: tuple[Any, ...]) -> None:
    other = case.draw(10)[0]
    middle = (arrays[0] + other) / 2
    ends = case.call(*arrays, reduction="none") + case.call(other, *arrays[1:], reduction="none")
    inside = case.call(middle, *arrays[1:], reduction="none")
    assert (inside <= ends / 2 + 1e-9 * (1 + np.abs(ends))).all(), "a chord lies below the loss"


def _slow(case: Case) -> Callable[[Any, Any], Any]:
    """Return the slow twin of one prediction and one target."""
    import mpmath

    assert case.twin is not None
    twin, parameters = case.twin, case.loss.parameters()
    return lambda p, t: twin(p, mpmath.mpf(float(t)), **parameters)


def _far(case: Case, arrays: tuple[Any, ...]) -> list[Any]:
    direction = np.where(np.arange(arrays[0].size).reshape(arrays[0].shape) % 2, 1.0, -1.0)
    return [1e3 * direction, 1e6 * direction]


def _trained(loss: Any) -> bool:
    return bool(loss.trainable)


def _bent(loss: Any) -> bool:
    return isinstance(loss, Classwise) and loss.curvature_rule.rule != "none"


def _entrywise(loss: Any) -> bool:
    return isinstance(loss, Elementwise) and bool(loss.trainable)


SLOPES = (
    Law("the gradient is the slope", the_gradient_is_the_slope, _trained, ALL),
    Law(
        "the gradient is what small steps see",
        the_gradient_is_what_small_steps_see,
        _trained,
        ("float64",),
    ),
    Law("kinks have one slope everywhere", kinks_have_one_slope_everywhere, _entrywise, ALL),
    Law(
        "extreme slopes agree with the slow twin",
        extreme_slopes_agree_with_the_twin,
        lambda loss: _entrywise(loss) and not loss.components,
        ("float64",),
    ),
    Law(
        "the curvature is positive",
        the_curvature_is_positive,
        _entrywise,
        ("float64",),
    ),
    Law(
        "the curvature is never below the slow twin's",
        the_curvature_is_never_below,
        lambda loss: _entrywise(loss) and not loss.components,
        ("float64",),
    ),
    Law(
        "the curvature of a row is above its Hessian",
        the_curvature_of_a_row_is_above_its_hessian,
        _bent,
        ("float64",),
    ),
    Law("declared properties hold", declared_properties_hold, _trained, ("float64",)),
)
