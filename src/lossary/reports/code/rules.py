"""The optimizer of an arm as code: with its learning rate's course, and what else was tuned."""

import re
from dataclasses import dataclass

import lossary.optimizers  # noqa: F401 (fills the shelf)
from lossary.core.catalogue import named
from lossary.errors import NotFoundError
from lossary.reports.code.chosen import Chosen

_MEMORY = 0.99  # of the running mean of weights that the study's perceptron is judged by
_WARM = 20  # one step in so many climbs
_BEGIN = {"learning_rate": 0.003, "weight_decay": 0.1}


@dataclass(frozen=True)
class Rule:
    """Python text: what is imported, the schedule, and the call that makes the optimizer.

    `plain` is the same without the average by which the study's perceptron is judged.
    """

    imported: str
    rate: str
    plain: str
    averaged: bool

    @property
    def called(self) -> str:
        """The call, within a running mean of the weights where there is one."""
        average = f"ExponentialMovingAverage(decay={_MEMORY}, of={self.plain})"
        return average if self.averaged else self.plain


def rule_of(own: Chosen | None, steps: int) -> Rule:
    """Spell the optimizer of an arm, or one to begin with where nothing was tuned."""
    name, inside = _taken_apart(own.optimizer if own else "")
    tuned = {**_BEGIN, **(own.setting if own else {})} if own is None else own.setting
    takes = set(getattr(named(name, "optimizer"), "own", ()))
    peak = tuned.get("learning_rate", _BEGIN["learning_rate"])
    warm = max(1, steps // _WARM)
    rate = f"LinearWarmUp(steps={warm}, then=Cosine(peak={peak!r}, steps={max(1, steps - warm)}))"
    words = [inside] if inside else []
    words += ["learning_rate=rate"] if "learning_rate" in takes else []
    words += [
        f"{key}={value!r}"
        for key, value in tuned.items()
        if key in takes and key != "learning_rate" and not re.search(rf"\b{key}=", inside)
    ]
    averaged = own is None or own.learner is None or own.learner.name != "module"
    names = sorted([name, *(["ExponentialMovingAverage"] if averaged else [])])
    return Rule(", ".join(names), rate, f"{name}({', '.join(words)})", averaged)


def _taken_apart(written: str) -> tuple[str, str]:
    """Return the name of an optimizer, and what stands in its brackets without a learning rate."""
    name, _, rest = written.partition("(")
    try:
        cls = named(name or "AdamW", "optimizer")
    except NotFoundError:
        return "AdamW", ""
    inside = re.sub(r"learning_rate=[^,()]+(, )?", "", rest.removesuffix(")")).removesuffix(", ")
    return cls.__name__, inside
