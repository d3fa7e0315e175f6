"""Copies of half-precision weights that lose nothing."""

from typing import Any

from lossary.backends import Backend, backend_of
from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.trees import Leaves
from lossary.core.descent.wrapper import Wrapper

Array = Any


@define
class MasterWeights(Wrapper):
    r"""Keep weights of half precision in single precision too, so that small steps add up.

    The optimizer within moves the copies; the weights follow as their rounded values. Weights that
    something else has changed since the last step are taken as they are. `underflow` tells which
    share of a change is lost without.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, MasterWeights
    >>> optimizer, weights = MasterWeights(of=SGD(learning_rate=1.0)), np.ones(1, "float16")
    >>> state = optimizer.init(weights)
    >>> for _ in range(4):  # half precision knows no number between 1 and 1.001
    ...     change, state = optimizer.step(np.full(1, -0.0003, "float16"), state, weights)
    ...     weights = (weights + change).astype("float16")
    >>> weights, state["master"].round(4)
    (array([1.001], dtype=float16), array([1.0012], dtype=float32))
    """

    cites = ("micikevicius2018",)  # section 3.1
    aliases = ("mixed precision", "float32 master copy")
    formula = (
        r"\hat w \leftarrow \text{of}(\hat w) \text{ in single precision},\quad "
        r"w \leftarrow \text{round}(\hat w)"
    )
    slots = ("master",)

    of: Optimizer
    """The optimizer that moves the copies."""

    def _init(self, backend: Backend, weights: Leaves) -> State:
        master = _widened(backend, weights)
        return super()._init(backend, master) | {"master": master}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        seen, closure = _widened(backend, weights), evidence.get("closure")
        both = zip(state["master"], _rounded(backend, state["master"], weights), seen, strict=True)
        master = Leaves(backend.xp.where(near == w, kept, w) for kept, near, w in both)
        if closure is not None:

            def lifted(leaves: Leaves) -> tuple[Array, Leaves]:
                loss, slopes = closure(_narrowed(backend, leaves, weights))
                return loss, _widened(backend, slopes)

            evidence = evidence | {"closure": lifted}
        slopes = _widened(backend, gradient)
        change, after = super()._step(backend, slopes, state, master, evidence)
        master = Leaves(w + each for w, each in zip(master, change, strict=True))
        ends = zip(_rounded(backend, master, weights), seen, strict=True)
        return Leaves(end - w for end, w in ends), after | {"master": master}

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        return _narrowed(backend_of(*weights), super()._judged(state, state["master"]), weights)


def _widened(backend: Backend, arrays: Leaves) -> Leaves:
    return Leaves(backend.cast(each, backend.wide(each)) for each in arrays)


def _narrowed(backend: Backend, arrays: Leaves, like: Leaves) -> Leaves:
    return Leaves(backend.cast(a, other.dtype) for a, other in zip(arrays, like, strict=True))


def _rounded(backend: Backend, arrays: Leaves, like: Leaves) -> Leaves:
    return _widened(backend, _narrowed(backend, arrays, like))
