"""One of our own optimizers over stacked networks, with a learning rate for each of them."""

from collections.abc import Sequence
from typing import Any

import torch

from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.settings import for_trials
from lossary.lab.learners.learner import Setting
from lossary.lab.learners.mlp.schedule import WARM
from lossary.lab.learners.mlp.stack import Stack
from lossary.schedules import Cosine, LinearWarmUp

TUNED = ("learning_rate", "weight_decay")
_FEW = 2


class Given:
    """It steps as its formula says; its learning rate climbs and falls as that of every arm."""

    def __init__(
        self, optimizer: Optimizer, stack: Stack, settings: Sequence[Setting], steps: int
    ) -> None:
        self.stack, self.settings, self.steps = stack, tuple(settings), steps
        self.optimizer = optimizer
        self.rule = stacked(optimizer, self.settings, steps)
        self.state = self.rule.init(self._weights)

    @property
    def _weights(self) -> dict[str, torch.Tensor]:
        return self.stack.layout.parts(self.stack.weights)

    @property
    def judged(self) -> torch.Tensor:
        """The weights to judge: where the rule averages, the average."""
        found = self.rule.evaluation_weights(self.state, self._weights)
        return torch.cat([each.flatten(1) for each in found.values()], dim=1)

    def step(self) -> None:
        """Change the stack's weights in place, by its slopes."""
        slopes, weights = self.stack.layout.parts(self.stack.slopes), self._weights
        change, self.state = self.rule.step(slopes, self.state, weights)
        for name, each in weights.items():
            each += change[name]

    def only(self, places: torch.Tensor, stack: Stack) -> None:
        """Go on with the networks at some places, which are now in another stack."""
        count = len(self.stack.weights)
        self.state = _chosen(self.state, places, count)
        self.settings = tuple(self.settings[place] for place in places.tolist())
        self.stack, self.rule = stack, stacked(self.optimizer, self.settings, self.steps)


def tuned(optimizer: Optimizer) -> dict[str, float]:
    """Return what can be tuned of an optimizer, by name, and where it stands; wrappers are opened.

    A number that follows a schedule of its own is left to it.
    """
    found = {
        name: value
        for name, value in optimizer.parameters().items()
        if name in TUNED and isinstance(value, float) and value > 0
    }
    inner = getattr(optimizer, "of", None)
    return found | tuned(inner) if inner is not None else found


def stacked(optimizer: Optimizer, settings: Sequence[Setting], steps: int) -> Optimizer:
    """Return the optimizer with one number for each network, and the schedule of every arm.

    An optimizer beside it, as that of arrays which are no matrices, keeps its distance.
    """
    changes: dict[str, Any] = {
        name: tuple(float(each[name]) for each in settings)
        for name in _own(optimizer) & set(settings[0])
    }
    for name, inner in optimizer.parameters().items():
        if isinstance(inner, Optimizer):
            theirs = settings if name == "of" else _beside(optimizer, inner, settings)
            changes[name] = stacked(inner, theirs, steps)
    if "learning_rate" in changes:
        changes["learning_rate"] = _waved(changes["learning_rate"], steps)
    return for_trials(optimizer.replace(**changes), len(settings))


def _own(optimizer: Optimizer) -> set[str]:
    """Name the numbers that one network may have otherwise than another."""
    return {name for name in TUNED if isinstance(optimizer.parameters().get(name), float)}


def _beside(
    optimizer: Optimizer, other: Optimizer, settings: Sequence[Setting]
) -> Sequence[Setting]:
    """Return settings for the other one that are as far from where it stands as the first one's."""
    mine, theirs = optimizer.parameters(), other.parameters()
    names = _own(optimizer) & _own(other) & set(settings[0])
    return [
        {name: theirs[name] * (each[name] / mine[name] if mine[name] else 1.0) for name in names}
        for each in settings
    ]


def _waved(peaks: Any, steps: int) -> Any:
    warm = max(1, steps // WARM)
    first: Any = tuple(peak / (warm + 1) for peak in peaks)
    return LinearWarmUp(
        start=first, steps=warm, then=Cosine(peak=peaks, steps=max(1, steps - warm))
    )


def refusal(optimizer: Optimizer) -> str:
    """Say why an optimizer cannot step stacked networks, or "" where it can."""
    if optimizer.needs:
        return (
            f"{optimizer.label} needs more than gradients ({', '.join(optimizer.needs)}), which "
            f"networks in lockstep do not have; take AdamW, Momentum or Muon."
        )
    weights = {"weight": torch.ones(_FEW, 3, 2), "bias": torch.ones(_FEW, 2)}
    settings = [tuned(optimizer)] * _FEW
    try:
        rule = stacked(optimizer, settings, 10)
        rule.step(weights, rule.init(weights), weights)
    except Exception as error:  # whatever a rule meets, the user is told
        return f"{optimizer.label} cannot step stacked networks: {error}"
    return ""


def _chosen(state: Any, places: torch.Tensor, count: int) -> Any:
    """Return a state with those networks alone that are at some places."""
    if isinstance(state, dict):
        return {name: _chosen(each, places, count) for name, each in state.items()}
    if isinstance(state, (list, tuple)):
        return type(state)(_chosen(each, places, count) for each in state)
    rowed = isinstance(state, torch.Tensor) and state.ndim > 0 and len(state) == count
    return state[places] if rowed else state
