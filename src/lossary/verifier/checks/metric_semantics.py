"""Check 40: the metric goes down, or up, with the loss that is to improve it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.adapters.foreign.reading import read
from lossary.verifier.batch import Batch
from lossary.verifier.finding import Finding, info, warn
from lossary.verifier.rule import always, check

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Steps from one prediction towards another one."""


def _given(subject: Any) -> str | None:
    if always(subject) is not None:
        return always(subject)
    return "no metric was handed over: metric=" if subject.contract.metric is None else None


@check(
    number=40,
    reason="Models are chosen by the metric and trained by the loss: where they disagree on what"
    " counts, the choice is by chance.",
    rule="WARN where metric and loss order predictions no better than chance, or where just one of"
    " them is NaN for an empty batch; INFO for the direction.",
    evidence=("ivadomed#183", "keras#19740"),
    applies=_given,
)
def metric_semantics(subject: Any) -> Iterable[Finding]:
    """A metric and its loss agree on which prediction is better, and on an empty batch."""
    candidate = read(subject.contract.metric, host=subject.host.name)
    metric = replace(subject, candidate=candidate)
    batches = [each for seed in range(4) for each in _path(subject, seed)]
    pairs = np.array([(subject.number(each), metric.number(each)) for each in batches])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    if len(pairs) > 5:
        yield from _ordering(subject, metric, batches, _agreement(pairs))
    yield from _empty(subject, metric)


def _path(subject: Any, seed: int) -> list[Batch]:
    """Return predictions from one draw to the next, with the same targets."""
    start, end = subject.draw(seed), subject.draw(seed + 10)
    name = subject.contract.prediction.name
    return [start.with_(name, (1 - s) * start[name] + s * end[name]) for s in SHARES]


def _agreement(pairs: Any) -> float:
    """Return the rank correlation within each path of steps: chance gives about zero."""
    signs = []
    for at in range(len(pairs) - 1):
        if (at + 1) % len(SHARES):
            loss, metric = pairs[at + 1] - pairs[at]
            if abs(loss) > 1e-9 and abs(metric) > 1e-9:
                signs.append(np.sign(loss) * np.sign(metric))
    return float(np.mean(signs)) if signs else float("nan")


def _ordering(subject: Any, metric: Any, batches: Any, agreement: float) -> Iterable[Finding]:
    name = metric.candidate.name
    if np.isfinite(agreement) and abs(agreement) < 0.2:
        yield warn(
            f"{name} and the loss order predictions independently of each other: of the steps that"
            f" lower the loss {(1 + agreement) / 2:.0%} lower {name}.",
            subject.example(
                subject.call(batches[0]), subject.call(batches[4]), expected=f"{name} moves along"
            ),
            cause="arguments in another order, other encodings of the target, or another average",
            mend="hand both the same arrays, and compare them on a perfect and a useless model",
        )
    elif np.isfinite(agreement):
        way = "falls" if agreement > 0 else "rises"
        yield info(f"{name} {way} as the loss falls, in {(1 + abs(agreement)) / 2:.0%} of steps.")


def _empty(subject: Any, metric: Any) -> Iterable[Finding]:
    if "n" in subject.contract.sizes or "n" not in subject.contract.prediction.axes:
        return
    batch = subject.draw(n=0)
    try:
        loss, other = subject.number(batch), metric.number(batch)
    except CandidateError:
        return
    if np.isnan(loss) != np.isnan(other):
        yield warn(
            f"For an empty batch the loss is {loss:g} and {metric.candidate.name} is {other:g}.",
            subject.example(subject.call(batch), expected="both defined, or neither"),
            cause="a mean of nothing in one of them",
            mend="leave empty batches out of both, or agree on 0",
        )
