"""Laws of precision: half is lifted, sums do not saturate, compiled is the same."""

from typing import Any

import numpy as np

from lossary.backends import backend_named
from lossary.core.elementwise import Elementwise
from lossary.testing.case import Case, Law, assert_close

HALVES = ("float16", "bfloat16")


def half_precision_is_lifted(case: Case) -> None:
    """From the same rounded inputs, half precision gives what double does, to single's digits."""
    arrays = case.draw(1)
    reference = Case(case.loss, backend_named("numpy"), "float64", place=case.place)
    found = case.call(*arrays)
    assert found.dtype.itemsize >= 4
    assert_close(found, reference.call(*arrays), 100, "single precision inside")
    if case.loss.trainable:
        slope = case.slope(*arrays)
        expected = reference.slope(*arrays)
        # The slope comes back in half precision: 11 bits, or 8.
        spacing = 2.0**-10 if case.precision == "float16" else 2.0**-7
        np.testing.assert_allclose(slope, expected, rtol=spacing, atol=spacing * 0.01)


def half_precision_survives_extremes(case: Case) -> None:
    domain = case.loss.domains[case.place][0]
    arrays = list(case.draw(2))
    far = np.where(np.arange(arrays[0].size).reshape(arrays[0].shape) % 2, 1e4, -1e4)
    arrays[0] = case._rounded(np.where(abs(far) == 1e4, far, 0.0))
    if domain.name == "log_probability":
        arrays[0] = -abs(arrays[0])
    reference = Case(case.loss, backend_named("numpy"), "float32", place=case.place)
    found = case.call(*arrays, reduction="none")
    assert not np.isnan(found).any()
    expected = reference.call(*arrays, reduction="none")
    # A difference of two distances of 1e4 has the roundings of 1e4, however small it is.
    if isinstance(case.loss, Elementwise) and case.loss.trainable:
        slope = case.slope(*arrays, reduction="sum")
        written = case.number(case.loss.gradient(*case.on(*arrays)))
        np.testing.assert_allclose(
            slope, written, rtol=2.0**-6, err_msg="the slope, rounded to half"
        )
    scale = 1.0 if isinstance(case.loss, Elementwise) else np.maximum(1e4, np.abs(expected))
    why = "the same single precision"
    assert_close(found / scale, expected / scale, 100, why)


def it_compiles_whole(case: Case) -> None:
    arrays = case.on(*case.draw(3))
    weight, mask = case.on(
        np.ones(case.entry_shape(case.draw(3))), np.ones(case.entry_shape(case.draw(3)), dtype=bool)
    )
    plain = case.backend.whole(lambda *given: case.loss(*given))
    assert_close(
        case.number(plain(*arrays)), case.number(case.loss(*arrays)), 50, "fused operations"
    )
    full = case.backend.whole(lambda w, m, *given: case.loss(*given, weight=w, mask=m))
    expected = case.loss(*arrays, weight=weight, mask=mask)
    assert_close(
        case.number(full(weight, mask, *arrays)), case.number(expected), 50, "fused operations"
    )


def its_slope_compiles_whole(case: Case) -> None:
    first, *others = case.on(*case.draw(3))
    whole = case.backend.whole(lambda *given: case.loss(*given))
    found = case.backend.gradient(lambda p: whole(p, *others), first)
    expected = case.backend.gradient(lambda p: case.loss(p, *others), first)
    assert_close(case.number(found), case.number(expected), 50, "fused operations")


def it_gives_the_same_bits_twice(case: Case) -> None:
    arrays = case.on(*case.draw(4))
    one, other = (case.number(case.loss(*arrays)) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def _any_number(loss: Any) -> bool:
    return loss.domains[0][0].name in ("real", "log_amount", "logit", "scores", "log_probability")


PRECISION = (
    Law("half precision is lifted", half_precision_is_lifted, lambda loss: True, HALVES),
    Law("half precision survives extremes", half_precision_survives_extremes, _any_number, HALVES),
    Law("it compiles whole", it_compiles_whole, lambda loss: True, ("float32",)),
    Law(
        "its slope compiles whole",
        its_slope_compiles_whole,
        lambda loss: bool(loss.trainable),
        ("float32",),
    ),
    Law(
        "it gives the same bits twice",
        it_gives_the_same_bits_twice,
        lambda loss: True,
        ("float32",),
    ),
)
