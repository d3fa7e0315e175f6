"""Check 15: the gradient of a boosting objective does not shrink with the table."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.boosting import objective
from lossary.verifier.boosting.queries import asks_for_queries, meant
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check


@check(
    number=15,
    reason="Boosters add slopes up: divided by the number of rows they sum to one in any table, so"
    " that min_child_weight and lambda weigh more with every row, down to no split at all.",
    rule="FAIL where the gradient or the Hessian of a row falls by half when every row is there"
    " twice, or doubles where rows do not hang together.",
    evidence=("dmlc/xgboost#603", "LightGBM#5114"),
    applies=objective,
)
def objective_scale(subject: Any) -> Iterable[Finding]:
    """The gradient and the Hessian of a row do not hang on the number of rows."""
    if "n" in subject.contract.sizes or _listed(subject):
        return
    once = subject.draw()
    twice = once.each(lambda array: np.concatenate([array, array]))
    single = subject.value(once)
    double = _doubled(subject, len(single[0])).value(twice)[:, : len(single[0])]
    halved = [
        bool(a.any()) and np.allclose(a, 2 * b, rtol=1e-4)
        for a, b in zip(single, double, strict=True)
    ]
    if not any(halved):
        yield from _summed(subject, once, twice, single, double)
        return
    gradient, hessian = halved
    what = "gradient and Hessian are" if all(halved) else "the gradient is"
    if hessian and not gradient:
        what = "the Hessian is"
    rows = len(next(iter(once.values())))
    tells = (
        "their sum over a table stays the same however long it is, and XGBoost's min_child_weight"
        " of 1 allows no split"
        if hessian
        else f"with n rows every step is n times too short (here {rows} and {2 * rows})"
    )
    yield fail(
        f"In a table with every row twice {what} half as large: {tells}.",
        subject.example(
            subject.call(once),
            subject.call(twice, says="every row twice"),
            expected="the same numbers, twice",
        ),
        cause="a mean over rows: a division by len(labels), or the gradient of a mean",
        mend="return the slope of each row's own loss (of the sum, not of the mean)",
    )


def _summed(subject: Any, once: Batch, twice: Batch, single: Any, double: Any) -> Iterable[Finding]:
    """Look for sums over the table, where rows are not meant to be looked at together."""
    if meant(subject):
        return
    for name, a, b in zip(("gradient", "Hessian"), single, double, strict=True):
        if a.any() and np.allclose(b, 2 * a, rtol=1e-4):
            yield fail(
                f"In a table with every row twice the {name} of a row is twice as large: it is"
                " summed over the table.",
                subject.example(
                    subject.call(once),
                    subject.call(twice, says="every row twice"),
                    expected="the same numbers, twice",
                ),
                cause="a sum over the rows, which boosters take themselves",
                mend="return the slope of each row's own loss",
            )
            return


def _listed(subject: Any) -> bool:
    """Say whether shares of a whole list are meant to sum to one: a softmax over a table."""
    together = subject.contract.structure != "rows"
    return together and asks_for_queries(subject) is not None and meant(subject)


def _doubled(subject: Any, rows: int) -> Any:
    """Return the objective for two queries in one table, where it asks for them."""
    if asks_for_queries(subject) is not None:
        return subject
    call = replace(subject.candidate.call, group=(rows, rows))
    return replace(subject, candidate=replace(subject.candidate, call=call))
