"""What boosting estimators share, whichever host grows their trees: targets, answers, files."""

import json
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils import assert_all_finite
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from lossary.adapters.estimators.answers import Amounts, Answers, Classes
from lossary.adapters.estimators.judges import Seen
from lossary.adapters.estimators.objective import Objective, for_amounts, for_classes
from lossary.core.dictionaries import from_dict
from lossary.core.loss import Loss
from lossary.errors import ArgumentError, FormatError, ShapeError

Array = np.ndarray
FORMAT, VERSION = "lossary.boosted", 1


class Boosted(Answers):
    """A boosting estimator that minimises `loss`. Hosts mix it in before their own class.

    A host gives the class attribute `host` and the methods `_raw`, `_written` and `_read`; while it
    fits, it sets `objective_` (slope, curvature, link, leaf rule) and `start_` (the best constant).
    """

    host: ClassVar[str]
    start_: Array
    """The raw scores, of shape (outputs,), at which boosting began: the loss's best constant."""

    @abstractmethod
    def _target(self, y: Any) -> Array:
        """Return amounts, or the numbers of classes, of shape (n,); sets `classes_`."""

    @abstractmethod
    def _target_again(self, y: Any) -> Array:
        """Return the same of rows that are judged after each round.

        Raises:
            ArgumentError: one of their classes is none of those that train.
        """

    @abstractmethod
    def _written(self) -> str:
        """Return the host's own model as text."""

    @abstractmethod
    def _read(self, text: str) -> None:
        """Take the host's own model from text."""

    def explain(self) -> str:
        """Say what was minimised, how, and from where it began."""
        start = ", ".join(f"{each:.6g}" for each in self.start_)
        lines = self.objective_.explained() | {"start": start}
        return "\n".join(f"{name:10}{said}" for name, said in lines.items())

    def save(self, path: str | Path) -> None:
        """Write everything that `load` needs into one JSON file: no code, no pickle."""
        page = {
            "format": FORMAT,
            "version": VERSION,
            "host": self.host,
            "estimator": type(self).__name__,
            "loss": None if self.loss is None else self.loss.to_dict(),
            "parameters": _plain(self._own_parameters()),
            "start": self.start_.tolist(),
            "fitted": self._fitted_facts(),
            "model": self._written(),
        }
        Path(path).write_text(json.dumps(page))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the estimator that `save` wrote.

        Raises:
            FormatError: the file is of another kind, version, host or estimator.
        """
        try:
            page = json.loads(Path(path).read_text())
            told = tuple(page[name] for name in ("format", "version", "host", "estimator"))
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(f"{path}: is no model that lossary wrote.") from error
        wanted = (FORMAT, VERSION, cls.host, cls.__name__)
        if told != wanted:
            raise FormatError(f"{path}: holds {told}, but {wanted} was expected.")
        loss = None if page["loss"] is None else from_dict(page["loss"])
        parameters = {name: _meant(value) for name, value in page["parameters"].items()}
        made: Any = cls(loss=loss, **parameters)  # type: ignore[call-arg]
        made.start_ = np.asarray(page["start"], dtype=float)
        made._take_facts(page["fitted"])
        made._read(page["model"])
        return made

    def _own_parameters(self) -> dict[str, Any]:
        return {name: v for name, v in self.get_params(deep=False).items() if name != "loss"}  # type: ignore[attr-defined]

    def _fitted_facts(self) -> dict[str, Any]:
        """Return what else was learned, as JSON can hold it."""
        return {}

    def _take_facts(self, facts: dict[str, Any]) -> None:
        """Take back what `_fitted_facts` has given."""

    def _seen(self, y: Any, weight: Any) -> Seen:
        """Return what is known of rows that are judged after each round.

        Raises:
            DomainError, ArgumentError, ShapeError: as for the rows that train.
        """
        target = self._target_again(y)
        each = weights_of(weight, target)
        encoded = self.objective_.encoded(target)
        self.objective_.check(encoded, each)
        return Seen(target, encoded, each)

    def _begin(self, objective: Objective, target: Array, weight: Array | None) -> Array:
        """Check the targets and return them encoded; sets `objective_` and `start_`.

        Raises:
            DomainError: a target lies where the loss has no meaning.
            ArgumentError: there is no target.
        """
        if not len(target):
            raise ArgumentError("y is empty: there is no row to learn from.")
        encoded = objective.encoded(target)
        objective.check(encoded, weight)
        self.objective_ = objective
        self.start_ = objective.start(encoded, weight)
        return encoded


class BoostedRegressor(Amounts, Boosted):
    """The regressor of a host."""

    def _target(self, y: Any) -> Array:
        return column_or_1d(y, warn=True).astype(float)

    def _target_again(self, y: Any) -> Array:
        return self._target(y)

    def _take_facts(self, facts: dict[str, Any]) -> None:
        self.objective_ = for_amounts(self.judge)


class BoostedClassifier(Classes, Boosted):
    """The classifier of a host."""

    def _target(self, y: Any) -> Array:
        told = column_or_1d(y, warn=True)
        assert_all_finite(told)
        check_classification_targets(told)
        return self._numbered(told)

    def _target_again(self, y: Any) -> Array:
        y = column_or_1d(y)
        numbers = np.searchsorted(self.classes_, y).clip(max=len(self.classes_) - 1)
        new = self.classes_[numbers] != y
        if new.any():
            raise ArgumentError(
                f"eval_set: the class {y[new].tolist()[0]!r} is not among those of y, "
                f"{self.classes_.tolist()}.\nHint: leave its rows out."
            )
        return numbers

    def _fitted_facts(self) -> dict[str, Any]:
        return {"classes": self.classes_.tolist(), "kind": self.classes_.dtype.str}

    def _take_facts(self, facts: dict[str, Any]) -> None:
        self.classes_ = np.asarray(facts["classes"], dtype=facts["kind"])
        self.objective_ = for_classes(self.judge, len(self.classes_))


def weights_of(given: Any, target: Array) -> Array | None:
    """Return weights of shape (n,) for so many targets, or None.

    Raises:
        ShapeError, ArgumentError: they are not one number for each row, or all of them are zero.
    """
    if given is None:
        return None
    weight = np.asarray(given, dtype=float)
    if weight.shape != target.shape:
        raise ShapeError(
            f"sample_weight has the shape {weight.shape}, but there are {len(target)} targets.\n"
            f"Hint: give one number for each row."
        )
    if not weight.any():
        raise ArgumentError("sample_weight is zero throughout: no row is left to learn from.")
    return weight


def _plain(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON can hold them; what it cannot is refused by name."""
    found = {}
    for name, value in parameters.items():
        found[name] = _told(value)
        try:
            json.dumps(found[name])
        except TypeError as error:
            raise ArgumentError(
                f"save: the parameter {name}={value!r} cannot be written to a file.\n"
                f"Hint: .set_params({name}=None) before, or pickle the estimator instead."
            ) from error
    return found


def _told(value: Any) -> Any:
    """Return a loss or a number of NumPy as plain data, and a dictionary as pairs of any keys."""
    if isinstance(value, Loss):
        return {"loss": value.to_dict()}
    if isinstance(value, (list, tuple)):
        several = [_told(each) for each in value]
        return several if isinstance(value, list) else {"tuple": several}
    if isinstance(value, dict):
        return {"pairs": [[_told(key), _told(each)] for key, each in value.items()]}
    return value.item() if isinstance(value, np.generic) else value


def _meant(told: Any) -> Any:
    """Return what `_told` was given."""
    if isinstance(told, list):
        return [_meant(each) for each in told]
    if not isinstance(told, dict):
        return told
    if "loss" in told:
        return from_dict(told["loss"])
    if "tuple" in told:
        return tuple(_meant(told["tuple"]))
    return {key: _meant(each) for key, each in told["pairs"]}
