"""Every loss of the catalogue behind every head that it fits, and what to try it on."""

import numpy as np

import lossary
from lossary.adapters.estimators.objective import for_amounts, for_classes
from lossary.core.catalogue import all_of
from lossary.errors import ArgumentError

N = 60


def every_objective():
    """Every loss behind every head that it fits."""
    found = {}
    for cls in all_of(lossary.Loss):
        loss = cls()
        for kind, make in (
            ("amounts", lambda loss=loss: for_amounts(loss)),
            ("two classes", lambda loss=loss: for_classes(loss, 2)),
            ("four classes", lambda loss=loss: for_classes(loss, 4)),
        ):
            try:
                found[f"{cls.__name__}, {kind}"] = make()
            except ArgumentError:
                continue
    return found


OBJECTIVES = every_objective()
AMOUNTS = {name: each for name, each in OBJECTIVES.items() if name.endswith("amounts")}
CLASSES = {name: each for name, each in OBJECTIVES.items() if name.endswith("classes")}
SAFE = {
    name: each
    for name, each in OBJECTIVES.items()
    if not each.refits and not each.loss.curvature_rule.below  # which says that it may be, and why
}


def drawn(objective, seed=0, rows=N):
    """Draw raw scores and targets; amounts that every domain holds, classes that all occur."""
    rng = np.random.default_rng(seed)
    shape = rows if objective.outputs == 1 else (rows, objective.outputs)
    if objective in AMOUNTS.values():
        target = rng.gamma(2.0, size=rows) + 0.1
    else:
        count = 2 if objective.outputs == 1 else objective.outputs
        target = np.concatenate([np.arange(count), rng.integers(0, count, rows - count)])
    return rng.normal(size=shape), objective.encoded(target)
