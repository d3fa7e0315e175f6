"""Steps that are left out where something is no number."""

import math
from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.norms import unset
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.states import selected
from lossary.core.descent.trees import Leaves
from lossary.core.descent.wrapper import Wrapper

Array = Any


@define
class SkipNonfinite(Wrapper):
    r"""Leave out a step where the gradient, or the change, has a NaN or an infinity anywhere.

    Weights and all that the optimizer within remembers stay as they are, and "skipped" in the
    state counts one more. A loss or a curvature that was handed over is looked at too. Of many
    trials each is judged, and left out, by itself; the count of steps is common to all.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, SkipNonfinite
    >>> optimizer, weights = SkipNonfinite(of=SGD(learning_rate=1.0)), np.zeros(2)
    >>> change, state = optimizer.step(np.asarray([1.0, np.nan]), optimizer.init(weights), weights)
    >>> change, state["skipped"], state["of"]["step"]
    (array([0., 0.]), 1, 0)
    """

    cites = ("micikevicius2018",)  # section 3.2
    aliases = ("apply_if_finite", "zero_nans", "skip NaN")
    formula = r"w \leftarrow \text{of}(w) \text{ if all of } g, \Delta w \text{ is finite, else } w"
    hazards = "It never gives up: watch what is skipped. optax.apply_if_finite gives up some time."

    of: Optimizer
    """The optimizer whose steps are left out."""

    def _init(self, backend: Backend, weights: Leaves) -> State:
        none = unset(backend, weights[0], self.stacked) if self.stacked else backend.counter()
        return super()._init(backend, weights) | {"skipped": none}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        change, after = super()._step(backend, gradient, state, weights, evidence)
        found = [*gradient, *change, *(evidence.get("curvature") or ())]
        if evidence.get("loss") is not None:
            found.append(evidence["loss"])
        faults = sum(self._faults(backend, each) for each in found)
        fine: Any = faults == 0
        if isinstance(state["step"], int) and not self.stacked:
            fine = bool(fine)  # where steps are counted in Python, nothing is traced
        zeros = Leaves(backend.xp.zeros_like(each) for each in change)
        after["of"] = selected(backend, fine, after["of"], state["of"], self.stacked)
        after["skipped"] = selected(
            backend, fine, state["skipped"], state["skipped"] + 1, self.stacked
        )
        return selected(backend, fine, change, zeros, self.stacked), after

    def _faults(self, backend: Backend, found: Any) -> Any:
        """Count the entries that are not finite: in all, or in each trial."""
        if not hasattr(found, "dtype"):
            return float(not math.isfinite(found))
        wide = backend.cast(found, backend.wide(None))
        ones = backend.xp.ones_like(wide)
        bad = backend.xp.where(backend.xp.isfinite(found), 0 * ones, ones)
        first = bool(self.stacked) and backend.shape(found)[:1] == (self.stacked,)
        axes = tuple(range(first, len(backend.shape(found))))
        return backend.xp.sum(bad, axis=axes) if axes else bad
