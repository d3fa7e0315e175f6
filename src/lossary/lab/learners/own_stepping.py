"""How the user's own module steps: AdamW, or an arm's optimizer, with the schedule of every arm."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import torch

from lossary.adapters.torch import TorchOptimizer
from lossary.adapters.torch import optimizer as adapted
from lossary.core.descent.optimizer import Optimizer
from lossary.lab.learners.learner import Setting
from lossary.lab.learners.mlp.given import TUNED
from lossary.lab.learners.mlp.schedule import share

_FUSED = ("cpu", "cuda")  # where PyTorch takes a step in one pass


class Stepping:
    """An optimizer over a module's weights; its learning rate climbs, then falls to nothing."""

    def __init__(
        self, module: torch.nn.Module, rule: Optimizer | None, setting: Setting, steps: int
    ) -> None:
        self.host = _adamw(module, setting) if rule is None else _given(module, rule, setting)
        self.schedule = None
        if "learning_rate" in setting:  # else it follows a schedule of its own
            self.schedule = torch.optim.lr_scheduler.LambdaLR(
                self.host, lambda step: share(min(step, steps), steps)
            )

    def step(self, value: torch.Tensor) -> None:
        """Change the weights by their slopes, and forget these; some rules read the loss."""
        if isinstance(self.host, TorchOptimizer):
            self.host.step(loss=value.detach())
        else:
            self.host.step()
        if self.schedule is not None:
            self.schedule.step()
        self.host.zero_grad()

    def judged(self) -> AbstractContextManager[Any]:
        """Return a block in which weights are those to judge: averages, where the rule has any."""
        return self.host.evaluating() if isinstance(self.host, TorchOptimizer) else nullcontext()


def _adamw(module: torch.nn.Module, setting: Setting) -> torch.optim.Optimizer:
    """Return AdamW; biases, and the scales of norms, do not decay."""
    weights = [each for each in module.parameters() if each.requires_grad]
    wide = [each for each in weights if each.ndim > 1]
    thin = [each for each in weights if each.ndim < 2]
    decays = {0.0: thin, float(setting["weight_decay"]): wide}
    groups = [{"params": some, "weight_decay": decay} for decay, some in decays.items() if some]
    fused = all(each.is_floating_point() and each.device.type in _FUSED for each in weights)
    return torch.optim.AdamW(groups, lr=setting["learning_rate"], fused=fused)


def _given(module: torch.nn.Module, rule: Optimizer, setting: Setting) -> torch.optim.Optimizer:
    weights = [each for each in module.parameters() if each.requires_grad]
    return adapted(_set(rule, setting), weights)


def _set(rule: Any, setting: Setting) -> Any:
    """Return the rule with the setting's numbers; wrappers are opened."""
    inner = getattr(rule, "of", None)
    changes: dict[str, Any] = {} if inner is None else {"of": _set(inner, setting)}
    own = rule.parameters()
    changes |= {
        name: float(setting[name])
        for name in TUNED
        if name in setting and isinstance(own.get(name), float)
    }
    return replace(rule, **changes)
