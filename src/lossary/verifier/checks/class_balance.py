"""Check 35: a weight that should balance two classes does not only rescale."""

from collections.abc import Iterable
from typing import Any

from lossary.verifier.batches.hints import doc
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.likeness.comparing import Comparison, best, compare
from lossary.verifier.likeness.naming import named
from lossary.verifier.meaning.words import bears
from lossary.verifier.rule import always, check


def _focal(subject: Any) -> str | None:
    told = named(subject.candidate)
    if told is None or not any("Focal" in each.name for each in told.families):
        return always(subject) or "it is no focal loss by its name"
    return always(subject)


@check(
    number=35,
    reason="Who raises alpha to find more of the rare class only raises the learning rate.",
    rule="FAIL where alpha, between 0 and 1, of a binary focal loss multiplies both classes alike,"
    " and the loss promises a balance; WARN where it promises none, and where there are several"
    " classes, which one number cannot balance.",
    evidence=("kornia#875", "kornia#2393"),
    applies=_focal,
)
def class_balance(subject: Any) -> Iterable[Finding]:
    """Alpha weighs one class against the other."""
    told = named(subject.candidate)
    found = best(compare(subject, each) for each in told.families) if told else None
    if found is None or found.follows is None or not _alike(found):
        return
    binary = found.family.name == "SigmoidFocal"
    alpha = found.mapped.parameters["alpha"]
    say = fail if binary and told and told.level and _promised(subject) else warn
    theirs = found.mapped.spelt["alpha"]
    yield say(
        f"{theirs}={alpha:g} multiplies every class alike: it only rescales the loss, and balances"
        " nothing.",
        _example(subject, theirs, alpha),
        cause=f"{theirs} stands before the whole loss, not before the class that it is meant for",
        mend=f"weigh by {theirs} * target + (1 - {theirs}) * (1 - target)"
        if binary
        else "take one weight for each class, or drop it",
    )


def _promised(subject: Any) -> bool:
    """Say whether the name or the docstring promises that alpha balances the classes."""
    candidate = subject.candidate
    said = " ".join([candidate.name, doc(subject), *candidate.settings])
    return bears(said, "balanc", "imbalanc", "weight", "rare", "class", "positive")


def _alike(found: Comparison) -> bool:
    fit = found.follows
    alpha = found.mapped.parameters.get("alpha")
    words = ("alpha on both classes alike", "alpha on all classes")
    return (
        fit is not None
        and alpha is not None
        and 0 < alpha < 1
        and fit.steady
        and fit.reading.says.endswith(words)
    )


def _example(subject: Any, name: str, alpha: float) -> Any:
    batch = subject.typical
    there = subject.changed(**{name: alpha / 2})
    return subject.example(
        subject.call(batch, says=f"with {name}={alpha:g}"),
        there.call(batch, says=f"with {name}={alpha / 2:g}"),
        expected="more than exactly half of it, for the other class would count more",
    )
