"""Check 37: memory grows with the rows, and not with their square."""

from collections.abc import Iterable
from typing import Any

from lossary.adapters.foreign.memory import largest
from lossary.verifier.finding import Finding, info, warn
from lossary.verifier.programme.calls import eager, over
from lossary.verifier.rule import always, check

ROWS = (48, 192)
"""Four times the rows: four times the entries, or sixteen times."""


def _by_rows(subject: Any) -> str | None:
    if always(subject) is not None:
        return always(subject)
    if "n" in subject.contract.sizes or "n" not in subject.contract.prediction.axes:
        return "the number of rows cannot be chosen"
    counted = subject.host.name in ("torch", "jax", "numpy")
    return None if counted else f"nothing is counted in {subject.host.name}"


@check(
    number=37,
    reason="An array of rows by rows is not seen in a small batch and fills the memory in a large"
    " one; where no rows are compared it comes from broadcasting.",
    rule="WARN where the largest array grows with the square of the rows of a loss whose value is"
    " a plain mean over rows; INFO where rows are compared.",
    evidence=("pytorch#16045", "trl#6858"),
    applies=_by_rows,
)
def growth(subject: Any) -> Iterable[Finding]:
    """The largest array on the way grows in proportion to the rows."""
    subject = eager(subject)
    few, many = (_entries(subject, rows) for rows in ROWS)
    if few <= 0 or many < 10 * few or many < ROWS[1] ** 2:
        return
    batch = subject.draw(n=ROWS[0])
    rowwise = subject.contract.structure in ("rows", "entries") and subject.contract.sure(
        "structure"
    )
    says = f"The largest array has {few} entries for {ROWS[0]} rows and {many} for {ROWS[1]}: "
    if not rowwise:
        yield info(says + "memory grows with the square of the rows.")
        return
    yield warn(
        says + "it grows with their square, though no rows are compared.",
        subject.example(subject.call(batch), expected="arrays as large as the inputs"),
        cause="(n,) against (n, 1), which broadcasts to (n, n), or an identity matrix of the rows",
        mend="squeeze or unsqueeze one of the two before they meet",
    )


def _entries(subject: Any, rows: int) -> int:
    arrays, names = over(subject, subject.draw(n=rows), "float32")
    return largest(subject.candidate, arrays, names)
