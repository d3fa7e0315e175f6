"""Says in a sentence which convention a loss follows, or where it leaves them all."""

from dataclasses import replace
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.finding import Example
from lossary.verifier.likeness.comparing import Comparison
from lossary.verifier.likeness.drawing import seen
from lossary.verifier.likeness.fitting import BASES, Fit, scaled
from lossary.verifier.likeness.mapping import shown
from lossary.verifier.likeness.trials import Trial
from lossary.verifier.shrinking import shrunk
from lossary.verifier.silence import silence

APART, BARELY = 0.02, 1e-4
"""Shares by which two numbers differ for a reader's eye, and at least where a cause is known."""


def title(fit: Fit, comparison: Comparison) -> str:
    """Write the name of a reading with its parameters: Huber(delta=1)."""
    head, comma, rest = fit.reading.says.partition(",")
    head, colon, more = head.partition(":")
    told = comparison.mapped.parameters
    numbers = {k: v for k, v in fit.parameters.items() if k in told and (v or "smooth" not in k)}
    call = f"{head}({shown(numbers)})" if numbers else head
    return f"{call}{colon}{more}{comma}{rest}"


def convention(comparison: Comparison, fit: Fit) -> str:
    """Say which convention is followed, with its scale and its denominator."""
    parts = [title(fit, comparison), base(fit), fit.total.says]
    text = ", ".join(part for part in parts if part)
    if not base(fit) and scaled(fit):
        text = f"{scaled(fit)} {text}"
    if fit.shift:
        text += f", {'plus' if fit.shift > 0 else 'minus'} {abs(fit.shift):.4g}"
    return text if fit.steady else f"{text}, with a scale that changes with its settings"


def base(fit: Fit) -> str:
    """Say whether the scale is that of another logarithm."""
    return next((says for scale, says in BASES.items() if abs(fit.scale - scale) < 1e-3), "")


def example(comparison: Comparison) -> tuple[str, Example] | None:
    """Return a sentence with both numbers, and the smallest batch on which they differ."""
    trial, near = comparison.trial, comparison.nearest
    if trial is None or near is None:
        return None
    tried = (_shown(comparison, each, near) for each in (trial, *trial.changed))
    return next((each for each in tried if each is not None), None)


def _shown(comparison: Comparison, trial: Trial, near: Fit) -> tuple[str, Example] | None:
    same = _rescaled(near, comparison.mistake)
    same = replace(same, parameters={**same.parameters, **trial.parameters})
    apart = [_apart(comparison, trial, same, batch) for batch in trial.batches]
    room = APART if comparison.mistake is None else min(APART, max(apart) / 2)
    if max(apart) < max(room, BARELY):
        return None
    batch = trial.batches[int(np.argmax(apart))]
    small = shrunk(trial.subject, batch, lambda b: _apart(comparison, trial, same, b) > room)
    own, theirs = _both(comparison, trial, same, small)
    says = f"it gives {theirs:.4g} where {title(same, comparison)} gives {own:.4g}"
    made = trial.subject.example(
        trial.subject.call(small), expected=f"{own:.6g}, as {convention(comparison, same)}"
    )
    return says, made


def _rescaled(near: Fit, mistake: Fit | None) -> Fit:
    """Compare at the scale of the mistake, or at the plain one that lies nearest."""
    if mistake is not None and mistake.scale > 0 and not mistake.shift:
        total = near.total if mistake.total.cause else mistake.total
        return replace(near, scale=mistake.scale, total=total, shift=0.0, steady=True)
    plain = min((1.0, 0.5, 2.0), key=lambda each: abs(each - near.scale))
    return replace(near, scale=plain, shift=0.0, steady=True)


def _both(comparison: Comparison, trial: Trial, fit: Fit, batch: Batch) -> tuple[float, float]:
    """Return the definition's number and the candidate's."""
    arrays = seen(trial.subject, comparison.mapped.order, batch)
    with silence():
        entries = np.asarray(fit.reading.formula(*arrays, **fit.parameters), dtype=np.float64)
        own = fit.scale * float(np.sum(fit.total.take(entries))) + fit.shift
    return own, trial.subject.number(batch)


def _apart(comparison: Comparison, trial: Trial, fit: Fit, batch: Batch) -> float:
    own, theirs = _both(comparison, trial, fit, batch)
    size = max(abs(own), abs(theirs))
    return abs(own - theirs) / size if np.isfinite(size) and size > 1e-9 else 0.0


def families_said(named: Any) -> str:
    return " or ".join(dict.fromkeys(each.name for each in named))
