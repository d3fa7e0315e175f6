"""Checkpoints: what is saved beside PyTorch's own, and comes back in the precision it had."""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

import torch

from lossary.adapters.torch.moving import structure
from lossary.core.descent.rule import Rule
from lossary.errors import FormatError

Array = Any
REMEMBERED = (
    "Hint: make the optimizer as it was saved; or keep these numbers, and take over what is "
    "remembered alone:\n    optimizer.load_state_dict(optimizer.state_dict() | "
    "{'state': saved['state']})"
)


def described(optimizer: Any) -> dict[str, Any]:
    """Return which rule it is, and what each group's numbers follow, as plain data."""
    followed = [
        {name: each.to_dict() for name, each in some.items()} for some in optimizer._schedules
    ]
    return {"rule": optimizer.rule.to_dict(), "schedules": followed}


def load(optimizer: Any, way: Callable[[dict[str, Any]], None], state_dict: dict[str, Any]) -> None:
    """Load as PyTorch does, but leave each number in the precision in which it was saved.

    PyTorch brings what is remembered to the precision of the weights. Moments of weights in half
    precision are kept in single here, and would be rounded.

    Raises:
        FormatError: it is the state of another rule, or none of ours.
    """
    caught: dict[str, Any] = {}

    def catch(_: Any, given: dict[str, Any]) -> None:
        _fits(optimizer, given)
        caught.update(given)

    if not isinstance(state_dict, Mapping):
        raise _strange(optimizer, state_dict)
    handle = optimizer.register_load_state_dict_pre_hook(catch)
    try:
        way(dict(state_dict))
    finally:
        handle.remove()
    places = chain.from_iterable(group["params"] for group in caught["param_groups"])
    tensors = chain.from_iterable(group["params"] for group in optimizer.param_groups)
    for place, tensor in zip(places, tensors, strict=True):
        if place in caught["state"]:
            optimizer.state[tensor] = _moved(caught["state"][place], tensor.device)


def _moved(value: Any, device: Any) -> Any:
    """Copy what is remembered of a tensor to where the tensor lives."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone().to(device)
    if isinstance(value, dict):
        return {name: _moved(each, device) for name, each in value.items()}
    return value


def _fits(optimizer: Any, given: dict[str, Any]) -> None:
    """Hold a checkpoint against the optimizer that is to go on from it."""
    label = optimizer.rule.label
    if not {"state", "param_groups"} <= given.keys():
        raise _strange(optimizer, given)
    if any("step" not in group for group in given["param_groups"]):
        raise FormatError(
            f"{label}: this is a checkpoint of torch.optim, which remembers otherwise.\n"
            f"Hint: go on with the optimizer of torch.optim, or begin anew with {label}."
        )
    if "rule" in given:
        saved, here = (_kinds(each) for each in (given["rule"], optimizer.rule.to_dict()))
        if saved != here:
            raise FormatError(
                f"{label}: the checkpoint is of another rule, {saved}, but this is {here}.\n"
                f"Hint: make the optimizer that was saved."
            )
    for memory in given["state"].values():
        _same(optimizer.rule, memory)
    if "schedules" in given:
        _follows(optimizer, given)


def _strange(optimizer: Any, given: Any) -> FormatError:
    held = f"a dictionary of {', '.join(map(str, list(given)[:3]))}" if given else "nothing"
    told = held if isinstance(given, Mapping) else f"a {type(given).__name__}"
    return FormatError(
        f"{optimizer.rule.label}: expected what optimizer.state_dict() returned, got {told}."
    )


def _kinds(data: dict[str, Any]) -> str:
    """Name an optimizer and those that it is made of, with versions after the first."""
    version = f" (version {data['version']})" if data["version"] != 1 else ""
    within = [each for each in data["parameters"].values() if "optimizer" in _named(each)]
    return " of ".join([f"{data['optimizer']}{version}", *map(_kinds, within)])


def _named(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _same(rule: Any, memory: dict[str, Any]) -> None:
    if not isinstance(rule, Rule):
        return
    missing = set(structure(rule)) ^ set(memory)
    if missing:
        raise FormatError(
            f"{rule.label}: the checkpoint is of another rule; they differ in "
            f"{', '.join(sorted(missing))}.\nHint: make the optimizer that was saved."
        )


def _follows(optimizer: Any, given: dict[str, Any]) -> None:
    """Refuse numbers that follow one schedule in the checkpoint, and another or none here."""
    here = described(optimizer)["schedules"]
    groups = given["param_groups"], optimizer.param_groups
    for saved, own, theirs, ours in zip(given["schedules"], here, *groups, strict=False):
        for name in sorted({*saved, *own}):
            if saved.get(name) != own.get(name):
                then, now = _told(saved, theirs, name), _told(own, ours, name)
                raise FormatError(
                    f"{optimizer.rule.label}: in the checkpoint, {name} is {then}, but here "
                    f"{now}.\n{REMEMBERED}"
                )


def _told(schedules: dict[str, Any], group: dict[str, Any], name: str) -> str:
    if name not in schedules:
        return f"the number {group[name]!r}" if name in group else "a number"
    found = schedules[name]
    return f"{found['schedule']}({', '.join(f'{k}={v}' for k, v in found['parameters'].items())})"
