"""An optimizer as `torch.optim.Optimizer`: groups, schedulers, closures, checkpoints, averages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from lossary.adapters.torch import whole
from lossary.adapters.torch.moving import judged, move, remembered
from lossary.adapters.torch.options import Naming
from lossary.adapters.torch.refusals import PATIENCE, answered, held, real, stacked, uncurved
from lossary.adapters.torch.saving import described, load
from lossary.backends import backend_named
from lossary.core.descent.nested import beside, innermost
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.rule import Rule
from lossary.core.descent.settings import valued
from lossary.core.descent.trees import Leaves
from lossary.errors import ArgumentError

Array = Any
MADE = 64
"""How many rules with numbers of their own are kept, for groups and for schedules that repeat."""


class TorchOptimizer(torch.optim.Optimizer):
    """One of lossary's optimizers, in PyTorch's habits; `optimizer` makes it.

    `rule` is the optimizer as it was given; the numbers of each group stand in `param_groups`.
    """

    def __init__(self, rule: Optimizer, params: Any) -> None:
        self.rule, self._naming = rule, Naming(innermost(rule))
        self._schedules: list[dict[str, Any]] = []
        self._made: dict[Any, Any] = {}
        self._away = False
        self._waits = PATIENCE if rule.curved else 0
        super().__init__(params, dict(self._naming.defaults))

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add tensors, with numbers of their own where the group says so.

        Raises:
            ArgumentError, DomainError, DtypeError, ShapeError: a number that the rule lacks, or
                that may not be so; a tensor whose entries are no floating-point numbers, or whose
                first axis is not that of the trials.
        """
        given, schedules = self._naming.read(param_group)
        super().add_param_group(given | {"step": 0})
        group = self.param_groups[-1]
        own = self._naming.schedules.keys() - self._naming.replaced(param_group)
        self._schedules.append({name: self._naming.schedules[name] for name in own} | schedules)
        try:
            self._rule(group)
            real(self.rule, group["params"])
            stacked(self.rule, group["params"])
        except Exception:
            self.param_groups.pop()
            self._schedules.pop()
            raise

    @torch.no_grad()
    def step(
        self,
        closure: Callable[[], Array] | None = None,
        *,
        loss: Array | None = None,
        curvature: list[Array] | None = None,
    ) -> Array | None:
        """Move all parameters that have a gradient, each where it stands.

        Args:
            closure: clears the gradients, computes the loss, calls `backward` and returns the loss.
            loss: the loss at these weights, for rules that need it, where there is no closure.
            curvature: estimates of the loss's second derivative, one for each parameter.

        Returns:
            What the closure returned.

        Raises:
            ArgumentError: the rule needs a loss or a closure, or the closure does not give them;
                there are two schedules; the weights are swapped out.
            DtypeError: a gradient is sparse.

        Warns:
            SuspicionWarning: the rule reads a curvature, and none was given in its first steps.
        """
        if self._away:
            raise ArgumentError(
                "within evaluating(), the weights are averages, and no step may move them.\n"
                "Hint: end the with-block before training goes on."
            )
        found = self._called(closure) if closure is not None else None
        if closure is not None:
            answered(self.rule, found, self._weights())
        if self._waits:
            self._wait(curvature)
        evidence = {"loss": loss if found is None else found, "curvature": curvature}
        if closure is not None:
            evidence["closure"] = lambda weights: self._elsewhere(closure, weights)
        for name in self.rule.needs:
            if evidence.get(name) is None:
                raise ArgumentError(
                    f"{self.rule.label} needs the {name}: optimizer.step(closure).\n"
                    f"Hint: a closure clears the gradients, computes the loss, calls backward on "
                    f"it, and returns it."
                )
        for group, schedules in zip(self.param_groups, self._schedules, strict=True):
            self._naming.follow(group, schedules)
            held(group["params"], self.rule)
        self._move(evidence)
        for group, schedules in zip(self.param_groups, self._schedules, strict=True):
            group["step"] += 1
            self._naming.show(group, schedules)
        return found

    def state_dict(self) -> dict[str, Any]:
        """Return PyTorch's checkpoint, and which rule and which schedules it is of."""
        return super().state_dict() | described(self)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` returned, bit for bit, in whatever precision it was kept.

        The numbers of groups are those of the checkpoint, as in PyTorch; its rule and schedules
        must be those that are here.

        Raises:
            FormatError: they are others, or it is no checkpoint of this class.
        """
        load(self, super().load_state_dict, state_dict)

    @contextmanager
    @torch.no_grad()
    def evaluating(self) -> Iterator[None]:
        """Put the weights to judge by, and to keep, in the place of those that are trained.

        Rules that average (`ScheduleFreeAdamW`, `ExponentialMovingAverage`) have others than those
        where gradients are taken. At the end of the block the latter are back, bit for bit.
        """
        if self._away:  # within another such block
            yield
            return
        weights = self._weights()
        before = [each.detach().clone() for each in weights]
        averages = [each.clone() for each in self._judged(weights)]
        _write(weights, averages)
        self._away = True
        try:
            yield
        finally:
            self._away = False
            with torch.no_grad():
                _write(weights, before)

    def __getstate__(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("rule", "_naming", "_schedules", "_waits")}
        return super().__getstate__() | own | {"_made": {}, "_away": False}

    def __repr__(self) -> str:
        _, _, groups = super().__repr__().partition("(")
        return f"{type(self).__name__}({self.rule!r},{groups}"

    def _weights(self) -> list[Array]:
        return [each for group in self.param_groups for each in group["params"]]

    def _rule(self, group: dict[str, Any]) -> Any:
        """Return the innermost rule with the numbers that a group has now."""
        numbers = self._naming.numbers(group)
        key = tuple(each.item() if hasattr(each, "item") else each for each in numbers.values())
        if key not in self._made:
            others = beside(self._naming.rule, numbers.get("learning_rate"))
            made = self._naming.rule.replace(**numbers, **others)
            if made.stacked not in (0, self.rule.stacked):
                raise ArgumentError(
                    f"a group has numbers for {made.stacked} trials, but {self.rule.label} for "
                    f"{self.rule.stacked or 1}.\nHint: give one number."
                )
            self._made = self._made if len(self._made) < MADE else {}
            self._made[key] = valued(made, {"stacked": self.rule.stacked})
        return self._made[key]

    def _move(self, evidence: dict[str, Any]) -> None:
        if not isinstance(self.rule, Rule):
            self._move_together(evidence)
            return
        curvatures = _by_tensor(self._weights(), evidence["curvature"])
        for group in self.param_groups:
            rule = self._rule(group)
            some = [each for each in group["params"] if each.grad is not None]
            for each in some:
                if not self.state[each]:
                    self.state[each] = remembered(rule, each)
            curved = None if curvatures is None else [curvatures[each] for each in some]
            if some:
                move(rule, some, [self.state[each] for each in some], curved)

    def _move_together(self, evidence: dict[str, Any]) -> None:
        weights = self._weights()
        optimizer = self._whole()
        whole.begin(optimizer, weights, self.state)
        evidence["present"] = [each.grad is not None for each in weights]
        state = whole.gathered(weights, self.state)
        given, slopes = Leaves(each.detach() for each in weights), _slopes(weights)
        if "closure" in self.rule.needs:  # which writes into weights and gradients
            given, slopes = (Leaves(each.clone() for each in some) for some in (given, slopes))
        try:
            changes, state = optimizer._step(backend_named("torch"), slopes, state, given, evidence)
        finally:
            if "closure" in self.rule.needs:
                _write(weights, given)
        whole.spread(state, weights, self.state)
        for weight, change, present in zip(weights, changes, evidence["present"], strict=True):
            if present:
                weight.copy_(weight + change)

    def _whole(self) -> Any:
        rules = [self._rule(group) for group in self.param_groups for _ in group["params"]]
        return whole.filled(self.rule, rules)

    def _judged(self, weights: list[Array]) -> list[Array]:
        if not isinstance(self.rule, Rule):
            optimizer = self._whole()
            whole.begin(optimizer, weights, self.state)
            return optimizer._judged(whole.gathered(weights, self.state), Leaves(weights))
        return [
            judged(self._rule(group), each, self.state[each]) if self.state.get(each) else each
            for group in self.param_groups
            for each in group["params"]
        ]

    def _wait(self, curvature: Any) -> None:
        """Count steps until a rule gets its first curvature, and warn once where it gets none."""
        self._waits = self._waits - 1 if curvature is None else 0
        if curvature is None and not self._waits:
            uncurved(self.rule)

    def _called(self, closure: Callable[[], Array]) -> Array:
        with torch.enable_grad():
            return closure()

    def _elsewhere(self, closure: Callable[[], Array], places: Leaves) -> tuple[Array, Leaves]:
        """Return the loss and its slopes at other weights, which are left there."""
        weights = self._weights()
        _write(weights, places)
        loss = self._called(closure)
        return loss.detach(), Leaves(each.clone() for each in _slopes(weights))


def _slopes(weights: list[Array]) -> Leaves:
    return Leaves(torch.zeros_like(each) if each.grad is None else each.grad for each in weights)


def _write(weights: list[Array], values: Any) -> None:
    for weight, value in zip(weights, values, strict=True):
        weight.copy_(value)


def _by_tensor(weights: list[Array], values: list[Array] | None) -> dict[Array, Array] | None:
    return None if values is None else dict(zip(weights, values, strict=True))
