"""Check 13, over classes: a cross-entropy is a sum over classes, and no mean over them."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.hints import name
from lossary.verifier.finding import Finding, fail
from lossary.verifier.likeness.comparing import compare
from lossary.verifier.likeness.naming import named
from lossary.verifier.rule import always, check

NAMES = re.compile(r"cross ?entropy|softmax|\bce\b|\bxent\b|nll|log ?likelihood")
OTHER = re.compile(
    r"focal|binary|bce|sigmoid|multi ?label|poly|weight|balanc|sampled|mean over|margin|angular"
)
EQUAL = {
    "scores": lambda k: 0.0,
    "log_probability": lambda k: -np.log(k),
    "distribution": lambda k: 1 / k,
}
"""What a prediction of k classes holds that prefers none of them."""
NEAR = 1e-4
"""Room for an epsilon inside of a logarithm."""


def _applies(subject: Any) -> str | None:
    contract = subject.contract
    if always(subject) is not None or not contract.target or "k" in contract.sizes:
        return "it is no loss of classes whose number is free"
    said = name(subject)
    if contract.prediction.domain not in EQUAL or contract.prediction.axes != ("n", "k"):
        return "it takes no scores of classes"
    if contract.target.domain not in ("labels", "distribution"):
        return "the target tells no classes"
    return None if NAMES.search(said) and not OTHER.search(said) else "it is no cross-entropy"


@check(
    number=13,
    reason="A mean over the classes too makes the loss, and every gradient, as many times smaller"
    " as there are classes: another learning rate for every data set.",
    rule="FAIL where a loss that is named after a cross-entropy gives log(k) / k when no one of k"
    " classes is preferred; silent where `likeness` has compared it with the definition.",
    evidence=("jax-ml/jax#1023", "GMvandeVen/continual-learning#5", "LD#74"),
    applies=_applies,
)
def class_mean(subject: Any) -> Iterable[Finding]:
    """A prediction that prefers none of k classes costs log(k)."""
    if _compared(subject):
        return
    first = subject.contract.prediction
    try:
        tried = [_equal(subject, first, k) for k in (4, 8)]
        found = [float(np.mean(subject.value(each))) for each in tried]
    except CandidateError:
        return
    if all(np.isclose(v, np.log(k) / k, rtol=NEAR) for v, k in zip(found, (4, 8), strict=True)):
        yield fail(
            f"With no one of 4 classes preferred it costs {found[0]:.4g}, which is log(4) / 4: the"
            " mean runs over the classes too.",
            subject.example(subject.call(tried[0]), expected=f"{np.log(4):.4g}, which is log(4)"),
            cause=".mean() over rows and classes, where the definition is a sum over classes",
            mend="-(one_hot * log_softmax(logits)).sum(axis of classes).mean()",
        )


def _compared(subject: Any) -> bool:
    """Say whether the name leads to the definition, and the value follows it: `likeness` tells."""
    told = named(subject.candidate)
    known = [each for each in told.families if each.name == "CrossEntropy"] if told else []
    found = [compare(subject, each) for each in known]
    return any(each is not None and each.follows is not None for each in found)


def _equal(subject: Any, first: Any, k: int) -> Any:
    batch = subject.draw(k=k)
    return batch.with_(first.name, np.full(batch[first.name].shape, EQUAL[first.domain](k)))
