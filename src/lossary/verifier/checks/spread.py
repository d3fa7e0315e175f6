"""Check 23, for a predicted spread: it is lowest where the spread fits the error."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import few, met, settled
from lossary.verifier.meaning.words import bears, told
from lossary.verifier.rule import check

LOGS = ("log_var", "logvar", "log_variance", "log_sigma_sq", "log_sigma2")
LOG_WIDTHS = ("log_sigma", "log_std", "log_scale", "logstd", "logsigma", "log_b")
VARIANCES = ("var", "variance", "sigma_sq", "sigma2", "sigma_squared")
WIDTHS = ("sigma", "std", "stddev", "scale", "stdev")
ERROR = 2.0


def _grid(name: str) -> tuple[Any, float] | None:
    """Return the spreads to try for an argument of this name, and which of them fits the error."""
    powers = np.linspace(-4, 6, 81)
    for words, fitting, of in (
        (LOGS, 2 * np.log(ERROR), powers),
        (LOG_WIDTHS, np.log(ERROR), powers),
        (VARIANCES, ERROR**2, np.exp(powers)),
        (WIDTHS, ERROR, np.exp(powers)),
    ):
        if bears(name, *words):
            return of, float(fitting)
    return None


def _spread(subject: Any) -> Any:
    others = [
        a
        for a in subject.contract.arguments
        if a.role not in ("mask", "weight", "target") and a != subject.contract.prediction
    ]
    return next((a for a in others if _grid(a.name)), None) if len(others) == 1 else None


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    return None if _spread(subject) else "no spread is predicted"


@check(
    number=23,
    reason="Without the logarithm of the variance, a model explains everything by being unsure.",
    rule="FAIL where the loss falls for ever as the predicted spread grows or shrinks beside a"
    " fixed error, or where a Gaussian one is lowest at a spread that does not fit the error.",
    evidence=("a held-out corpus",),
    applies=_applies,
)
def spread(subject: Any) -> Iterable[Finding]:
    """A predicted spread fits the error best."""
    argument = _spread(subject)
    start = met(subject, settled(subject, **few(subject)))
    name, target = subject.contract.prediction.name, subject.contract.target
    if start is None and target.axes == subject.contract.prediction.axes:
        start = subject.typical.with_(name, subject.typical[target.name].astype(float))
    if start is None:
        return
    start = start.with_(name, start[name] + ERROR)
    grid, fitting = _grid(argument.name) or (np.zeros(1), 0.0)
    batches = [start.with_(argument.name, np.full(start[argument.name].shape, s)) for s in grid]
    values = np.array([subject.number(each) for each in batches])
    if not np.isfinite(values).all():
        return
    lowest = int(values.argmin())
    if lowest in (0, len(grid) - 1):
        yield _endless(subject, argument.name, batches, values, lowest)
    elif _gaussian(subject) and not _fits(grid, lowest, argument.name, fitting):
        yield fail(
            f"Beside an error of {ERROR:g} the loss is lowest at {argument.name} = "
            f"{grid[lowest]:.3g}, and not at {fitting:.3g}: the spread is learnt wrongly.",
            subject.example(
                subject.call(batches[lowest]),
                subject.call(
                    start.with_(argument.name, np.full_like(batches[0][argument.name], fitting))
                ),
                expected=f"the lowest value of all, below {values[lowest]:.4g}",
            ),
            cause="a factor 1/2 is missing in one of the two terms, or a standard deviation stands "
            "where a variance is meant",
            mend="0.5 * (log(var) + error**2 / var)",
        )


def _gaussian(subject: Any) -> bool:
    plain = told(subject, "gaussian", "normal", "heteroscedastic", "nll", "aleatoric")
    return plain and not told(subject, "beta", "laplace", "student", "faithful", "log_normal")


def _fits(grid: Any, lowest: int, name: str, fitting: float) -> bool:
    step = max(grid[lowest + 1] - grid[lowest], grid[lowest] - grid[lowest - 1])
    return bool(abs(grid[lowest] - fitting) <= 1.5 * step)


def _endless(subject: Any, name: str, batches: Any, values: Any, lowest: int) -> Finding:
    way = "grows" if lowest else "shrinks"
    low, middle = batches[lowest], batches[len(batches) // 2]
    return fail(
        f"The loss falls for ever as {name} {way} beside an error of {ERROR:g}: from "
        f"{values[len(values) // 2]:.4g} to {values[lowest]:.4g}.",
        subject.example(
            subject.call(middle),
            subject.call(low),
            expected=f"more than {values[len(values) // 2]:.4g}: this spread is far off",
        ),
        cause="the term log(variance) is missing: being unsure costs nothing"
        if lowest
        else "a sign in one of the two terms, or the error is multiplied with the variance",
        mend="0.5 * (log(var) + error**2 / var)",
    )
