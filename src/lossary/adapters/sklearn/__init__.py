"""Linear models that minimise any loss, and scorers of any loss, as scikit-learn knows them."""

from lossary.adapters.needs import need

need("sklearn", "scipy")

import warnings
from numbers import Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from lossary.adapters.estimators.answers import Amounts, Answers, Classes
from lossary.adapters.estimators.linear import Design, Problem, Solved, solved
from lossary.adapters.estimators.objective import Objective
from lossary.adapters.sklearn.scoring import scorer as scorer
from lossary.core.loss import Loss
from lossary.errors import ArgumentError

Array = np.ndarray
_SOLVERS = ("auto", "lbfgs", "newton")
_WIDE = 300  # columns from which on a matrix of them is dearer than many steps of L-BFGS


class _Linear(Answers, BaseEstimator):
    """What both models share: raw scores that are linear in the features."""

    coef_: Array
    intercept_: Any

    def __init__(
        self,
        loss: Loss | None = None,
        *,
        l1: float = 0.0,
        l2: float = 1e-4,
        fit_intercept: bool = True,
        solver: str = "auto",
        max_iter: int = 1000,
        tol: float = 1e-8,
    ) -> None:
        self.loss = loss
        self.l1 = l1
        self.l2 = l2
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol

    def explain(self) -> str:
        """Say what was minimised, how, and where it ended."""
        check_is_fitted(self)
        told = {
            name: said for name, said in self.objective_.explained().items() if name != "leaves"
        }
        told["penalty"] = f"l1={self.l1:g}, l2={self.l2:g}"
        told["solver"] = f"{self.solver_}, {self.n_iter_} steps"
        return "\n".join(f"{name:10}{said}" for name, said in told.items())

    def _fit(self, features: Any, target: Array, sample_weight: Any) -> Self:
        self._look()
        weight = _check_sample_weight(sample_weight, features, dtype=np.float64)
        if not (weight.min() >= 0 and weight.sum() > 0):
            raise ArgumentError("sample_weight must be zero or more, and above zero somewhere.")
        self.objective_ = self._objective_for(target)
        encoded = self.objective_.encoded(target)
        self.objective_.check(encoded, weight)
        design = Design.of(features, weight, bool(self.fit_intercept))
        pieces = self.objective_.apart(encoded)
        self.solver_ = self._chosen(pieces[0][0].outputs, features.shape[1])
        found = [self._solved(design, weight, *piece) for piece in pieces]
        self.n_iter_ = max(1, *(each.steps for each in found))
        if not all(each.converged for each in found):
            warnings.warn(
                f"{self.solver_} took max_iter={self.max_iter} steps and has not arrived.\n"
                f"Hint: more steps, a larger l2, or a larger tol.",
                ConvergenceWarning,
                stacklevel=3,
            )
        coef = np.concatenate([each.coef for each in found]) / design.size
        intercept = np.concatenate([each.intercept for each in found])
        return self._keep(coef, intercept - coef @ design.centre)

    def _solved(self, design: Design, weight: Array, objective: Objective, target: Array) -> Solved:
        charges = (float(self.l1), float(self.l2), bool(self.fit_intercept))
        problem = Problem(objective, design, target, weight, *charges)
        k, d = problem.shape
        start = objective.start(target, weight) if self.fit_intercept else np.zeros(k)
        first = np.concatenate([np.zeros(k * d), start])
        return solved(problem, first, self.solver_, self.max_iter, self.tol)

    def _keep(self, coef: Array, intercept: Array) -> Self:
        self.coef_, self.intercept_ = coef, intercept
        return self

    def _look(self) -> None:
        for name in ("l1", "l2", "tol"):
            value = getattr(self, name)
            if not (isinstance(value, Real) and 0 <= float(value) < np.inf):
                raise ArgumentError(f"{name}={value!r}: expected a number, zero or more.")
        if self.solver not in _SOLVERS:
            raise ArgumentError(f"solver={self.solver!r}: expected one of {', '.join(_SOLVERS)}.")
        if self.max_iter < 1:
            raise ArgumentError(f"max_iter={self.max_iter!r}: expected 1 or more.")

    def _chosen(self, outputs: int, columns: int) -> str:
        able = outputs == 1 and not self.l1
        if self.solver == "newton" and not able:
            raise ArgumentError(
                "solver='newton' needs l1=0 and a loss of one raw score for a row.\n"
                "Hint: solver='lbfgs' takes all."
            )
        if self.solver != "auto":
            return str(self.solver)
        return "newton" if able and columns <= _WIDE else "lbfgs"

    def _raw(self, X: Any, **options: Any) -> Array:  # noqa: N803
        check_is_fitted(self)
        features = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        k = self.objective_.outputs
        found = np.asarray(features @ self.coef_.reshape(k, -1).T) + self.intercept_
        return np.ascontiguousarray(found[:, 0] if k == 1 else found)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class LossRegressor(Amounts, RegressorMixin, _Linear):
    """A linear model of amounts that minimises any loss, with an L1 and an L2 penalty.

    It minimises sum(w · loss) / sum(w) + l1 · |coef|₁ + l2/2 · |coef|² from the loss's own best
    constant; the intercept is free of charge. Losses of logarithms (Poisson, Tweedie) predict
    through their link; where the loss has kinks, they are rounded off less and less. A loss that is
    not convex may end in a local minimum.

    >>> import lossary
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = LossRegressor(lossary.Quantile(level=0.9), l2=0.0).fit(X, y)
    >>> round(float((y < model.predict(X)).mean()), 2)
    0.9

    Args:
        loss: what to minimise; None is HalfSquaredError(), as in ridge and lasso.
        l1, l2: how much each unit of the coefficients' sizes costs, zero or more.
        solver: "newton" uses the derived curvature, "lbfgs" takes all; "auto" chooses.
        max_iter, tol: at most so many steps, until slopes are as small.

    Attributes:
        coef_: shape (d,), or (outputs, d) where the loss reads several numbers for a row.
        intercept_: a number, or shape (outputs,).
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803
        """Fit to features of shape (n, d) and amounts of shape (n,).

        Raises:
            DomainError: an amount lies where the loss has no meaning.
            ArgumentError: the loss is not of amounts, or a parameter is out of place.
        """
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64, y_numeric=True)
        return self._fit(X, np.asarray(y, dtype=np.float64), sample_weight)

    def _keep(self, coef: Array, intercept: Array) -> Self:
        single = len(coef) == 1
        return super()._keep(coef[0] if single else coef, intercept[0] if single else intercept)


class LossClassifier(Classes, ClassifierMixin, _Linear):
    """A linear model of classes that minimises any loss, with an L1 and an L2 penalty.

    Two classes share one score, or have two where the loss reads scores (CrossEntropy); many
    classes have one each, and a loss of logits then tells each from the rest. Probabilities are
    those at which the loss itself would be content with a score.

    >>> import lossary
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> LossClassifier(lossary.SigmoidFocal(alpha=None)).fit(X, y).score(X, y) > 0.95
    True

    Args:
        loss: what to minimise; None is BinaryCrossEntropy() for two classes, else CrossEntropy().
        l1, l2, solver, max_iter, tol: as for LossRegressor.

    Attributes:
        coef_: shape (outputs, d).
        intercept_: shape (outputs,).
        classes_: the classes, in their order.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803
        """Fit to features of shape (n, d) and classes of shape (n,).

        Raises:
            ArgumentError: one class only, a loss of amounts, or a parameter out of place.
        """
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        return self._fit(X, self._numbered(y), sample_weight)
