"""What every loss promises. A new loss is held to all of it without a line being added here."""

from collections.abc import Callable
from typing import Any

from lossary.backends import backend_named
from lossary.errors import ArgumentError, nearest
from lossary.testing.case import Case, Law, instances
from lossary.testing.laws.accumulation import ACCUMULATION
from lossary.testing.laws.counting import COUNTING
from lossary.testing.laws.precision import PRECISION
from lossary.testing.laws.shapes import SHAPES
from lossary.testing.laws.slopes import SLOPES
from lossary.testing.laws.values import VALUES
from lossary.testing.laws.written import WRITTEN

PRECISIONS = ("float64", "float32", "float16", "bfloat16")
LAWS: tuple[Law, ...] = (
    *VALUES, *SLOPES, *SHAPES, *COUNTING, *ACCUMULATION, *PRECISION, *WRITTEN
)  # fmt: skip


def hold(
    cls: type,
    backend: str,
    precision: str = "float64",
    *,
    laws: tuple[str, ...] | None = None,
    twin: Callable[..., Any] | None = None,
) -> None:
    """Hold a loss to the laws on one framework, with its default and with other parameters.

    Raises:
        AssertionError: a law does not hold; the message shows the loss and the numbers.
    """
    known = {law.says for law in LAWS}
    for says in laws or ():
        if says not in known:
            raise ArgumentError(f"no law says {says!r}. {nearest(says, known)}")
    if precision not in PRECISIONS:
        raise ArgumentError(f"precision={precision!r}: {nearest(precision, PRECISIONS)}")
    for law in LAWS:
        if laws is not None and law.says not in laws:
            continue
        if laws is None and precision not in law.precisions:
            continue
        for case in cases(cls, backend, precision, twin):
            if law.applies(case.loss) and not (law.needs_twin and twin is None):
                try:
                    law.holds(case)
                except AssertionError as error:
                    told = f"{case.loss!r} on {backend} in {precision}: {law.says}: {error}"
                    raise AssertionError(told) from error


def cases(
    cls: type, backend: str, precision: str, twin: Callable[..., Any] | None = None
) -> list[Case]:
    """List a loss's cases: each choice of parameters, and each shape sentence at the default."""
    found = [Case(loss, backend_named(backend), precision, twin) for loss in instances(cls)]
    more = range(1, len(found[0].loss.sentences))
    return found + [
        Case(case.loss, case.backend, precision, twin, i) for case in found for i in more
    ]
