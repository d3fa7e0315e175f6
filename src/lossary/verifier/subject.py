"""A loss under examination: the candidate, its contract, and the verbs that checks are made of."""

import warnings
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from lossary import domains
from lossary.adapters.foreign.candidate import Candidate, CandidateError
from lossary.verifier import draws
from lossary.verifier.batch import Array, Batch
from lossary.verifier.contract import Argument, Contract
from lossary.verifier.finding import Call, Example
from lossary.verifier.numeric import Slopes, numeric_slope
from lossary.verifier.silence import silence


@dataclass(frozen=True)
class Subject:
    """All arrays are NumPy's, in double precision; the host's stay behind these verbs."""

    candidate: Candidate
    contract: Contract
    thorough: bool = False
    changes: dict[str, Any] = field(default_factory=dict)
    """Settings that differ from those the loss was handed over with, for the examples."""
    memory: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What one check found out and another may need; a changed subject starts with none."""

    @cached_property
    def remembered(self) -> dict[str, Any]:
        """What one check found out and another may ask for."""
        return {}

    @property
    def host(self) -> Any:
        return self.candidate.host

    @cached_property
    def typical(self) -> Batch:
        """One ordinary batch, the same for all checks."""
        return self.draw()

    def draw(self, seed: int = 0, **sizes: int) -> Batch:
        return draws.draw(self.contract, seed, **sizes)

    def argument(self, name: str) -> Argument:
        return next(each for each in self.contract.arguments if each.name == name)

    def value(self, batch: Batch, precision: str = "float64") -> Array:
        """Return what the loss gives, in its own shape; raise CandidateError where it raises."""
        with silence():
            found = self.candidate(self._over(batch, precision), self._names(batch))
            return self.host.numpy(found)

    def warned(self, batch: Batch) -> list[str]:
        """Return the warnings that the loss, or its framework, gives of a batch."""
        with silence(), warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            self.candidate(self._over(batch, "float32"), self._names(batch))
        return [str(each.message) for each in heard]

    def taken(self, batch: Batch) -> str:
        """Say which of several results is taken for the value; nothing where there is but one."""
        with silence():
            return self.candidate.result(self._over(batch, "float64"), self._names(batch))[1]

    def number(self, batch: Batch, precision: str = "float64") -> float:
        """Return the value as one number: the sum, where the loss gives several."""
        return float(np.sum(self.value(batch, precision)))

    def gives(self, batch: Batch, precision: str = "float64") -> Array | str:
        """Return the value, or the sentence of the error that the loss raised."""
        try:
            return self.value(batch, precision)
        except CandidateError as error:
            return str(error)

    def slope(
        self,
        batch: Batch,
        of: str | None = None,
        precision: str = "float64",
        upstream: Array | None = None,
    ) -> Array | None:
        """Return the gradient in one argument (the prediction) as the framework gives it.

        Of several entries it is that of their sum, or of their product with `upstream`. None says
        that the value does not hang on the argument, or that nothing differentiates here.
        """
        return self.slopes(batch, (of or self.contract.prediction.name,), precision, upstream)[0]

    def slopes(
        self,
        batch: Batch,
        of: tuple[str, ...],
        precision: str = "float64",
        upstream: Array | None = None,
    ) -> list[Array | None]:
        """Return the gradients in several arguments, from one pass."""
        names = self._names(batch)
        places = [list(batch).index(name) for name in of]
        learnt = list(batch).index(self.contract.prediction.name)
        with silence():
            over = self._over(batch, precision)
            return self.candidate.slope(over, names, places, upstream, learnt)

    def twice(self, batch: Batch, along: Array, of: str | None = None) -> Array | None:
        """Return the Hessian's product with `along`, as the framework differentiates twice."""
        place = list(batch).index(of or self.contract.prediction.name)
        with silence():
            over = self._over(batch, "float64")
            return self.candidate.twice(over, self._names(batch), place, along)

    @property
    def differentiable(self) -> bool:
        """Say whether there is a gradient to look at: the framework's, or one written by hand."""
        return self.host.slopes or self.candidate.gradient is not None

    def numeric(self, batch: Batch, of: str | None = None) -> Slopes:
        """Differentiate numerically, in double precision, with an error bound for each entry."""
        name = of or self.contract.prediction.name
        low, high = self.limits(name)
        return numeric_slope(lambda a: self.number(batch.with_(name, a)), batch[name], low, high)

    def limits(self, name: str) -> tuple[float, float]:
        """Return the lowest and highest value of an argument's domain."""
        domain = getattr(domains, self.argument(name).domain, domains.real)
        return domain.low, domain.high

    def changed(self, **settings: Any) -> "Subject":
        """Return the loss with other settings; raise Unchangeable where it cannot be had."""
        changes = {**self.changes, **settings}
        return replace(self, candidate=self.candidate.changed(**settings), changes=changes)

    def reduced(self, reduction: str) -> "Subject | None":
        """Return the loss with another reduction (mean, sum, none), or None where it has none."""
        contract = self.contract
        if reduction == contract.reduction:
            return self
        spelt = _spelt(reduction, contract.reductions)
        if spelt is None:
            return None
        output = contract.prediction.axes if reduction == "none" else ()
        other = self.changed(**{contract.reduction_setting: spelt})
        return replace(other, contract=contract.but(reduction=reduction, output=output))

    def rows(self, batch: Batch, index: Any) -> Batch:
        """Return some rows of a batch: of every argument that has the axis n in front."""
        names = [a.name for a in self.contract.arguments if a.axes[:1] == ("n",)]
        return batch.each(lambda array: array[index], names)

    def call(self, batch: Batch, precision: str = "float64", says: str = "") -> Call:
        """Make the call, and keep it for an example."""
        found = self.gives(batch, precision)
        seed = self.candidate.seed
        return Call(batch, found, None, precision, dict(self.changes), says, seed=seed)

    def call_slope(
        self,
        batch: Batch,
        of: str | None = None,
        precision: str = "float64",
        upstream: Array | None = None,
        says: str = "",
    ) -> Call:
        """Ask for a gradient, and keep the call for an example."""
        name = of or self.contract.prediction.name
        try:
            found: Any = self.slope(batch, name, precision, upstream)
        except CandidateError as error:
            found = str(error)
        changes, seed = dict(self.changes), self.candidate.seed
        return Call(batch, found, name, precision, changes, says, upstream, seed=seed)

    def example(self, *calls: Call, expected: Any) -> Example:
        return Example(calls, str(expected))

    def _over(self, batch: Batch, precision: str) -> list[Any]:
        return [self.host.array(array, precision) for array in batch.values()]

    def _names(self, batch: Batch) -> list[str | None]:
        return [name if self.argument(name).keyword else None for name in batch]


def _spelt(reduction: str, words: tuple[str, ...]) -> str | None:
    """Find how a loss spells a reduction, as Keras says sum_over_batch_size for mean."""
    spellings = {"mean": ("mean", "sum_over_batch_size"), "sum": ("sum",), "none": ("none",)}
    return next((each for each in spellings[reduction] if each in words), None)
