"""Optimizers that see all tensors at once, and wrappers: their state as PyTorch keeps it.

What a tensor remembers stands in `state[tensor]`, under the names of the optimizer's own state;
what belongs to all of them stands with the first one, under "shared".
"""

from typing import Any

from lossary.adapters.torch.parted import Parted
from lossary.backends import backend_named
from lossary.core.descent.nested import around, innermost
from lossary.core.descent.rule import Rule
from lossary.core.descent.trees import Leaves
from lossary.errors import ArgumentError

Array = Any
State = dict[str, Any]
Places = set[int] | None
SHARED = "shared"


def filled(optimizer: Any, rules: list[Any]) -> Any:
    """Return an optimizer with the numbers of each tensor's group innermost.

    Raises:
        ArgumentError: it sees all tensors at once, and the groups have different numbers.
    """
    if isinstance(innermost(optimizer), Rule):
        return around(optimizer, Parted(rules))
    for other in rules[1:]:
        if other != rules[0]:
            raise ArgumentError(
                f"{rules[0].label} moves all tensors together, but their groups differ: "
                f"{rules[0]!r} and {other!r}.\nHint: give all groups the same numbers."
            )
    return around(optimizer, rules[0])


def begin(optimizer: Any, weights: list[Array], states: Any) -> None:
    """Write down what tensors remember before their first step, of those that are new."""
    new = [each for each in weights if not states.get(each)]
    if not new:
        return
    state = optimizer._init(backend_named("torch"), Leaves(each.detach() for each in new))
    for place, weight in enumerate(new):
        states[weight] = _own(state, place)
    if SHARED not in states[weights[0]]:
        states[weights[0]][SHARED] = _shared(state)


def gathered(weights: list[Array], states: Any) -> State:
    """Return an optimizer's state from what the tensors remember."""
    own = [{k: v for k, v in states[each].items() if k != SHARED} for each in weights]
    return _joined(own, states[weights[0]][SHARED])


def spread(state: State, weights: list[Array], states: Any) -> None:
    """Write an optimizer's state down; what stands in a weight or a gradient is copied first."""
    taken = {
        each.data_ptr() for weight in weights for each in (weight, weight.grad) if each is not None
    }
    for place, weight in enumerate(weights):
        states[weight] = _own(state, place, taken)
    states[weights[0]][SHARED] = _shared(state)


def _own(state: State, place: int, taken: Places = None) -> State:
    found: State = {}
    for name, value in state.items():
        if isinstance(value, Leaves):
            found[name] = _copied(value[place], taken)
        elif isinstance(value, dict):
            found[name] = _own(value, place, taken)
    return found


def _copied(value: Any, taken: Places) -> Any:
    """Give tensors memory of their own, where others stand there; with None, in any case."""
    if isinstance(value, dict):
        return {name: _copied(each, taken) for name, each in value.items()}
    if not hasattr(value, "data_ptr"):
        return value
    return value.clone() if taken is None or value.data_ptr() in taken else value


def _shared(state: State) -> State:
    return {
        name: _shared(value) if isinstance(value, dict) else value
        for name, value in state.items()
        if not isinstance(value, Leaves)
    }


def _joined(own: list[State], shared: State) -> State:
    found: State = {
        name: _joined([each.get(name, {}) for each in own], value)
        if isinstance(value, dict)
        else value
        for name, value in shared.items()
    }
    names = [name for name in own[0] if name not in found]
    return found | {name: Leaves(each[name] for each in own) for name in names}
