"""Check 8: a mask that is empty, and rightly predicted so, is not the worst of cases."""

import inspect
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.likeness.comparing import best, compare
from lossary.verifier.likeness.naming import LEADING, named
from lossary.verifier.rule import always, check

OVERLAPS = ("Dice", "Jaccard", "Tversky", "FocalTversky", "SoftFBeta")
WORST = 0.9
EMPTY = {"probability degree": (0.0, 1.0), "logit degree": (-40.0, 40.0)}
"""The predictions that say nothing and everything; logits come only near to it."""
SPOKEN = re.compile(
    r"\b(non-?)?empty|\babsent|undefined|no (true|positive|foreground|object)|without (an? )?"
    r"(object|foreground|positive)|not present|background.only",
    re.IGNORECASE,
)


def _overlap(subject: Any) -> str | None:
    told = named(subject.candidate)
    regions = told is not None and any(each.name in OVERLAPS for each in told.families)
    return always(subject) or (None if regions else "it is no loss of regions by its name")


@check(
    number=8,
    reason="On images without the object the loss is at its highest whatever the model says, or"
    " zero whatever it says: false positives there are never unlearnt.",
    rule="FAIL where a loss named Dice, Jaccard or Tversky, of probabilities, gives NaN for an"
    " empty mask that was predicted empty; WARN where it gives nearly 1, or where an empty mask"
    " costs nothing even if it was predicted full: some libraries mean it so.",
    evidence=("ivadomed#183", "Project-MONAI/MONAI#369", "U2PL#16"),
    applies=_overlap,
)
def empty_mask(subject: Any) -> Iterable[Finding]:
    """An empty mask that is predicted empty does not cost the most, and a full one costs more."""
    told = named(subject.candidate)
    families = [each for each in told.families if each.name in OVERLAPS] if told else []
    found = best(compare(subject, each) for each in families)
    fit = found.follows if found is not None and told and told.level >= LEADING else None
    if found is None or fit is None or found.trial is None:
        return
    if found.trial.domains not in EMPTY:
        return
    empty = found.trial.batches[0].each(np.zeros_like, found.mapped.order)
    low, high = EMPTY[found.trial.domains]
    predicted = found.mapped.order[0]
    empty, full = (empty.with_(predicted, empty[predicted] + each) for each in (low, high))
    try:
        costs = [float(np.mean(subject.value(each))) for each in (empty, full)]
    except CandidateError:
        return
    if low == 0.0:
        yield from _worst(subject, empty, costs[0])
    if costs[0] <= WORST and costs[1] <= costs[0] + 1e-6 and not _meant(subject):
        yield _silenced(subject, empty, full, costs[1])


def _worst(subject: Any, batch: Batch, value: float) -> Iterable[Finding]:
    if np.isnan(value):
        yield fail(
            "An empty mask that was predicted empty is worth NaN: zero is divided by zero.",
            subject.example(subject.call(batch), expected="0: nothing is there, nothing was said"),
            cause="nothing keeps the sum below the line from being zero",
            mend="add the same small number above and below: (2 * overlap + s) / (sums + s)",
        )
    elif value > WORST:
        yield warn(
            f"An empty mask that was predicted empty costs {value:.4g}, as much as the worst"
            " prediction can.",
            subject.example(subject.call(batch), expected="0: nothing is there, nothing was said"),
            cause="the smoothing stands below the line alone, so that 0 / epsilon is taken for 0",
            mend="add the smoothing above the line as well: (2 * overlap + s) / (sums + s)",
        )


def _meant(subject: Any) -> bool:
    """Say whether its author speaks of targets that hold nothing."""
    given = subject.candidate.given
    loss = given if inspect.isroutine(given) or inspect.isclass(given) else type(given)
    home = loss.__module__.partition(".")[0]
    parts = getattr(loss, "__mro__", (inspect.unwrap(loss),))
    own = [each for each in parts if each.__module__.partition(".")[0] == home]
    return any(SPOKEN.search(each) for each in (subject.candidate.doc, *map(_written, own)))


def _written(loss: Any) -> str:
    """Return what is written beside the code: the docstring and the comments."""
    try:
        comments = re.findall(r"#.*", inspect.getsource(loss))
    except (OSError, TypeError):
        comments = []
    return "\n".join([inspect.getdoc(loss) or "", *comments])


def _silenced(subject: Any, empty: Batch, full: Batch, value: float) -> Finding:
    return warn(
        f"An empty mask costs {value:.4g} even where the prediction says that all of it is there:"
        " false alarms on images without the object cost nothing.",
        subject.example(
            subject.call(empty, says="nothing is there, nothing was said"),
            subject.call(full, says="nothing is there, everything was said"),
            expected="more than for the empty prediction",
        ),
        cause="the loss of an empty target is multiplied by zero, or left out",
        mend="keep it: with a smoothing above and below the line no exception is needed",
    )
