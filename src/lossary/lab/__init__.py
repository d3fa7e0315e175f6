"""The lab: which loss serves a table and a metric best? A fair experiment, and an honest answer."""

from lossary.lab.extras import check

check()

from lossary.lab.arms.arm import Arm  # noqa: E402 (after the check)
from lossary.lab.arms.proposing import propose  # noqa: E402
from lossary.lab.metrics.named import METRICS, Metric, metric  # noqa: E402
from lossary.lab.protocol.planning import Plan, plan  # noqa: E402
from lossary.lab.protocol.studying import run, study  # noqa: E402
from lossary.lab.protocol.timing import estimate  # noqa: E402
from lossary.lab.tasks.task import Task  # noqa: E402

__all__ = [
    "Arm",
    "METRICS",
    "Metric",
    "Plan",
    "Task",
    "estimate",
    "metric",
    "plan",
    "propose",
    "run",
    "study",
]
