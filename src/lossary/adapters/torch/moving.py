"""Tensors that a rule moves where they stand, each with its own memory and count of steps."""

from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter
from typing import Any

import numpy as np

from lossary.backends import backend_named
from lossary.core.descent.rule import Entrywise
from lossary.core.descent.trees import Leaves
from lossary.core.dispatch import by_hand

Array = Any
NUMBERS = frozenset({int, float})
_device = attrgetter("device")
Memory = dict[str, Any]
"""What one tensor remembers: a state of its own, with tensors in the place of lists of them."""


def remembered(rule: Any, weight: Array) -> Memory:
    """Return what a tensor remembers before its first step, in memory of its own."""
    state = rule._init(backend_named("torch"), Leaves([weight.detach()]))
    return _each(structure(rule), state, lambda each: each[0].clone())


def move(
    rule: Any, weights: list[Array], memories: list[Memory], curvatures: list[Array] | None
) -> None:
    """Do one step: by a kernel where there is one, else by the rule's formula."""
    given = (weights, [each.grad for each in weights], memories)
    for some, slopes, kept, curved in alike(rule, *given, curvatures):
        if curved is None and _fused(rule, some, slopes, kept):
            continue
        changes, found = moved(rule, some, slopes, kept, curved)
        for memory, new in zip(kept, found, strict=True):
            _keep(memory, new)
        for weight, change in zip(some, changes, strict=True):
            weight.copy_(weight + change)


def moved(
    rule: Any,
    weights: list[Array],
    slopes: list[Array],
    memories: list[Memory],
    curvatures: list[Array] | None = None,
    **evidence: Any,
) -> tuple[list[Array], list[Memory]]:
    """Return the changes of tensors that carry the same numbers, and what they remember then."""
    form = structure(rule)
    evidence |= {} if curvatures is None else {"curvature": curvatures}
    changes, state = rule._step(
        backend_named("torch"), Leaves(slopes), _joined(form, memories), Leaves(weights), evidence
    )
    places = range(len(weights))
    return changes, [_each(form, state, lambda each, i=i: each[i]) for i in places]


def judged(rule: Any, weight: Array, memory: Memory) -> Array:
    """Return the weights to judge by of one tensor."""
    return rule._judged(_joined(structure(rule), [memory]), Leaves([weight.detach()]))[0]


def alike(
    rule: Any,
    weights: list[Array],
    slopes: list[Array],
    memories: list[Memory],
    curvatures: list[Array] | None = None,
) -> Iterator[tuple[list[Array], list[Array], list[Memory], list[Array] | None]]:
    """Part tensors by what they carry, their count of steps first, and by where they live.

    Those that carry more than numbers, as the state of a rule within, go one by one.
    """
    shared = [name for name, leaves in structure(rule).items() if leaves is not True]
    carried = [[each[name] for each in memories] for name in shared]
    if all(NUMBERS.issuperset(map(type, row)) for row in carried):
        keys: Any = list(zip(map(_device, weights), *carried, strict=True))
    else:
        keys = range(len(weights))
    if len(set(keys)) == 1:
        yield weights, slopes, memories, curvatures
        return
    found: dict[Any, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    for places in found.values():
        curved = None if curvatures is None else taken(curvatures, places)
        yield taken(weights, places), taken(slopes, places), taken(memories, places), curved


def taken(values: list[Any], places: list[int]) -> list[Any]:
    """Return the values at some places."""
    return [values[place] for place in places]


@lru_cache(maxsize=256)
def structure(rule: Any) -> dict[str, Any]:
    """Say what stands in a rule's state: True for a slot, False for what all arrays share."""
    state = rule._init(backend_named("numpy"), Leaves([np.zeros((rule.stacked or 1, 1))]))
    return _marked(state)


def _marked(state: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _marked(value) if isinstance(value, dict) else isinstance(value, Leaves)
        for name, value in state.items()
    }


def _joined(form: dict[str, Any], memories: list[Memory]) -> dict[str, Any]:
    """Return the state of several tensors, which share what is no slot."""
    found: dict[str, Any] = {}
    for name, leaves in form.items():
        values = [each[name] for each in memories]
        if isinstance(leaves, dict):
            found[name] = _joined(leaves, values)
        else:
            found[name] = Leaves(values) if leaves else values[0]
    return found


def _each(form: dict[str, Any], state: dict[str, Any], take: Any) -> Memory:
    """Return what one tensor remembers of a state."""
    found: Memory = {}
    for name, leaves in form.items():
        if isinstance(leaves, dict):
            found[name] = _each(leaves, state[name], take)
        else:
            found[name] = take(state[name]) if leaves else state[name]
    return found


def _fused(rule: Any, weights: list[Array], slopes: list[Array], memories: list[Memory]) -> bool:
    """Move tensors by a kernel; False where there is none, and nothing has been touched."""
    kernel = by_hand("steps in place") if isinstance(rule, Entrywise) else None
    if kernel is None or rule.stacked:
        return False
    step = memories[0]["step"]
    carried = rule._carried(backend_named("torch"), memories[0], weights[0].detach())
    slots = [[each[name] for each in memories] for name in rule.slots]
    if not kernel(rule, step, carried, weights, slopes, slots):
        return False
    after = dict(zip(rule.carried, carried, strict=True)) | {"step": step + 1}
    for each in memories:
        each.update(after)
    return True


def _keep(memory: Memory, new: Memory) -> None:
    """Write what is remembered into the tensors that are there already."""
    old = [id(each) for each in memory.values()]
    for name, value in new.items():
        if hasattr(value, "copy_") and id(value) in old:
            new[name] = value.clone()  # a slot may become what another one was
    for name, value in new.items():
        if isinstance(value, dict):
            _keep(memory[name], value)
        elif hasattr(value, "copy_"):
            memory[name].copy_(value)
        else:
            memory[name] = value
