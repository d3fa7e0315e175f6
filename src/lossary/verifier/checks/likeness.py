"""Check 36: equality with the definition that a name, or `like`, promises."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.likeness.comparing import Comparison, best, compare
from lossary.verifier.likeness.family import Family, families_named
from lossary.verifier.likeness.naming import CLEAR, LEADING
from lossary.verifier.likeness.promised import exchanged, promised
from lossary.verifier.likeness.wording import base, convention, example, families_said, title
from lossary.verifier.rule import check

OFTEN = (
    "SquaredError", "AbsoluteError", "Huber", "LogCosh", "RootMeanSquaredError", "Quantile",
    "BinaryCrossEntropy", "CrossEntropy", "SigmoidFocal", "Hinge", "KullbackLeibler", "PoissonNLL",
)  # fmt: skip
"""Families that a loss whose name tells nothing is held against."""
EXACTLY = 1e-6


@check(
    number=36,
    reason="Values stay plausible when a formula is off by a branch, a factor or a sign.",
    rule="FAIL where a loss that is declared `like` another, or plainly named after it, follows"
    " none of its conventions, and one known mistake explains its numbers or nothing else can;"
    " WARN for another logarithm or a doubtful convention; else INFO: which convention it is.",
    evidence=("kornia#875", "kornia#551", "Project-MONAI/MONAI#369", "LD#74", "trl#2995"),
)
def likeness(subject: Any) -> Iterable[Finding]:
    """The loss computes what it is named after."""
    declared = subject.contract.like is not None
    families, level = promised(subject)
    found = best(compare(subject, each) for each in families)
    if not families:
        yield from _by_numbers(subject)
    elif found is None and declared:
        yield info(f"It could not be compared with {subject.contract.like}: other arguments.")
    elif found is None:
        return
    elif found.follows:
        yield from _follows(subject, found)
    elif turned := exchanged(subject):
        yield _exchanged(subject, turned, declared)
    elif found.mistake and level >= LEADING:
        yield _mistaken(subject, found, declared)
    elif found.far and (declared or (level == CLEAR and _certain(found))):
        yield from _unlike(found, declared, families)


def _by_numbers(subject: Any) -> Iterable[Finding]:
    """Recognise a loss whose name tells nothing."""
    known = (family for each in OFTEN for family in families_named(each)[:1])
    found = best(compare(subject, each, briefly=True) for each in known)
    fit = found.follows if found is not None else None
    if found is not None and fit is not None and fit.error < EXACTLY and not fit.shift:
        yield info(f"It computes {convention(found, fit)}.")


def _certain(found: Comparison) -> bool:
    """Say whether nothing else is left that could explain the difference."""
    searched = set(found.family.parameters) - set(found.mapped.parameters)
    return found.family.strict and not found.mapped.unknown and not searched


def _follows(subject: Any, found: Comparison) -> Iterable[Finding]:
    fit = found.follows
    assert fit is not None
    if _divided(subject, found):
        yield _by_outcomes(subject, found)
        return
    says = f"It follows {convention(found, fit)}."
    if base(fit):
        yield warn(
            f"{says} Elsewhere it is the natural logarithm.",
            cause="log2 or log10 where log was meant",
            mend=f"multiply by {1 / fit.scale:.4g}, or take the natural logarithm",
        )
    elif fit.reading.doubt:
        yield warn(f"{says[:-1]}: {fit.reading.doubt}.", cause=fit.reading.doubt)
    else:
        yield info(says)


def _divided(subject: Any, found: Comparison) -> bool:
    """Say whether a divergence, a sum over outcomes, was averaged over them, unasked."""
    return _by_classes(subject, found) or (
        found.family.name in ("KullbackLeibler", "Distillation")
        and found.follows is not None
        and found.follows.total.says == "mean over entries"
        and subject.contract.reduction_setting not in subject.candidate.settings
        and subject.typical[found.mapped.order[0]].ndim > 1
    )


def _by_classes(subject: Any, found: Comparison) -> bool:
    """Say whether a cross-entropy is divided by the number of classes, and by nothing it is set."""
    prediction, fit = subject.contract.prediction, found.follows
    if fit is None or found.family.name != "CrossEntropy" or "k" not in prediction.axes:
        return False
    share = 1 / subject.typical[prediction.name].shape[prediction.axes.index("k")]
    given = [v for v in subject.candidate.settings.values() if isinstance(v, float)]
    return bool(np.isclose(fit.scale, share)) and not np.isclose(given, share).any()


def _by_outcomes(subject: Any, found: Comparison) -> Finding:
    fit = found.follows
    assert fit is not None
    prediction = subject.contract.prediction
    place = prediction.axes.index("k") if "k" in prediction.axes else -1
    outcomes = subject.typical[prediction.name].shape[place]
    batch = subject.draw(0, n=1)
    entries = float(outcomes * subject.number(batch))
    by_name = found.family.name in ("Distillation", "CrossEntropy")
    promised = by_name or subject.contract.like is not None
    return (fail if promised else warn)(
        f"It follows {convention(found, fit)}: it divides by the {outcomes} outcomes too, where"
        f" the definition is their sum, and is {outcomes} times too small.",
        subject.example(subject.call(batch), expected=f"{entries:.6g}, {outcomes} times as much"),
        cause="reduction='mean', or .mean() over all entries",
        mend="sum over the outcomes and take the mean over rows, as 'batchmean' does",
    )


def _exchanged(subject: Any, turned: Comparison, declared: bool) -> Finding:
    fit, trial = turned.follows, turned.trial
    assert fit is not None
    assert trial is not None
    prediction, target = subject.contract.prediction.name, subject.contract.target.name
    why = "It is declared" if declared else "By its name it is"
    batch = trial.batches[0]
    own = float(np.sum(trial.found[0]))
    return fail(
        f"{why} {turned.family.name}, and is so only with {prediction} and {target} exchanged: it "
        f"takes {target} for the prediction.",
        subject.example(
            subject.call(batch),
            expected=f"another number than {own:.4g}, {title(fit, turned)} of {target} and "
            f"{prediction} exchanged",
        ),
        cause=f"{prediction} and {target} stand in each other's places in the formula",
        mend=f"put {prediction} where {target} stands, and {target} where {prediction} does",
    )


def _mistaken(subject: Any, found: Comparison, declared: bool) -> Finding:
    fit = found.mistake
    assert fit is not None
    shown = example(found)
    if shown is None:
        batch = found.trial.batches[0] if found.trial is not None else subject.typical
        call = subject.call(batch)
        shown = "its numbers are not those", subject.example(call, expected=title(fit, found))
    why = "It is declared" if declared else "By its name it is"
    return fail(
        f"{why} {families_said([found.family])}, but {shown[0]}.",
        shown[1],
        cause=fit.cause,
        mend=fit.reading.mend or f"compute {title(fit, found)} as the definition does",
    )


def _unlike(found: Comparison, declared: bool, families: tuple[Family, ...]) -> Iterable[Finding]:
    shown = example(found)
    if shown is None:
        return
    why = "It is declared" if declared else "By its name it is"
    yield fail(
        f"{why} {families_said(families)}, but follows none of the conventions: {shown[0]}.",
        shown[1],
        cause="a term, a factor or a sign differs from the definition",
        mend=f"compare it with lossary's {found.family.name}, or give it a name of its own",
    )
