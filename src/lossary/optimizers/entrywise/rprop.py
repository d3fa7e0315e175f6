"""Rprop."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import Domain, inner, nonnegative, positive

above_one = Domain("above_one", 1.0, safe=2.0)


@define
class Rprop(Entrywise):
    r"""Let the gradient's sign alone decide: steps grow while it stays, and shrink when it turns.

    Where it turns, the entry rests for one step. It is meant for the gradient of all data.

    >>> import numpy as np
    >>> from lossary.optimizers import Rprop
    >>> optimizer, weights = Rprop(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> state = optimizer.init(weights)
    >>> for slope in ([1.0, 1.0], [1.0, -1.0]):
    ...     change, state = optimizer.step(np.asarray(slope), state, weights)
    >>> change
    array([-0.12, -0.  ])
    """

    cites = ("riedmiller1993", "igel2000")  # figure 1; algorithm iRprop-, that does not step back
    aliases = ("resilient backpropagation", "iRprop-")
    formula = (
        r"\Delta \leftarrow \operatorname{clip}\!\left(\Delta \cdot \begin{cases} "
        r"\eta^+ & g\, g_{t-1} > 0 \\ \eta^- & g\, g_{t-1} < 0 \\ 1 & \text{else} \end{cases},\ "
        r"\Delta_{\min}, \Delta_{\max}\right),\quad g \leftarrow 0 \text{ if } g\, g_{t-1} < 0,"
        r"\quad w \leftarrow w - \operatorname{sign}(g)\, \Delta"
    )
    hazards = (
        "Gradients of small batches turn at random, and every turn shrinks the step: it stalls. "
        "A schedule of the learning rate acts at the start only. The paper takes back a step after "
        "a turn; this rule and PyTorch only rest. optax makes every change one step late."
    )
    slots = ("size", "sign")

    learning_rate: float = parameter(1e-2, nonnegative, scale="log")
    """The first change of every entry; all others follow from it."""
    shrink: float = parameter(0.5, inner)
    """eta minus: what a step is multiplied by where the gradient turns."""
    growth: float = parameter(1.2, above_one)
    """eta plus: what a step is multiplied by where the gradient keeps its sign."""
    smallest: float = parameter(1e-6, nonnegative, scale="log")
    """The least change of an entry that moves."""
    largest: float = parameter(50.0, positive, scale="log")
    """The largest change of an entry in one step."""

    def begin(self, xp: Any, weight: Any) -> tuple[Any, ...]:
        zeros = xp.zeros_like(weight)
        return zeros + self.learning_rate, zeros

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, size: Any, sign: Any) -> Any:
        now = xp.sign(gradient)
        turn = now * sign  # of signs: a product of gradients may be too small to have one
        size = xp.where(turn < 0, size * self.shrink, xp.where(turn > 0, size * self.growth, size))
        size = xp.clip(size, min=self.smallest, max=self.largest)
        now = xp.where(turn < 0, xp.zeros_like(now), now)
        return -now * size, size, now
