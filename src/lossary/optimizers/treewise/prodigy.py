"""Prodigy."""

from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import at
from lossary.core.descent.trees import Leaves
from lossary.core.parameter import choice, parameter
from lossary.domains import Domain, nonnegative, positive, share
from lossary.numerics import gathered
from lossary.optimizers.treewise._sums import added, inner, lifted, meeting

growing = Domain("growing", 1.0, safe=2.0)


@define
class Prodigy(Optimizer):
    r"""Run Adam with a learning rate that it finds by itself: how far the solution is, at least.

    How far the gradients have led, against how far they could have, is a lower bound of the
    distance from the start to the solution; it only grows. Keep `learning_rate` at one, or let
    a schedule bring it to zero.

    >>> import numpy as np
    >>> from lossary.optimizers import Prodigy
    >>> optimizer, weights = Prodigy(), np.asarray([3.0, -4.0])
    >>> state = optimizer.init(weights)
    >>> for _ in range(200):
    ...     change, state = optimizer.step(weights, state, weights)
    ...     weights = weights + change
    >>> bool(abs(weights).max() < 1)
    True
    >>> bool(0.1 < state["distance"] <= 5.0)
    True
    """

    cites = ("mishchenko2024",)  # the algorithm called its Adam version
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) d g,\quad v \leftarrow \beta_2 v + (1-\beta_2) d^2 "
        r"g^2,\quad r \leftarrow \sqrt{\beta_2}\, r + (1-\sqrt{\beta_2})\, \gamma d^2 \langle g, "
        r"w_0 - w\rangle,\\ s \leftarrow \sqrt{\beta_2}\, s + (1-\sqrt{\beta_2})\, \gamma d^2 g, "
        r"\quad w \leftarrow w - \gamma d\, \frac{m}{\sqrt{v} + d \epsilon},\quad "
        r"d \leftarrow \max\left(d, \frac{r}{\|s\|_1}\right)"
    )
    hazards = (
        "The distance is one for all arrays: rules for some of them must not share it out. Without "
        "corrected=True the first steps are longer, as in the paper; optax has the correction in "
        "the learning rate always, and epsilon times the distance after the step, not before it."
    )
    slots = ("mean", "square", "account", "start")

    learning_rate: float = parameter(1.0, nonnegative, scale="log")
    """gamma: a factor of the distance found."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of their squares forgets; the distance's account, by its root."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, times the distance, in the gradient's unit."""
    first: float = parameter(1e-6, positive, scale="log")
    """d0: a distance that is surely too short, in the weights' unit."""
    growth: float | None = parameter(None, growing, optional=True, scale="log")
    """The factor by which the distance grows in one step at most; None is without."""
    weight_decay: float = parameter(0.0, nonnegative, scale="log")
    """The share of a weight that is lost in a step, times learning rate and distance."""
    corrected: bool = choice(False, True)
    """Whether the learning rate has Adam's correction of means that start at zero."""

    def _init(self, backend: Backend, weights: Leaves) -> State:
        wide = lifted(backend, weights)
        xp, like = backend.xp, wide[0]
        zeros = Leaves(xp.zeros_like(each) for each in wide)
        first = at(self, backend, backend.counter(), like, axes=0).first
        none = inner(backend, zeros, zeros, self.stacked)
        state = {"step": backend.counter(), "distance": none + first, "way": none}
        return state | {"mean": zeros, "square": zeros, "account": zeros, "start": wide}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        xp, slopes, places = backend.xp, lifted(backend, gradient), lifted(backend, weights)
        rule = at(self, backend, state["step"], slopes[0], axes=0)
        step, distance = backend.real(state["step"] + 1, slopes[0]), state["distance"]
        rate = rule.learning_rate
        if rule.corrected:
            root = gathered(xp, rule.beta2, step) ** 0.5
            rate = rate * root / gathered(xp, rule.beta1, step)
        beta3 = rule.beta2**0.5
        new = (1 - beta3) * rate * distance * distance
        back = Leaves(w0 - w for w0, w in zip(state["start"], places, strict=True))
        way = beta3 * state["way"] + new * inner(backend, slopes, back, self.stacked)
        moved = [
            _moved(backend, xp, rule, (distance, rate, beta3, new), *each)
            for each in zip(
                places, slopes, state["mean"], state["square"], state["account"], strict=True
            )
        ]
        change, mean, square, account = map(Leaves, zip(*moved, strict=True))
        far = added(backend, map(xp.abs, account), self.stacked)
        found = way / xp.where(far == 0, xp.ones_like(far), far)
        if rule.growth is not None:
            found = xp.minimum(found, rule.growth * distance)
        after = {"step": state["step"] + 1, "distance": xp.maximum(distance, found), "way": way}
        after |= {"mean": mean, "square": square, "account": account, "start": state["start"]}
        return change, after


def _moved(
    backend: Backend, xp: Any, rule: Any, numbers: Any, weight: Any, gradient: Any, *slots: Any
) -> tuple[Any, ...]:
    """Move one array; the numbers are the distance, the rate, beta3 and what is new of it."""
    distance, rate, beta3, new, beta1, beta2, epsilon, decay = (
        meeting(backend, each, weight)
        for each in (*numbers, rule.beta1, rule.beta2, rule.epsilon, rule.weight_decay)
    )
    mean, square, account = slots
    scaled = distance * gradient
    mean = beta1 * mean + (1 - beta1) * scaled
    square = beta2 * square + (1 - beta2) * scaled * scaled
    account = beta3 * account + new * gradient
    direction = mean / (xp.sqrt(square) + distance * epsilon)
    change = -rate * distance * (direction + decay * weight)
    return change, mean, square, account
