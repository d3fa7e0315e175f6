"""From raw scores to what a scikit-learn estimator says: amounts, or classes and probabilities."""

from abc import abstractmethod
from typing import Any

import numpy as np
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from lossary.adapters.estimators.objective import Objective, for_amounts, for_classes
from lossary.core.catalogue import find
from lossary.core.loss import Loss
from lossary.errors import ArgumentError, NotFoundError
from lossary.heads import Answer, Normal, boundary
from lossary.losses import BinaryCrossEntropy, CrossEntropy, HalfSquaredError

Array = np.ndarray


class Answers:
    """An estimator that minimises `loss`, with raw scores between the two."""

    loss: Loss | None
    objective_: Objective

    @property
    def judge(self) -> Loss:
        """The loss that is minimised: `loss`, or the usual one where it is None.

        Raises:
            ArgumentError: it is no loss; names the one that may be meant.
        """
        if self.loss is None:
            return self._usual()
        if not isinstance(self.loss, Loss):
            raise ArgumentError(_no_loss(self.loss))
        return self.loss

    def _answer(self, X: Any, **options: Any) -> Answer:  # noqa: N803
        check_is_fitted(self, "objective_")
        return self.objective_.answer(self._raw(X, **options))

    @abstractmethod
    def _usual(self) -> Loss: ...

    @abstractmethod
    def _raw(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return raw scores with the start in them: shape (n,), or (n, outputs)."""


class Amounts(Answers):
    """A regressor: amounts in, amounts out, on the scale of the target."""

    def predict(self, X: Any, *, return_std: bool = False, **options: Any) -> Any:  # noqa: N803
        """Return amounts, of shape (n,): the loss's own answer, its link undone.

        With `return_std`, also the standard deviation, where the loss learns one (GaussianNLL).
        """
        check_is_fitted(self, "objective_")
        raw = self._raw(X, **options)
        value = self.objective_.answer(raw).value
        if not return_std:
            return value
        if not isinstance(self.objective_.head, Normal):
            raise ArgumentError(
                f"{self.judge!r} learns no standard deviation.\nHint: loss=GaussianNLL() does."
            )
        return value, np.exp(raw[:, 1] / 2)

    def _objective_for(self, target: Array) -> Objective:
        return for_amounts(self.judge)

    def _usual(self) -> Loss:
        return HalfSquaredError()


def _tells(estimator: "Classes") -> bool:
    """Say whether scores have probabilities; scikit-learn hides a method by such a function."""
    if estimator.loss is None or not isinstance(estimator.loss, Loss):
        return True  # the usual losses do; what is no loss is told when it is fitted
    loss = estimator.loss
    head = for_classes(loss, 2).head
    if head.answer(np.zeros((1, head.outputs))).probability is None:
        raise AttributeError(
            f"{loss!r} gives its scores no probability.\nHint: use decision_function, or "
            f"loss=BinaryCrossEntropy()."
        )
    return True


class Classes(Answers):
    """A classifier: classes in, classes and their probabilities out."""

    classes_: Array

    def decision_function(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return scores: of shape (n,) for two classes, of the second one; else (n, classes).

        Above zero, the second of two classes is the likelier one.
        """
        found = self._answer(X, **options).score
        assert found is not None
        return found - boundary(self.objective_.head)

    @available_if(_tells)
    def predict_proba(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return probabilities, of shape (n, classes), that the loss itself gives its scores.

        A loss that gives them none, as hinge, leaves the estimator without this method.
        """
        found = self._answer(X, **options).probability
        assert found is not None
        return found

    def predict(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return the likelier class of each row."""
        answer = self._answer(X, **options)
        if answer.probability is not None:
            return self.classes_[answer.probability.argmax(axis=1)]
        score = answer.score
        assert score is not None
        place = (score > 0).astype(int) if score.ndim == 1 else score.argmax(axis=1)
        return self.classes_[place]

    def _objective_for(self, target: Array) -> Objective:
        return for_classes(self.judge, len(self.classes_))

    def _usual(self) -> Loss:
        return BinaryCrossEntropy() if len(self.classes_) == 2 else CrossEntropy()

    def _numbered(self, y: Any) -> Array:
        """Number the classes from 0 in their order; sets `classes_`."""
        self.classes_, numbers = np.unique(np.asarray(y), return_inverse=True)
        if not len(numbers):
            raise ArgumentError("y is empty: there is no row to learn from.")
        if len(self.classes_) < 2:
            only = str(self.classes_[0])
            raise ArgumentError(
                f"every target is {only!r}: a classifier cannot learn from one class."
            )
        return numbers


def _no_loss(given: Any) -> str:
    try:
        mend = f"loss=lossary.{find(given).__name__}()" if isinstance(given, str) else ""
    except NotFoundError:
        mend = ""
    hint = mend or "loss=lossary.Huber(delta=1.0)"
    return f"loss={given!r}: expected a loss of lossary.\nHint: {hint} is one."
