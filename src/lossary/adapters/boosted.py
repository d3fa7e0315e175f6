"""What boosting estimators share, whichever host grows their trees: targets, answers, files."""

import json
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from lossary.adapters.objective import Objective, for_amounts, for_classes
from lossary.core.dictionaries import from_dict
from lossary.core.loss import Loss
from lossary.errors import ArgumentError, FormatError
from lossary.heads import Normal

Array = np.ndarray
FORMAT, VERSION = "lossary.boosted", 1


class Boosted:
    """A boosting estimator that minimises `loss`. Hosts mix it in before their own class.

    A host gives the class attribute `host` and the methods `_raw`, `_written` and `_read`; while it
    fits, it sets `objective_` (slope, curvature, link, leaf rule) and `start_` (the best constant).
    """

    host: ClassVar[str]
    loss: Loss
    objective_: Objective
    start_: Array
    """The raw scores, of shape (outputs,), at which boosting began: the loss's best constant."""

    @abstractmethod
    def _raw(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return raw scores with the start in them: shape (n,), or (n, outputs)."""

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
            "loss": self.loss.to_dict(),
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
        made: Any = cls(loss=from_dict(page["loss"]), **page["parameters"])  # type: ignore[call-arg]
        made.start_ = np.asarray(page["start"], dtype=float)
        made._take_facts(page["fitted"])
        made._read(page["model"])
        return made

    def _own_parameters(self) -> dict[str, Any]:
        return {name: v for name, v in self.get_params(deep=False).items() if name != "loss"}  # type: ignore[attr-defined]

    @abstractmethod
    def _fitted_facts(self) -> dict[str, Any]: ...

    @abstractmethod
    def _take_facts(self, facts: dict[str, Any]) -> None: ...

    def _begin(self, objective: Objective, target: Array, weight: Array | None) -> Array:
        """Check the targets and return them encoded; sets `objective_` and `start_`.

        Raises:
            DomainError: a target lies where the loss has no meaning.
        """
        encoded = objective.encoded(target)
        objective.check(encoded, weight)
        self.objective_ = objective
        self.start_ = objective.start(encoded, weight)
        return encoded


class BoostedRegressor(Boosted):
    """The regressor of a host: amounts in, amounts out, on the scale of the target."""

    def predict(self, X: Any, *, return_std: bool = False, **options: Any) -> Any:  # noqa: N803
        """Return amounts, of shape (n,): the loss's own answer, its link undone.

        With `return_std`, also the standard deviation, where the loss learns one (GaussianNLL).
        """
        raw = self._raw(X, **options)
        value = self.objective_.answer(raw).value
        if not return_std:
            return value
        if not isinstance(self.objective_.head, Normal):
            raise ArgumentError(
                f"{self.loss!r} learns no standard deviation.\nHint: loss=GaussianNLL() does."
            )
        return value, np.exp(raw[:, 1] / 2)

    def _objective_for(self, target: Array) -> Objective:
        return for_amounts(self.loss)

    def _fitted_facts(self) -> dict[str, Any]:
        return {}

    def _take_facts(self, facts: dict[str, Any]) -> None:
        self.objective_ = for_amounts(self.loss)


class BoostedClassifier(Boosted):
    """The classifier of a host: classes in, classes and their probabilities out."""

    classes_: Array

    def decision_function(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return scores: of shape (n,) for two classes, of the second one; else (n, classes)."""
        found = self.objective_.answer(self._raw(X, **options)).score
        assert found is not None
        return found

    def predict_proba(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return probabilities, of shape (n, classes), that the loss itself gives its scores.

        Raises:
            ArgumentError: the loss gives its scores none, as hinge.
        """
        found = self.objective_.answer(self._raw(X, **options)).probability
        if found is None:
            raise ArgumentError(
                f"{self.loss!r} gives its scores no probability.\nHint: use decision_function, or "
                f"loss=BinaryCrossEntropy()."
            )
        return found

    def predict(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return the likelier class of each row."""
        answer = self.objective_.answer(self._raw(X, **options))
        if answer.probability is not None:
            return self.classes_[answer.probability.argmax(axis=1)]
        score = answer.score
        assert score is not None
        place = (score > 0).astype(int) if score.ndim == 1 else score.argmax(axis=1)
        return self.classes_[place]

    def _objective_for(self, target: Array) -> Objective:
        return for_classes(self.loss, len(self.classes_))

    def _numbered(self, y: Any) -> Array:
        """Number the classes from 0 in their order; sets `classes_`."""
        self.classes_, numbers = np.unique(np.asarray(y), return_inverse=True)
        if len(self.classes_) < 2:
            raise ArgumentError(
                f"a classifier needs two classes, but every target is {self.classes_[0]!r}."
            )
        return numbers

    def _fitted_facts(self) -> dict[str, Any]:
        return {"classes": self.classes_.tolist()}

    def _take_facts(self, facts: dict[str, Any]) -> None:
        self.classes_ = np.asarray(facts["classes"])
        self.objective_ = for_classes(self.loss, len(self.classes_))


def _plain(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters that JSON can hold; what it cannot is refused by name."""
    for name, value in parameters.items():
        try:
            json.dumps(value)
        except TypeError as error:
            raise ArgumentError(
                f"save: the parameter {name}={value!r} cannot be written to a file.\n"
                f"Hint: set it to plain data, or pickle the estimator instead."
            ) from error
    return parameters
