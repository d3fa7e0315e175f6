"""The lab: which loss serves a table and a metric best? A fair experiment, and an honest answer."""

from importlib import import_module
from typing import Any

from lossary.lab.extras import check

check()

_FACE = {
    "Arm": "arms.arm",
    "METRICS": "metrics.named",
    "Metric": "metrics.named",
    "Plan": "protocol.plan",
    "Task": "tasks.task",
    "TorchTask": "learners.torch_task",
    "afforded": "protocol.affording",
    "against_itself": "protocol.null",
    "asked": "protocol.workers",
    "free": "protocol.folders",
    "metric": "metrics.named",
    "null_plan": "protocol.null",
    "plan": "protocol.planning",
    "question": "tasks.question",
    "recommend": "arms.recommending",
    "run": "protocol.studying",
    "seconds": "protocol.budget",
    "study": "protocol.studying",
}
"""What a user may ask for, and the room that is opened when it is asked for first."""

__all__ = [*_FACE]  # noqa: PLE0604 (the names of the table are texts)


def __getattr__(name: str) -> Any:
    if name in _FACE:
        return getattr(import_module(f"lossary.lab.{_FACE[name]}"), name)
    raise AttributeError(f"lossary.lab has no {name!r}.")
