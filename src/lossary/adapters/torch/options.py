"""The numbers of PyTorch's parameter groups: a rule's own, under the names that PyTorch gives."""

from typing import Any

from lossary.core.catalogue import here
from lossary.core.descent.settings import scheduled
from lossary.core.value import Value
from lossary.errors import ArgumentError, nearest

Options = dict[str, Any]
RATE, BETAS = "learning_rate", ("beta1", "beta2", "beta3")
SWITCHES = {
    "maximize": "minimise the negative of the loss",
    "foreach": "all tensors of a group move at once by themselves",
    "fused": "rules that move each entry by itself are fused by themselves",
    "capturable": "steps are counted in Python, which a graph of CUDA cannot record",
    "differentiable": "lossary.optimizers step without side effects, and can be differentiated",
}
"""What PyTorch's own optimizers take, and what is to be done here instead."""
KEPT = ("params", "param_names", "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum")
"""Keys of a group that are no numbers of the rule: PyTorch's schedulers write them."""

MARKS = {"initial_lr": {"lr"}, "max_momentum": {"momentum", "beta1"}}
"""What PyTorch's schedulers leave in a group, and what they set then."""


class Naming:
    """PyTorch's names for the numbers of one rule: `lr`, `betas`, and all others as they are."""

    def __init__(self, rule: Any) -> None:
        self.rule = rule
        given = {name: v for name, v in rule.parameters().items() if plain(v)}
        betas = [name for name in BETAS if name in given]
        self.betas = betas if len(betas) > 1 else []
        self.defaults, self.schedules = self.read(given)

    def read(self, given: Options) -> tuple[Options, Options]:
        """Return options of a group, schedules at their first number, and the schedules by name.

        Raises:
            ArgumentError: no number of the rule bears that name.
        """
        given = {self.own(name): value for name, value in given.items()}
        for name in given:
            self._known(name, given[name])
        schedules = {self.shown(name): v for name, v in given.items() if scheduled(v)}
        found: Options = {}
        for name, value in given.items():
            number = at_step(value, 0)
            if name in self.betas:
                betas = list(found.get("betas", self.first))
                betas[self.betas.index(name)] = number
                found["betas"] = tuple(betas)
            else:
                found[self.shown(name)] = number
        return found, schedules

    @property
    def first(self) -> list[Any]:
        """The betas that a group has which says nothing else."""
        betas = [getattr(self.rule, name) for name in self.betas]
        return [at_step(each, 0) for each in betas]

    def own(self, name: str) -> str:
        """Return the rule's name for a number where PyTorch's is another word for it."""
        return "epsilon" if name == "eps" and "epsilon" in self.named else name

    def replaced(self, given: Options) -> set[str]:
        """Return under what names a group's options are kept that it sets itself."""
        found = {self.shown(self.own(name)) for name in given}
        return found | set(self.betas if "betas" in given else ())

    def shown(self, name: str) -> str:
        """Return what PyTorch calls a number, and what schedules are kept under."""
        return "lr" if name == RATE else name

    def numbers(self, group: Options) -> Options:
        """Return the rule's own numbers as a group has them now."""
        found = {name: group[self.shown(name)] for name in self.named if name not in self.betas}
        return found | dict(zip(self.betas, group.get("betas", ()), strict=True))

    @property
    def named(self) -> list[str]:
        return [name for name, value in self.rule.parameters().items() if plain(value)]

    def show(self, group: Options, schedules: Options) -> None:
        """Let a group show the numbers of its coming step."""
        for name, schedule in schedules.items():
            number = at_step(schedule, group["step"])
            if name in self.betas:
                place = self.betas.index(name)
                group["betas"] = (*group["betas"][:place], number, *group["betas"][place + 1 :])
            else:
                group[name] = number

    def follow(self, group: Options, schedules: Options) -> None:
        """Hold a group's learning rate against the schedule that the rule itself has.

        Raises:
            ArgumentError: a scheduler of PyTorch is there too, or something else has set it.
        """
        if not schedules:
            return
        for mark, names in MARKS.items():
            for name in names & schedules.keys() if mark in group else ():
                raise ArgumentError(
                    f"{self.rule.label}: a scheduler of PyTorch sets the group's {name}, which "
                    f"follows {schedules[name]!r}.\nHint: leave one of them away."
                )
        if "lr" not in schedules:
            return
        own = at_step(schedules["lr"], group["step"])
        if group["lr"] != own:
            raise ArgumentError(
                f"{self.rule.label}: the group's lr is {group['lr']!r}, but its own schedule says "
                f"{own!r}.\nHint: use one schedule, either {schedules['lr']!r} or one of PyTorch's."
            )

    def _known(self, name: str, value: Any) -> None:
        options = {*map(self.shown, self.named), RATE, "step"} | (
            {"betas"} if self.betas else set()
        )
        if name in options or name in KEPT or isinstance(value, str):
            return  # a text is a label, which belongs to the caller
        if name in SWITCHES:
            raise ArgumentError(f"{name}={value!r} is not offered.\nHint: {SWITCHES[name]}.")
        known = sorted(options - {RATE, "step"})
        raise ArgumentError(
            f"{self.rule.label} has no {name}, which a group of parameters sets to {value!r}.\n"
            f"{here(name, self.named) or nearest(name, known)}"
        )


def plain(value: Any) -> bool:
    """Say whether a parameter may stand in a group: a number, or what gives one."""
    return not isinstance(value, Value) or scheduled(value)


def at_step(value: Any, step: int) -> Any:
    """Return a number as it is in a step: plain data, one for each trial."""
    found = value(step) if scheduled(value) else value
    found = found.tolist() if getattr(found, "ndim", 0) else found
    return tuple(found) if isinstance(found, list) else found
