"""What boosting estimators share, whichever host grows their trees: targets, answers, files."""

import json
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from lossary.adapters.answers import Amounts, Answers, Classes
from lossary.adapters.objective import Objective, for_amounts, for_classes
from lossary.core.dictionaries import from_dict
from lossary.errors import ArgumentError, FormatError

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
        made: Any = cls(loss=loss, **page["parameters"])  # type: ignore[call-arg]
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


class BoostedRegressor(Amounts, Boosted):
    """The regressor of a host."""

    def _fitted_facts(self) -> dict[str, Any]:
        return {}

    def _take_facts(self, facts: dict[str, Any]) -> None:
        self.objective_ = for_amounts(self.judge)


class BoostedClassifier(Classes, Boosted):
    """The classifier of a host."""

    def _fitted_facts(self) -> dict[str, Any]:
        return {"classes": self.classes_.tolist()}

    def _take_facts(self, facts: dict[str, Any]) -> None:
        self.classes_ = np.asarray(facts["classes"])
        self.objective_ = for_classes(self.judge, len(self.classes_))


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
