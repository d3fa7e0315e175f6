"""A rule inside of wrappers: with numbers of its own, and a count of steps, for each tensor."""

from typing import Any, ClassVar

from lossary.adapters.torch.moving import alike, judged, moved, remembered, taken
from lossary.backends import Backend
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.trees import Leaves

Array = Any


class Parted(Optimizer):
    """One rule for each tensor, all of a kind; tensors without a gradient stay as they are."""

    declared: ClassVar[dict[str, Any]] = {}
    """No parameter of its own: those are the rules'."""
    rules: list[Any]

    def __init__(self, rules: list[Any]) -> None:
        own = ("learning_rate",) if "learning_rate" in rules[0].own else ()
        vars(self).update(rules=rules, stacked=rules[0].stacked, own=own)

    @property
    def label(self) -> str:
        return self.rules[0].label

    def of_array(self, place: int) -> Optimizer:
        rule: Optimizer = self.rules[place]
        return rule

    def _init(self, backend: Backend, weights: Leaves) -> State:
        made = [remembered(rule, each) for rule, each in zip(self.rules, weights, strict=True)]
        return {"step": 0, "memory": Leaves(made)}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        memories = [dict(each) for each in state["memory"]]
        changes = Leaves(backend.xp.zeros_like(each) for each in weights)
        present = evidence.get("present") or [True] * len(weights)
        for rule in dict.fromkeys(self.rules):
            places = [i for i, each in enumerate(self.rules) if each == rule and present[i]]
            self._move(rule, places, (weights, gradient, memories), evidence, changes)
        return changes, {"step": state["step"] + 1, "memory": Leaves(memories)}

    def _move(
        self, rule: Any, places: list[int], given: Any, evidence: dict[str, Any], changes: Leaves
    ) -> None:
        weights, gradient, memories = (taken(each, places) for each in given)
        curved = evidence.get("curvature")
        curved = None if curved is None else taken(curved, places)
        numbered = {id(memory): place for memory, place in zip(memories, places, strict=True)}
        for some, slopes, kept, curvatures in alike(rule, weights, gradient, memories, curved):
            found, after = moved(rule, some, slopes, kept, curvatures, loss=evidence.get("loss"))
            for memory, change, new in zip(kept, found, after, strict=True):
                changes[numbered[id(memory)]] = change
                memory.update(new)

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        found = Leaves()
        for rule, weight, memory in zip(self.rules, weights, state["memory"], strict=True):
            found.append(judged(rule, weight, memory))
        return found
