"""Check 3: rows that meet other rows, because two shapes were stretched to fit one another."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints, lists, rows
from lossary.verifier.batches.crossing import crossed, tabled
from lossary.verifier.batches.stated import alike, as_stated
from lossary.verifier.batches.structure import Structure, near, structure
from lossary.verifier.finding import Finding, Severity, fail, info, warn
from lossary.verifier.rule import check


@check(
    number=3,
    reason="A column beside a row makes a table of n times n: every prediction is pulled towards"
    " every target, the value looks plausible, and the model learns the mean.",
    rule="FAIL where the value is that of all pairs of rows, or where a loss that promises a mean"
    " or a sum over rows is none; WARN where other shapes than the assumed ones mend it; INFO where"
    " only shapes that do not fit are stretched; silent where the name, the docstring or the code"
    " speaks of looking at rows together.",
    evidence=("pytorch#16045", "pytorch#1939", "FARM#229", "DiffusionDriveV2#29"),
    applies=rows.no_rows,
)
def broadcasting(subject: Any) -> Iterable[Finding]:
    """A batch is worth what its rows are worth."""
    stated = None if _shapes_known(subject) else as_stated(subject)
    if stated is not None:
        yield from _as_stated(stated)
        return
    found = structure(subject)
    if found.kind in ("mean", "sum"):
        yield from _stretched(subject)
    elif found.kind in ("scaled", "ratio", "batch", "total"):
        pairs = None if hints.together(subject) else crossed(subject)
        if pairs is not None:
            yield _each_with_each(subject, *pairs)
        elif found.kind != "scaled" and hints.by_rows(subject) and tabled(subject):
            yield _table(subject)
        elif found.kind == "batch" or (found.kind == "ratio" and lists.bent(subject, found.batch)):
            yield from _mixed(subject, found)


def _as_stated(subject: Any) -> Iterable[Finding]:
    """Try the shapes that the author states, and believe them."""
    try:
        pairs = None if hints.together(subject) else crossed(subject)
    except (CandidateError, ValueError):
        return
    if pairs is not None:
        found = _each_with_each(subject, *pairs)
        shapes = ", ".join(f"{a.name} ({', '.join(a.axes)})" for a in subject.contract.arguments)
        yield replace(found, severity=Severity.FAIL, says=f"With {shapes}, as stated: {found.says}")


def _each_with_each(subject: Any, batch: Batch, some: tuple[str, ...]) -> Finding:
    n = rows.count(subject, batch)
    others = [name for name in rows.names(subject) if name not in some]
    says = (
        f"Every row of {' and '.join(others)} meets every row of {' and '.join(some)}: {n} rows"
        f" are worth {subject.number(batch):.4g}, which is that of all {n * n} pairs."
    )
    example = subject.example(
        subject.call(batch), expected=f"{_by_rows(subject, batch):.4g}, the mean of the rows alone"
    )
    mend = f"give both one shape before they meet: {some[0]}.reshape({others[0]}.shape)"
    cause = "an array of shape (n, 1) beside one of shape (n,) becomes a table of shape (n, n)"
    fits = None if _shapes_known(subject) else _fitting(subject)
    if fits is None:
        return fail(says, example, cause, mend)
    return warn(f"{says} With shapes {fits} it would not.", example, cause, mend)


def _table(subject: Any) -> Finding:
    batch = rows.taken(subject, subject.typical, np.arange(2))
    return fail(
        f"What comes of each row meets what comes of every other: 2 rows are worth"
        f" {subject.number(batch):.4g}, the mean of a table of 2 times 2.",
        subject.example(
            subject.call(batch), expected=f"{_by_rows(subject, batch):.4g}, the mean of its rows"
        ),
        cause="weights of shape (n, 1) beside losses of shape (n,): the last axis was reduced in"
        " one of the two",
        mend="give both one shape before they meet: weights.reshape(losses.shape)",
    )


def _by_rows(subject: Any, batch: Batch) -> float:
    count = rows.count(subject, batch)
    singles = [subject.number(rows.single(subject, batch, row)) for row in range(count)]
    return float(np.mean(singles))


def _shapes_known(subject: Any) -> bool:
    known = subject.contract.known
    places = ("shapes", *(f"{name}.axes" for name in rows.names(subject)))
    return any(known.get(each) in ("declared", "named") for each in places) or alike(subject)


def _fitting(subject: Any) -> str | None:
    """Find columns in place of rows with which the batch is worth its rows."""
    for other in columns(subject):
        try:
            if structure(other).kind in ("mean", "sum"):
                found = other.contract.arguments
                return ", ".join(f"{a.name} ({', '.join(a.axes)})" for a in found)
        except CandidateError:
            continue
    return None


def columns(subject: Any) -> Iterable[Any]:
    """Yield the loss with (n, 1) for some of the arguments that are (n,)."""
    flat = [a.name for a in subject.contract.arguments if a.axes == ("n",)]
    for chosen in product((False, True), repeat=min(len(flat), 3)):
        wide = {name for name, on in zip(flat, chosen, strict=False) if on}
        if not wide or len(wide) == len(flat):
            continue
        arguments = tuple(
            replace(a, axes=("n", "1")) if a.name in wide else a for a in subject.contract.arguments
        )
        yield replace(subject, contract=subject.contract.but(arguments=arguments))


def _mixed(subject: Any, found: Structure) -> Iterable[Finding]:
    wrong_axis = _over_rows(subject, found.batch)
    why = hints.by_rows(subject) or lists.apart(subject)
    if why is None and not wrong_axis:
        return
    n = rows.count(subject, found.batch)
    small = rows.taken(subject, found.batch, np.arange(2))
    batch = small if not near(subject.number(small), _by_rows(subject, small)) else found.batch
    yield fail(
        f"The loss of a row hangs on the other rows of the batch: {n} rows are worth"
        f" {found.value:.4g} together, and {np.mean(found.singles):.4g} on average alone."
        if found.singles
        else "The loss of a row hangs on the other rows of the batch.",
        subject.example(
            subject.call(batch), expected=f"{_by_rows(subject, batch):.4g}, the mean of its rows"
        ),
        cause="a softmax or a sum over axis 0, which counts rows, and not over the classes"
        if wrong_axis
        else "a softmax, sum, norm or product over the wrong axis, or (n, 1) beside (n,)",
        mend="take the softmax over the last axis (dim=-1)"
        if wrong_axis
        else "work along the axes of one row, and reduce over rows once, at the end",
    )


def _over_rows(subject: Any, batch: Batch) -> bool:
    """Say whether a constant added to one class in all rows leaves the value as it is.

    So it is under a softmax over rows; under one over classes a constant added to a row does.
    """
    name, array = subject.contract.prediction.name, batch[subject.contract.prediction.name]
    target = subject.contract.target
    encoded = target is not None and target.domain in ("labels", "degree", "distribution")
    if hints.together(subject) or not encoded or array.ndim != 2 or array.shape[1] < 2:
        return False
    column, row = array.copy(), array.copy()
    column[:, 0] += 1.0
    row[0] += 1.0
    here = subject.number(batch)
    try:
        still = near(subject.number(batch.with_(name, column)), here)
        return still and not near(subject.number(batch.with_(name, row)), here)
    except CandidateError:
        return False


def _stretched(subject: Any) -> Iterable[Finding]:
    """Describe what becomes of a column beside a row, where neither is promised."""
    target, prediction = subject.contract.target, subject.contract.prediction
    if target is None or prediction.axes != ("n",) or target.axes != ("n",):
        return
    for other in columns(subject):
        try:
            pairs = crossed(other)
        except (CandidateError, ValueError):
            continue
        if pairs is not None:
            wide = [a.name for a in other.contract.arguments if a.axes == ("n", "1")]
            yield info(
                f"Shapes are not compared: with {' and '.join(wide)} of shape (n, 1) the others'"
                " rows are stretched, and all pairs are averaged without a word.",
                mend=f"assert {prediction.name}.shape == {target.name}.shape",
            )
            return
