"""Check 23, for clipped policies: a step too far is held back where it pays, and nowhere else."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.hints import source
from lossary.verifier.batches.leaving_out import nothing
from lossary.verifier.checks.returns import CHANCES, GAINS, OLD, argument, chosen
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.words import bears
from lossary.verifier.rule import check

Array = Any
CLIPS = ("clip", "eps", "range", "cliprange")
CLIPPED = re.compile(r"clip|clamp")
NOT_PAID = ("cost", "penal", "lagr", "regret", "loss")
FAR = 2.0
"""A ratio outside every clip that is in use, and inside the second one of a dual clip."""


@dataclass(frozen=True)
class Handed:
    """The arguments: what was gained, what is learnt, and of what it is the chance."""

    gain: Any
    new: Any
    old: Any = None
    """None where the ratio itself is handed over."""
    action: Any = None
    """The chosen actions, where logits are handed over."""


def _handed(subject: Any) -> Handed | None:
    """Return what a clipped policy needs, where it is all there."""
    gain, ratio = argument(subject, *GAINS), argument(subject, "ratio")
    new, old = argument(subject, *CHANCES, without=OLD), argument(subject, *OLD)
    if gain is None or bears(gain.name, *NOT_PAID):
        return None
    if old is None or old.axes != gain.axes:
        alike = ratio is not None and ratio.axes == gain.axes
        return Handed(gain, ratio) if alike else None
    if new is not None and new.axes == gain.axes:
        return Handed(gain, new, old)
    logits = chosen(subject)
    return Handed(gain, logits[1], old, logits[2]) if logits is not None else None


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss" or not subject.differentiable:
        return "it has no gradient to look at"
    settings = any(bears(each, *CLIPS) for each in subject.candidate.settings)
    if not settings and not CLIPPED.search(source(subject)):
        return "nothing is clipped"
    return None if _handed(subject) else "no old and new chances and advantages are handed over"


@check(
    number=23,
    reason="With the larger of the two terms in place of the smaller one, an action that pays is"
    " made ever likelier, and one that does harm is never made rarer again.",
    rule="FAIL where, at twice the old chance, a positive advantage pulls and a negative one does"
    " not, and at half of it the other way round.",
    evidence=("a held-out corpus",),
    applies=_applies,
)
def clipped_ratio(subject: Any) -> Iterable[Finding]:
    """The clip holds back what pays already, and never what would mend harm."""
    handed = _handed(subject)
    if handed is None:
        return
    try:
        near, far, half = (_pulls(subject, handed, ratio) for ratio in (1.0, FAR, 1 / FAR))
    except CandidateError:
        return
    if near is None or far is None or half is None:
        return
    learns = near[0] < -1e-9 and near[1] > 1e-9
    if learns and far[0] < -1e-9 and far[1] == 0 and half[0] == 0 and half[1] > 1e-9:
        yield _turned(subject, handed, far)


def _pulls(subject: Any, handed: Handed, ratio: float) -> tuple[float, float] | None:
    """Return the largest pull of rows that gained, and of those that lost, at one ratio."""
    paid = _batch(subject, handed, ratio)
    signs = paid[handed.gain.name]
    slope = subject.slope(paid, handed.new.name)
    still = subject.slope(paid.with_(handed.gain.name, 0 * signs), handed.new.name)
    if slope is None:
        return None
    pull = slope - (0.0 if still is None else still)
    if handed.action is not None:
        taken = paid[handed.action.name].astype(int)
        pull = np.take_along_axis(pull, taken[:, None], 1)[:, 0]
    pull[np.abs(pull) <= 1e-9 * max(float(np.abs(pull).max()), 1e-12)] = 0.0
    return _largest(pull[signs > 0]), _largest(pull[signs < 0])


def _largest(pull: Array) -> float:
    return float(pull[np.argmax(np.abs(pull))]) if pull.size else 0.0


def _batch(subject: Any, handed: Handed, ratio: float) -> Any:
    """Return a batch in which every other row gained, all at one ratio of the chances."""
    batch = nothing(subject, subject.draw(n=6))
    shape, name = batch[handed.gain.name].shape, handed.new.name
    signs = np.where(np.arange(int(np.prod(shape))).reshape(shape) % 2 == 0, 1.0, -1.0)
    batch = batch.with_(handed.gain.name, signs)
    if handed.old is None:
        return batch.with_(name, np.full(shape, ratio))
    level = -1.0 if handed.action is None else -np.log(batch[name].shape[-1])
    batch = batch.with_(name, np.full(batch[name].shape, level))
    return batch.with_(handed.old.name, np.full(shape, level - np.log(ratio)))


def _turned(subject: Any, handed: Handed, far: tuple[float, float]) -> Finding:
    name = handed.new.name
    return fail(
        f"At {FAR:g} times the old chance the gradient in {name} is {far[0]:.4g} where the"
        " advantage is 1, and 0 where it is -1: what pays is pushed on without a bound, and what"
        " does harm is not taken back.",
        subject.example(
            subject.call_slope(
                _batch(subject, handed, FAR), name, says="advantages of 1 and of -1 in turn"
            ),
            expected="0 where the advantage is 1, and a pull where it is -1",
        ),
        cause="the larger of the clipped and the plain term, in place of the smaller",
        mend="-min(ratio * advantage, clip(ratio, 1 - eps, 1 + eps) * advantage).mean()",
    )
