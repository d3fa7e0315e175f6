"""Check 2: the second derivative against finite differences of the gradient."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches import hints
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.numeric import line_slope
from lossary.verifier.numerics.wording import meant
from lossary.verifier.rule import check

Array = Any
ROUNDINGS = 1e-4
PROMISED = re.compile(
    r"second[- ](order |partial )?(derivative|gradient)|second[- ]order|higher[- ]order|hessian|"
    r"twice differentiable|differentiable twice|differentiat\w+ twice|double[- ]back|"
    r"gradient penalt|gradgrad|create graph|\bpinns?\b|physics[- ]informed"
)
"""What is said of a loss that will be differentiated twice."""
HINTED = re.compile(r"residual|penalt|physic|collocation|laplac|\bpde\b|\bmaml\b|meta learn|newton")
DENIED = re.compile(r"\bno(t|r)?\b|n't|without|never|only once|once only|first[- ]order only")


def bendable(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    if not subject.host.slopes or subject.candidate.gradient is not None:
        return f"{subject.host.name} does not differentiate this loss"
    return None


@check(
    number=2,
    reason="Curvature steers Newton's steps, gradient penalties and physics-informed losses.",
    rule="FAIL where differentiating twice gives another number than the gradient's change, or zero"
    " (as a backward pass of stored numbers does) in a loss that speaks of second derivatives; WARN"
    " where it gives zero in one that speaks of residuals or penalties, and INFO in others, and"
    " where the curvature is negative, which a loss that is not convex has.",
    evidence=("pytorch#78355", "xgboost#1818", "LightGBM#4956"),
    applies=bendable,
)
def curvature(subject: Any) -> Iterable[Finding]:
    """The second derivative is the slope of the gradient."""
    if meant(subject.candidate) is not None:
        return  # what is held constant on purpose has no second derivative to compare with
    lowest = 0.0
    for seed in range(2):
        batch = subject.draw(seed)
        slope = subject.slope(batch)
        if slope is None:
            return
        way = np.random.default_rng(seed).uniform(0.5, 1.5, slope.shape)
        try:
            own = subject.twice(batch, way)
        except (CandidateError, NotImplementedError):
            return  # that it does not differentiate twice is said by `double_backward`
        bend = _bend(subject, batch, way, way)
        own = np.zeros_like(slope) if own is None else own
        if _differs(subject, batch, way, own, bend):
            yield (
                _wrong(subject, batch, own, way, bend)
                if own.any()
                else _nothing(subject, batch, way, bend)
            )
            return
        lowest = min(lowest, bend.value if np.isfinite(bend.value) else 0.0)
    if lowest < 0:
        yield info(
            "The loss is not convex in the prediction: along one direction its curvature is"
            f" {lowest:.3g}."
        )


def _nothing(subject: Any, batch: Any, way: Array, bend: Any) -> Finding:
    return _gravity(subject)(
        "Differentiating twice gives zero, without an error, where the gradient changes by"
        f" {bend.value:.4g}: the backward pass is made of stored numbers.",
        subject.example(
            subject.call_slope(batch, says="the gradient, which is differentiated once more"),
            expected=f"a gradient whose derivative along {np.round(way, 3).tolist()} is"
            f" {bend.value:.6g}, not 0",
        ),
        cause="backward uses numbers that forward computed and cut off from the graph",
        mend="ctx.save_for_backward(prediction, target), and compute the gradient from them in"
        " backward; or mark it @once_differentiable, so that asking for more raises an error",
    )


def _gravity(subject: Any) -> Callable[..., Finding]:
    """Say how grave it is by what the loss is said to be for: few losses are bent by anyone."""
    said = re.sub(r"[\s_]+", " ", f"{hints.name(subject)}. {hints.doc(subject)}")
    sentences = [each for each in re.split(r"[.;]", said) if not DENIED.search(each)]
    for words, severity in ((PROMISED, fail), (HINTED, warn)):
        if any(words.search(each) for each in sentences):
            return severity
    return info


def _bend(subject: Any, batch: Any, way: Array, probe: Array) -> Any:
    """Return the slope of the gradient (as seen by `probe`) along a direction."""
    name = subject.contract.prediction.name
    low, high = subject.limits(name)
    room = np.min(np.where(way > 0, high - batch[name], batch[name] - low) / np.abs(way))
    back = np.min(np.where(way > 0, batch[name] - low, high - batch[name]) / np.abs(way))

    def along(step: float) -> float:
        slope = subject.slope(batch.with_(name, batch[name] + step * way))
        return float((slope * probe).sum())

    return line_slope(along, float(room), float(back))


def _differs(subject: Any, batch: Any, way: Array, own: Array, bend: Any) -> bool:
    """Compare own · way with the gradient's change; where a kink or a jump is, nothing is said."""
    if not np.isfinite(own).all() or not np.isfinite(bend.value) or bend.kink or bend.jump:
        return False
    largest = np.abs(own * way).sum()
    room = 5 * bend.error + ROUNDINGS * max(largest, abs(bend.value))
    return bool(abs((own * way).sum() - bend.value) > room)


def _wrong(subject: Any, batch: Any, own: Array, way: Array, bend: Any) -> Finding:
    found = float((own * way).sum())
    return fail(
        f"The second derivative is wrong: differentiating twice gives {found:.4g} along a direction"
        f" in which the gradient changes by {bend.value:.4g}.",
        subject.example(
            subject.call_slope(batch, says="the gradient, which is differentiated once more"),
            expected=f"a gradient whose derivative along {np.round(way, 3).tolist()} is"
            f" {bend.value:.6g}, not {found:.6g}",
        ),
        cause="the backward pass is written by hand from values that are cut off from the graph",
        mend="write the backward pass with differentiable operations of the saved tensors, or mark"
        " it @once_differentiable, so that asking for more raises an error",
    )
