"""Laws of the numbers themselves."""

from typing import Any

import numpy as np

from lossary.core.elementwise import Elementwise
from lossary.core.rowwise import Classwise, Rowwise
from lossary.testing.case import Case, Law, assert_close
from lossary.testing.sampling import extremes

ALL = ("float64", "float32")


def twin_values(case: Case, arrays: tuple[Any, ...], weight: Any = None) -> Any:
    """Compute with many digits what the entries of a call are."""
    from mpmath import mpf

    def exactly(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return [exactly(each) for each in value]
        return int(value) if isinstance(value, (int, np.integer)) else mpf(float(value))

    parameters = case.loss.parameters()
    assert case.twin is not None
    if isinstance(case.loss, (Elementwise, Rowwise)):
        shape = case.entry_shape(arrays)
        found = [
            case.twin(*(exactly(a[i]) for a in arrays), **parameters) for i in np.ndindex(shape)
        ]
        return np.asarray([float(each) for each in found]).reshape(shape)
    found = case.twin(
        *map(exactly, arrays), weight=None if weight is None else exactly(weight), **parameters
    )
    return np.asarray(found, dtype=np.float64)


def it_agrees_with_its_twin(case: Case) -> None:
    for seed in range(2):
        arrays = case.draw(seed)
        found = case.call(*arrays, reduction="none")
        assert_close(
            found, twin_values(case, arrays), 60, "a formula's ten or so roundings, and exp's"
        )


def extreme_values_agree_with_the_twin(case: Case) -> None:
    domain, wanted = case.loss.domains[0]
    far = [float(case._rounded(np.asarray(each))) for each in extremes(domain)]
    ends = wanted.points or tuple(
        each for each in (wanted.low, wanted.high) if wanted.contains(each)
    )
    targets = [*case.draw(3)[1][:3], *(each for each in ends if np.isfinite(each))]
    p, t = (
        each.ravel()
        for each in np.meshgrid([each for each in far if domain.contains(each)], targets)
    )
    if case.loss.components:
        p = np.stack([np.clip(p, -50, 50), p], axis=-1)
    found = case.call(p, t, reduction="none")
    assert_close(found, twin_values(case, (p, t)), 400, "exp of x has x roundings; then ten more")


def small_errors_keep_their_digits(case: Case) -> None:
    """Near zero the digits themselves are right, and not only the first sixteen places."""
    prediction = case._rounded(np.asarray([1e-12, -1e-9, 3e-7, -1e-5, 2e-3, 0.04]))
    target = np.zeros(prediction.shape)
    expected = twin_values(case, (prediction, target))
    found = case.call(prediction, target, reduction="none")
    assert_close(found / expected.astype(found.dtype), np.ones(6), 20, "ten relative roundings")


def extreme_rows_agree_with_the_twin(case: Case) -> None:
    """Scores far apart, equal, and ruled out altogether."""
    _, *others = case.draw(4)
    rows = np.asarray([
        [1e4, -1e4, 0.0, 88.8, -745.2], [-1e4, -1e4, -1e4, -1e4, -1e4], [1e4] * 5, [0.0] * 5,
        [-np.inf, 2.0, -np.inf, 0.0, 1.0], [1e-6, -1e-6, 0.0, 1e-12, 3.0],
    ])  # fmt: skip
    if case.loss.domains[case.place][0].name == "log_probability":
        rows = -abs(rows)
    rows, others = np.concatenate([rows, rows]), [each[:12] for each in others]
    found = case.call(rows, *others, reduction="none")
    assert not np.isnan(found).any()
    expected = twin_values(case, (rows, *others))
    assert_close(found, expected, 60, "ten roundings, none of them of a large score")


def nan_in_gives_nan_out(case: Case) -> None:
    """Wherever the NaN stands; of log-probabilities and labels only the label's own is read."""
    for place in range(len(case.loss.names)):
        arrays = case.draw(1)
        for index in np.ndindex(arrays[place].shape[1:]):
            if arrays[place].dtype.kind == "f" and not _unread(case, arrays, index):
                wrong = [each.copy() for each in arrays]
                wrong[place][(0, *index)] = np.nan
                assert np.isnan(case.call(*wrong)).all(), f"{case.loss.names[place]} was NaN"


def no_entry_lies_below_the_lower_bound(case: Case) -> None:
    """A sum of which nothing should be left may lie a few roundings below."""
    for seed in range(3):
        found = case.call(*case.draw(seed), reduction="none")
        assert (found >= case.loss.lower_bound - 4 * np.finfo(found.dtype).eps).all()


def _unread(case: Case, arrays: tuple[Any, ...], index: tuple[int, ...]) -> bool:
    picks = case.loss.domains[case.place][0].name == "log_probability"
    return picks and arrays[1].dtype.kind == "i" and index != (arrays[1][0],)


VALUES = (
    Law("it agrees with its slow twin", it_agrees_with_its_twin, lambda loss: True, ALL),
    Law(
        "extreme values agree with the slow twin",
        extreme_values_agree_with_the_twin,
        lambda loss: isinstance(loss, Elementwise),
        ALL,
    ),
    Law(
        "small errors keep their digits, as the slow twin's",
        small_errors_keep_their_digits,
        lambda loss: (
            isinstance(loss, Elementwise)
            and loss.domains[0][1].name in ("real", "above_minus_one")
            and not loss.components
        ),
        ALL,
    ),
    Law(
        "extreme rows agree with the slow twin",
        extreme_rows_agree_with_the_twin,
        lambda loss: isinstance(loss, Classwise),
        ALL,
    ),
    Law("NaN in gives NaN out", nan_in_gives_nan_out, lambda loss: True, ALL),
    Law(
        "no entry lies below the lower bound",
        no_entry_lies_below_the_lower_bound,
        lambda loss: loss.lower_bound > -np.inf,
        ("float64",),
    ),
)
