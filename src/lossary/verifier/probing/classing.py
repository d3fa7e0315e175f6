"""Gives weights of classes the axis of classes, where a loss looks them up by the label."""

import re
from dataclasses import replace

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.contract import Argument, Contract
from lossary.verifier.draws import sizes_of
from lossary.verifier.probing.choosing import Choice
from lossary.verifier.probing.text import Text
from lossary.verifier.probing.trying import Trials, finite

OF_CLASSES = re.compile(
    r"(^|_)(class|cls|per_class|cat|categor\w*)_|_(per|by|of)_class|_class(es)?$"
)
WEIGHTS = re.compile(r"(^|_)(weights?|wts?|alphas?|w)$|class_?w|cls_?w|^weights?_")
"""Names that say of classes, and names of weights."""


def classed(choice: Choice, text: Text, trials: Trials) -> Choice:
    """Return the choice with one number a class in place of one a row, where only that is meant.

    With more rows than classes, weights[labels] takes weights of rows too, and reads wrong ones:
    the name or the code must say so, or fewer rows than classes must be refused.
    """
    for each in choice.contract.arguments:
        if each.role == "weight" and each.axes == ("k",):
            choice = _with(choice, each, replace(each, domain="positive"), trials)
            continue
        free = each.role in ("weight", "other") and each.axes != ("k",)
        known = each.name in text.shapes or each.domain == "labels"
        if not free or known or not _by_label(choice.contract):
            continue
        said = OF_CLASSES.search(each.name.lower()) or _looked_up(text, each, choice.contract)
        if said or not _runs(choice.contract, trials):
            choice = _with(choice, each, _of_classes(each), trials)
    return choice


def _of_classes(each: Argument) -> Argument:
    """Give it the axis of classes; of weights none is zero, or a batch of one class is nothing."""
    weight = each.role == "weight" or WEIGHTS.search(each.name.lower())
    domain = "positive" if weight else each.domain
    return replace(each, axes=("k",), role="weight" if weight else each.role, domain=domain)


def _with(choice: Choice, each: Argument, other: Argument, trials: Trials) -> Choice:
    arguments = tuple(other if a is each else a for a in choice.contract.arguments)
    contract = choice.contract.but(arguments=arguments)
    tried = trials.tried(contract) if _runs(contract, trials) else None
    if tried is None or not finite(tried[1]):
        return choice
    return replace(choice, contract=contract, value=tried[1])


def _by_label(contract: Contract) -> bool:
    target = contract.target
    labels = target is not None and target.domain == "labels" and "k" not in target.axes
    return labels and "k" in contract.prediction.axes


def _looked_up(text: Text, each: Argument, contract: Contract) -> bool:
    """Say whether code takes from the array at the places of the target."""
    assert contract.target is not None
    label = rf"\b{re.escape(contract.target.name)}\b"
    by_call = rf"(gather|take|embedding|index_select)\(ARRAY, [^\n]*{label}"
    by_method = rf"ARRAY\.(gather|take|index_select)\([^\n]*{label}"
    looked = rf"ARRAY\[[^\]\n]*{label}|{by_call}|{by_method}"
    return any(re.search(looked, code) for code in text.codes_for(each.name))


def _runs(contract: Contract, trials: Trials) -> bool:
    """Say whether fewer rows than classes are taken, and more of them, with the last class."""
    subject, target = trials.subject(contract), contract.target
    if target is None:
        return True
    size = sizes_of(contract)["k"]
    for rows in (max(1, size - 1), 2 * size + 1):
        batch = subject.draw(n=rows)
        if target.domain == "labels":
            batch = batch.with_(target.name, np.full_like(batch[target.name], size - 1))
        try:
            subject.value(batch)
        except (CandidateError, ValueError, TypeError):
            return False
    return True
