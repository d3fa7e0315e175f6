"""From raw scores to what a scikit-learn estimator says: amounts, or classes and probabilities."""

from abc import abstractmethod
from typing import Any

import numpy as np

from lossary.adapters.objective import Objective, for_amounts, for_classes
from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.heads import Normal

Array = np.ndarray


class Answers:
    """An estimator that minimises `loss`, with raw scores between the two."""

    loss: Loss
    objective_: Objective

    @abstractmethod
    def _raw(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return raw scores with the start in them: shape (n,), or (n, outputs)."""


class Amounts(Answers):
    """A regressor: amounts in, amounts out, on the scale of the target."""

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


class Classes(Answers):
    """A classifier: classes in, classes and their probabilities out."""

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
