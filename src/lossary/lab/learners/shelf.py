"""The shelf of learners: each by its name, if its package is here, and those taken by default."""

from importlib import import_module
from importlib.util import find_spec

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.learners.learner import Learner
from lossary.lab.tasks.task import Task

_ROOMS = {
    "mlp": ("perceptron", "Perceptron", "torch"),
    "lightgbm": ("lightgbm", "LightGBM", "lightgbm"),
    "xgboost": ("xgboost", "XGBoost", "xgboost"),
    "linear": ("linear", "Linear", "sklearn"),
    "module": ("own", "Own", "torch"),
}
"""For each name: the file, the class in it, and the package that it stands for."""
_USUAL = ("mlp", "lightgbm")


def learner_named(name: str) -> Learner:
    """Return the learner of a name.

    Raises:
        NotFoundError: there is none of that name; the nearest are told.
        ArgumentError: its package is not installed; says how to get it.
    """
    if name not in _ROOMS:
        raise NotFoundError(
            f"learner {name!r}: there is none of that name. {nearest(name, _ROOMS)}"
        )
    room, label, package = _ROOMS[name]
    if find_spec(package) is None:
        raise ArgumentError(
            f"learner {name!r}: {package} is not installed here.\nHint: pip install {package}, or "
            f"leave {name} out."
        )
    made: Learner = getattr(import_module(f"lossary.lab.learners.{room}"), label)()
    return made


def learners_for(task: Task) -> tuple[Learner, ...]:
    """Return those taken where none is named: networks and trees, or the task's own module."""
    if getattr(task, "source", None) is not None:
        return (learner_named("module"),)
    return tuple(learner_named(name) for name in _USUAL if find_spec(_ROOMS[name][2]))
