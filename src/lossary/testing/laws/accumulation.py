"""Laws of parts: micro-batches of any size and ranks add up to the whole, in value and slope."""

from functools import reduce
from operator import add
from typing import Any

import numpy as np

from lossary.errors import AdditivityError
from lossary.testing.case import Case, Law, Refused, assert_close

ALL = ("float64", "float32")
SPLITS = ((0, 1), (1, 4), (4, 4), (4, 12))
"""Micro-batches of 1, 3, 0 and 8 rows."""


def micro_batches_add_up(case: Case) -> None:
    _assert_adds_up(case, SPLITS)
    if case.loss == type(case.loss)():
        _assert_adds_up(case, tuple((row, row + 1) for row in range(12)))


def _assert_adds_up(case: Case, split: tuple[tuple[int, int], ...]) -> None:
    arrays = case.draw(1)
    rng = np.random.default_rng(1)
    weight = rng.uniform(0.5, 2.0, case.entry_shape(arrays))
    mask = rng.uniform(size=weight.shape) < 0.7
    mask[:1] = False  # the first micro-batch has nothing that counts

    def accumulated(first: Any, *others: Any) -> Any:
        given = (first, *others)
        moved = case.on(weight, mask)
        parts = [
            case.loss.parts(
                *(each[a:b] for each in given), weight=moved[0][a:b], mask=moved[1][a:b]
            )
            for a, b in split
        ]
        return reduce(add, parts).value

    given = case.on(*arrays)
    whole = case.call(*arrays, weight=weight, mask=mask)
    assert_close(case.number(accumulated(*given)), whole, 100, "the same sums in another order")
    if case.loss.trainable:
        found = case.backend.gradient(lambda p: accumulated(p, *given[1:]), given[0])
        slope = case.slope(*arrays, weight=weight, mask=mask)
        assert_close(case.number(found), slope, 400, "the same sums in another order")


def ranks_add_up(case: Case) -> None:
    """What one rank does: its own parts' slope, with the sums of all ranks put in for its own."""
    arrays = case.draw(2)
    shares = [tuple(each[a:b] for each in arrays) for a, b in ((0, 2), (2, 9), (9, 12))]
    parts = [case.loss.parts(*case.on(*share)) for share in shares]
    summed = [
        reduce(add, (np.asarray(case.number(part.sums[i]), float) for part in parts))
        for i in range(case.loss.width)
    ]
    numbers = iter(summed)
    total = parts[0].map(lambda own: case.backend.array(np.asarray(next(numbers)), case.precision))
    assert_close(case.number(total.value), case.call(*arrays), 100, "the same sums")
    assert repr(sum(parts)).startswith("Parts(")


def rows_that_see_each_other_refuse_parts(case: Case) -> None:
    with Refused(AdditivityError) as caught:
        case.loss.parts(*case.on(*case.draw(0)))
    assert "gather" in str(caught.error)


def _additive(loss: Any) -> bool:
    return bool(loss.additive)


ACCUMULATION = (
    Law("micro-batches add up", micro_batches_add_up, _additive, ALL),
    Law("ranks add up", ranks_add_up, _additive, ALL),
    Law(
        "rows that see each other refuse parts",
        rows_that_see_each_other_refuse_parts,
        lambda loss: not loss.additive,
        ("float64",),
    ),
)
