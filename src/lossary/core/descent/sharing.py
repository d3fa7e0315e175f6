"""What a state shares with nobody: arrays of its own, each in one place, in trees."""

from typing import Any

from lossary.core.descent.trees import Leaves, Rebuild

State = dict[str, Any]


def single(value: Any, seen: set[int]) -> Any:
    """Copy arrays of a state that stand in several places; `seen` are those met before.

    A program that writes over what it was handed, as JAX with donated arrays, takes each once.
    """
    if isinstance(value, dict):
        return {name: single(each, seen) for name, each in value.items()}
    if isinstance(value, Leaves):
        return Leaves(single(each, seen) for each in value)
    if not hasattr(value, "dtype"):
        return value
    value = 1 * value if id(value) in seen else value
    seen.add(id(value))
    return value


def own(state: State, given: set[int]) -> State:
    """Copy what a state would share with the caller, who may change it in place."""
    found: State = {}
    for name, value in state.items():
        if isinstance(value, Leaves):
            found[name] = Leaves(1 * each if id(each) in given else each for each in value)
        else:
            found[name] = own(value, given) if isinstance(value, dict) else value
    return found


def treed(state: State, rebuild: Rebuild) -> State:
    """Bring the lists of a state to trees as the weights are."""
    found = {}
    for name, value in state.items():
        if isinstance(value, Leaves):
            found[name] = rebuild(value)
        else:
            found[name] = treed(value, rebuild) if isinstance(value, dict) else value
    return found
