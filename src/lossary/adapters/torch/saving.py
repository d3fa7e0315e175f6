"""What an optimizer refuses to step on, and checkpoints that come back as they were."""

from collections.abc import Callable
from itertools import chain
from typing import Any

import torch

from lossary.adapters.torch.moving import structure
from lossary.core.descent.rule import Rule
from lossary.errors import DtypeError, FormatError

Array = Any


def held(weights: list[Array], rule: Any) -> None:
    """Refuse gradients that keep some of their entries only.

    Raises:
        DtypeError: a gradient is sparse.
    """
    for each in weights:
        if each.grad is not None and each.grad.layout is not torch.strided:
            raise DtypeError(
                f"{rule.label}: a gradient is sparse, and every entry of a weight moves at each "
                f"step.\nHint: torch.nn.Embedding(..., sparse=False) makes it dense."
            )


def load(optimizer: Any, way: Callable[[dict[str, Any]], None], state_dict: dict[str, Any]) -> None:
    """Load as PyTorch does, but leave each number in the precision in which it was saved.

    PyTorch brings what is remembered to the precision of the weights. Moments of weights in half
    precision are kept in single here, and would be rounded.

    Raises:
        FormatError: it is the state of another rule.
    """
    caught: dict[str, Any] = {}
    handle = optimizer.register_load_state_dict_pre_hook(lambda _, given: caught.update(given))
    try:
        way(state_dict)
    finally:
        handle.remove()
    places = chain.from_iterable(group["params"] for group in caught["param_groups"])
    tensors = chain.from_iterable(group["params"] for group in optimizer.param_groups)
    for place, tensor in zip(places, tensors, strict=True):
        if place in caught["state"]:
            optimizer.state[tensor] = _moved(caught["state"][place], tensor.device)
            _same(optimizer.rule, optimizer.state[tensor])


def _moved(value: Any, device: Any) -> Any:
    """Copy what is remembered of a tensor to where the tensor lives."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone().to(device)
    if isinstance(value, dict):
        return {name: _moved(each, device) for name, each in value.items()}
    return value


def _same(rule: Any, memory: dict[str, Any]) -> None:
    if not isinstance(rule, Rule):
        return
    missing = set(structure(rule)) ^ set(memory)
    if missing:
        raise FormatError(
            f"{rule.label}: the checkpoint is of another rule; they differ in "
            f"{', '.join(sorted(missing))}.\nHint: make the optimizer that was saved."
        )
