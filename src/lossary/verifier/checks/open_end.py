"""Check 23, for what a loss learns itself: no parameter lowers it for ever."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.meaning.words import bears, contrary, named, told
from lossary.verifier.programme.remaking import apart, with_loss
from lossary.verifier.rule import check

STEPS = (5.0, 10.0, 20.0, 40.0)
SEEDS, ENTRIES = range(3), 8
ASCENDING = ("lagrang", "dual", "constraint", "minimax", "min_max", "ascent", "maximi", "reversal",
             "target_entropy", "sac", "soft_actor", "self_adaptive", "adversar", "mine",
             "mutual_information", "ebm", "gan", "discriminator")  # fmt: skip
MULTIPLIERS = ("lambda", "lam", "lagrang", "multiplier", "dual", "nu", "log_alpha", "alpha")


@dataclass(frozen=True)
class Way:
    """One entry of one parameter, which is moved away from where it starts."""

    name: str
    entry: int
    side: float
    start: Array

    def at(self, step: float) -> Array:
        moved = np.array(self.start, dtype=np.float64)
        moved.reshape(-1)[self.entry] = self.side * step
        return moved


def _learnt(subject: Any) -> dict[str, Array]:
    """Return the loss's own parameters that are a number or a short row of them."""
    kept = subject.candidate.state().items()
    own = {n: k for n, k in kept if k.kind == "parameter" and re.fullmatch(r"\w+(\.\d+)?", n)}
    small = {n: k for n, k in own.items() if len(k.shape) <= 1 and 0 < k.values.size <= ENTRIES}
    return {n: k.values for n, k in small.items() if not bears(n, *MULTIPLIERS)}


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss" or not _learnt(subject):
        return "it learns no parameters of its own"
    ascends = contrary(subject) or named(subject, *ASCENDING) or told(subject, *ASCENDING)
    return "its name tells of a parameter that is driven upwards" if ascends else None


@check(
    number=23,
    reason="A parameter that lowers the loss for ever runs away in training: the value falls while"
    " the tasks that it weighs are let go.",
    rule="FAIL where the value falls in a straight line, or faster, as a learnt parameter moves"
    " away, and at the same rate whatever the arrays are; WARN where the rate hangs on them, as"
    " with a plain learnt weight; silent for multipliers, duals and adversaries.",
    evidence=(
        "AutomaticWeightedLoss#2",
        "vmat-diffusion#58",
    ),
    applies=_applies,
)
def open_end(subject: Any) -> Iterable[Finding]:
    """No learnt parameter lowers the value without end while the arrays stay as they are."""
    subject = apart(subject)
    for way in _ways(subject):
        falls = [_fall(subject, batch, way) for batch in _batches(subject)]
        if all(each is not None for each in falls):
            yield _finding(subject, way, [each for each in falls if each is not None])
            return


def _ways(subject: Any) -> Iterator[Way]:
    for name, start in _learnt(subject).items():
        for entry in range(start.size):
            yield from (Way(name, entry, side, start) for side in (1.0, -1.0))


def _batches(subject: Any) -> Iterator[Batch]:
    """Yield batches of several sizes of loss; what is handed over alone is taken for losses."""
    for seed in SEEDS:
        batch = subject.draw(seed)
        if subject.contract.target is not None:
            yield batch
            continue
        names = [a.name for a in subject.contract.arguments if batch[a.name].dtype.kind == "f"]
        scale = 0.01**seed
        yield batch.each(lambda array, scale=scale: scale * (np.abs(array) + 0.1), names)


def _fall(subject: Any, batch: Batch, way: Way) -> float | None:
    """Return how fast the value falls at last, or None where it does not fall for ever."""
    values = []
    for step in STEPS:
        moved = _placed(subject, way, step)
        found = "no way" if moved is None else moved.gives(batch)
        if isinstance(found, str) or not np.isfinite(found).all():
            return None
        values.append(float(np.sum(found)))
    drops = -np.diff(values) / np.diff(STEPS)
    steady = drops[-1] > 1e-6 and (drops[1:] >= 0.8 * drops[:-1]).all() and (drops > 0).all()
    return float(drops[-1]) if steady else None


def _placed(subject: Any, way: Way, step: float) -> Any:
    try:
        loss = subject.host.placed(subject.candidate.live, way.name, way.at(step))
    except (CandidateError, RuntimeError):  # it holds what cannot be copied
        return None
    return None if loss is None else with_loss(subject, loss)


def _finding(subject: Any, way: Way, falls: list[float]) -> Finding:
    batch = next(iter(_batches(subject)))
    near, far = (_call(subject, batch, way, step) for step in STEPS[::3])
    name = way.name if way.start.ndim == 0 or way.start.size == 1 else f"{way.name}[{way.entry}]"
    alike = np.ptp(falls) <= 0.05 * max(falls)
    return (fail if alike else warn)(
        f"The loss falls for ever as {name} moves to {'plus' if way.side > 0 else 'minus'} infinity"
        f" while the arrays stay as they are: {np.sum(near.found):.4g} at {way.side * STEPS[0]:g},"
        f" {np.sum(far.found):.4g} at {way.side * STEPS[-1]:g}.",
        subject.example(near, far, expected=f"more than {np.sum(near.found):.4g}"),
        cause="a sign: the term that keeps the parameter in bounds is subtracted"
        if alike
        else "a learnt weight that nothing keeps from zero and below",
        mend="exp(-log_var) * loss + log_var: what is gained by being unsure is paid for again",
    )


def _call(subject: Any, batch: Batch, way: Way, step: float) -> Any:
    call = _placed(subject, way, step).call(batch)
    return replace(call, parameters={way.name: way.at(step)})
