"""Verdicts made by hand, so that how they are written does not hang on what checks find."""

import numpy as np

from lossary.verifier import Argument, Contract, Example, Finding, Severity, Verdict
from lossary.verifier.batch import Batch
from lossary.verifier.finding import Call

CONTRACT = Contract(
    arguments=(
        Argument("logits", "prediction", ("n", "k"), "scores"),
        Argument("labels", "target", ("n",), "labels"),
        Argument("weight", "weight", ("n",), "weights", keyword=True),
    ),
    per="valid",
    ignore=-100.0,
    known={"logits.domain": "named", "target": "declared", "reduction": "probed"},
)
BATCH = Batch(
    {
        "logits": np.asarray([[0.5, -1.25], [np.inf, 2.0]]),
        "labels": np.asarray([1, 0]),
        "weight": np.asarray([1.0, np.nan]),
    }
)


def finding(*calls, severity=Severity.FAIL, check="gradient", expected="1.0"):
    """Return a finding with these calls."""
    example = Example(calls, expected) if calls else None
    return Finding(severity, "It gives 2 and not 1.", example, "a lost factor", "halve it", check)


def verdict(*findings, **facts):
    """Return a verdict with these findings."""
    usual = {
        "name": "focal",
        "origin": "losses:focal",
        "host": "torch",
        "arrays": "torch",
        "contract": CONTRACT,
        "findings": findings,
        "held": ("curvature", "empty"),
        "skipped": {
            "saturation": "the prediction is no logit",
            "likeness": "its name tells nothing: like=huber",
            "poison": "the loss raised ValueError: no",
        },
        "seconds": 0.25,
        "spelling": ("from losses import focal", "loss = focal"),
    }
    return Verdict(**{**usual, **facts})


FOUND = finding(Call(BATCH, 2.0))
WARNED = finding(severity=Severity.WARN, check="empty")
TOLD = finding(severity=Severity.INFO, check="influence")
"""One of each kind."""
EVERY = verdict(FOUND, WARNED, TOLD)
