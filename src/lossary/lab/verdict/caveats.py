"""What a verdict hangs on: what to bear in mind before it is believed, each in a sentence."""

from collections.abc import Iterator, Sequence

import numpy as np

from lossary.lab.verdict.contest import CONSTANT
from lossary.lab.verdict.finding import Finding
from lossary.lab.verdict.optimism import curse, shrinkage
from lossary.records import InteractionRecord, OptimismRecord, SensitivityRecord

_FEW_FOLDS = 10
_FLATTERED = 0.8
_NARROW = 0.5
"""Good values within so much of what was searched are narrow."""


def caveats(
    found: Finding,
    ranges: Sequence[SensitivityRecord],
    crossed: Sequence[InteractionRecord],
    promises: Sequence[OptimismRecord],
    held_rows: int,
) -> tuple[str, ...]:
    """Return what to bear in mind, the gravest first."""
    if not found.losses:
        return ()
    return (
        *_failures(found),
        *_few_folds(found),
        *_too_small(found),
        *_flattered(found),
        *_promised(found, promises),
        *_narrow(found, ranges),
        *_ended_early(found),
        *_crossed(crossed),
        *_rope(found),
        *_held_out(held_rows),
    )


def _failures(found: Finding) -> Iterator[str]:
    for name in found.failed:
        scores = found.contest.errors[name]
        bad = int((~np.isfinite(scores)).sum())
        what = "has no value" if name == CONSTANT else "failed"
        yield f"{name} {what} on {bad} of {len(scores)} folds, and is compared with nobody."


def _ended_early(found: Finding) -> Iterator[str]:
    trials = [trial for arm in found.contest.arms for fold in arm.folds for trial in fold.trials]
    halved = sum(each.stopped == "halved" for each in trials)
    capped = sum(each.stopped == "capped" for each in trials)
    if halved:
        yield (
            f"{halved} of {len(trials)} trials were stopped half-way as the worse ones of their "
            f"arm: the curves over settings leave them out, and look flatter than they are."
        )
    if capped:
        yield f"{capped} of {len(trials)} trials were ended by the cap on their time."


def _few_folds(found: Finding) -> Iterator[str]:
    if 1 < found.folds < _FEW_FOLDS:
        yield f"{found.folds} folds are few: only large differences can be seen."


def _too_small(found: Finding) -> Iterator[str]:
    rows = found.standings
    for name in found.told[:1]:
        gap = found.contest.behind(name, found.contest.leader)
        if gap.posterior(found.contest.rope)[1] >= found.contest.level:
            yield (
                f"{name} can be told from the leader, but the difference "
                f"({rows[name].difference:.3g}) is too small to matter."
            )


def _flattered(found: Finding) -> Iterator[str]:
    share = shrinkage(found.contest)
    if found.recommended in found.better and share < _FLATTERED:
        yield (
            f"The best of {len(found.losses)} looks better than it is: of its lead over the "
            f"average of the {found.noun} expect {100 * share:.0f} % to stay."
        )


def _promised(found: Finding, promises: Sequence[OptimismRecord]) -> Iterator[str]:
    for each in promises:
        gap = curse(found.contest, each.arm)
        shown = gap.interval(found.contest.level)[0] > 0 and gap.mean > found.contest.rope
        if each.arm == found.recommended and shown:
            yield (
                f"Tuning flatters: the selected trials of {each.arm} promised {found.metric} "
                f"{each.promised:.4g} on the rows that chose them and kept {each.kept:.4g}."
            )


def _narrow(found: Finding, ranges: Sequence[SensitivityRecord]) -> Iterator[str]:
    for each in ranges:
        values = np.array([point.value for point in each.points])
        axis = np.log10(values) if each.scale == "log" else values
        if each.arm != found.recommended or each.width > _NARROW * np.ptp(axis):
            continue
        name = each.parameter.removeprefix("loss.").replace("_", " ")
        far = f"a factor of {10**each.width:.2g}" if each.scale == "log" else f"{each.width:.2g}"
        yield f"{each.arm} is sensitive: the good values of its {name} lie within {far}."
        best = int(np.argmin([found.contest.sign * point.metric for point in each.points]))
        if best in (0, len(values) - 1):
            yield f"They lie at the end of what was searched ({values[best]:.2g}): look further."


def _crossed(crossed: Sequence[InteractionRecord]) -> Iterator[str]:
    for each in crossed:
        if each.found:
            one, other = each.losses
            more, less = (each.first, each.second)[:: 1 if each.difference > 0 else -1]
            yield (
                f"It depends on the {each.factor}: over {other}, {one} gains "
                f"{abs(each.difference):.3g} more with {more} than with {less}."
            )


def _rope(found: Finding) -> Iterator[str]:
    contest = found.contest
    why = (
        "as you asked" if contest.asked is not None
        else f"1 % of the way from the best constant's {found.metric} to the default's"
    )  # fmt: skip
    yield f"Differences below {contest.rope:.3g} count as none: {why}."


def _held_out(rows: int) -> Iterator[str]:
    if not rows:
        yield "There was no hold-out: every row took part in choosing, and no score is untouched."
