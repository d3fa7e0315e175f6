"""PyTorch: ours as its optimizer, and `torch.optim` as a plain loop, over lists, and fused."""

from collections.abc import Iterator
from typing import Any

import torch

from benchmarks.steppers.row import JUDGED, Array, Rule, Stepper
from lossary.adapters.torch import optimizer

WAYS: dict[str, dict[str, Any]] = {
    "torch.optim, plain loop": {"foreach": False},
    "torch.optim, foreach": {"foreach": True},
    "torch.optim, fused": {"fused": True},
}


def steppers(rule: Rule, weights: list[Array], slopes: list[Array]) -> Iterator[tuple[str, Any]]:
    """Yield the contestants by name."""
    parameters = _parameters(weights, slopes)
    yield "ours", _stepper(optimizer(rule.ours, parameters).step, parameters)
    cls, given = _theirs(rule)
    for name, way in WAYS.items():
        if cls is None or ("fused" in way and cls is torch.optim.RMSprop):
            continue  # torch.optim has no such rule, or does not fuse it
        parameters = _parameters(weights, slopes)
        yield name, _stepper(cls(parameters, **given, **way).step, parameters)


def limit(entries: int) -> Stepper:
    """Return a pass that reads two arrays and writes one of them where it stands."""
    one, other = torch.zeros(entries), torch.ones(entries)
    return Stepper(lambda: one.add_(other, alpha=0.5), lambda: one)


def _parameters(weights: list[Array], slopes: list[Array]) -> list[Any]:
    found = [torch.nn.Parameter(torch.from_numpy(each.copy())) for each in weights]
    for each, slope in zip(found, slopes, strict=True):
        each.grad = torch.from_numpy(slope.copy())
    return found


def _stepper(step: Any, parameters: list[Any]) -> Stepper:
    return Stepper(step, lambda: parameters[JUDGED].detach().numpy())


def _theirs(rule: Rule) -> tuple[Any, dict[str, Any]]:
    given, optim = rule.ours.parameters(), torch.optim
    rate = {"lr": given["learning_rate"]}
    if rule.title in ("Adam", "AdamW"):
        rate |= {"betas": (given["beta1"], given["beta2"]), "eps": given["epsilon"]}
        if rule.title == "Adam":
            return optim.Adam, rate
        return optim.AdamW, rate | {"weight_decay": given["weight_decay"]}
    if rule.title == "Momentum":
        return optim.SGD, rate | {"momentum": given["momentum"]}
    if rule.title == "RMSProp":
        return optim.RMSprop, rate | {"alpha": given["decay"], "eps": given["epsilon"]}
    return None, {}
