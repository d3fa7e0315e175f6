"""The scores of all arms side by side: who leads, who is the default, and how far apart two are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite

import numpy as np

from lossary.lab.verdict.differences import Difference, between
from lossary.records import ArmRecord

CONSTANT = "the best constant"
"""The arm that never looks at a feature."""
JOINT = " · "
"""What parts the name of a loss from that of its learner or optimizer."""
_ROLES = ("default", "field", "incumbent")
_SHARE = 0.01


@dataclass(frozen=True, eq=False)
class Contest:
    """Arms over the same folds. Errors are scores turned round, if need be, so that less is better.

    An arm without a number in one of its folds has failed: it is ranked last, and compared with
    nobody.
    """

    arms: Sequence[ArmRecord]
    greater_is_better: bool
    ratio: float
    level: float
    asked: float | None = None
    """The region of practical equivalence, where a user has named it."""

    @cached_property
    def errors(self) -> dict[str, np.ndarray]:
        """The errors of each arm over all folds."""
        return {
            arm.name: self.sign * np.array([each.score for each in arm.folds]) for arm in self.arms
        }

    @property
    def sign(self) -> float:
        """−1 where more of the metric is better."""
        return -1.0 if self.greater_is_better else 1.0

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All arms, the best mean first; those that failed last."""
        return tuple(sorted(self.errors, key=lambda name: self.mean(name, inf)))

    @property
    def leader(self) -> str:
        """The arm with the best mean."""
        return self.order[0]

    @cached_property
    def trained(self) -> tuple[str, ...]:
        """The arms that learn and have not failed, in the order that was given."""
        return tuple(
            each.name for each in self.arms if each.name != CONSTANT and self.ran(each.name)
        )

    @cached_property
    def default(self) -> str:
        """The metric-matched default, or what stands nearest to one where no arm has that role."""
        named = {each.role: each.name for each in reversed(self.arms) if each.role}
        first = next((each.name for each in self.arms if each.name != CONSTANT), CONSTANT)
        return next((named[role] for role in _ROLES if role in named), first)

    @cached_property
    def rope(self) -> float:
        """Below it a difference counts as none: asked for, or 1 % of what the default has learnt.

        That is a hundredth of the distance from the best constant's metric to the default's, which
        means the same for every metric. Where one of the two failed, 1 % of the leader's metric.
        """
        if self.asked is not None:
            return self.asked
        gap = self.mean(self.default) - self.mean(CONSTANT) if CONSTANT in self.errors else np.nan
        size = gap if isfinite(gap) else self.mean(self.leader, 0.0)
        return abs(size) * _SHARE

    @property
    def best_trained(self) -> str:
        """The best arm that learns; the constant, where all others failed."""
        return next((name for name in self.order if name in self.trained), CONSTANT)

    def arm(self, name: str) -> ArmRecord:
        """Return an arm by its name."""
        return next(each for each in self.arms if each.name == name)

    def loss_of(self, name: str) -> str:
        """Return the name of an arm's loss: what stands before the learner or optimizer."""
        return name.split(JOINT)[0]

    def ran(self, name: str) -> bool:
        """Say whether an arm has a number in every fold."""
        return bool(np.isfinite(self.errors[name]).all())

    def mean(self, name: str, failed: float = np.nan) -> float:
        """Return the mean error of an arm."""
        return float(self.errors[name].mean()) if self.ran(name) else failed

    def behind(self, name: str, other: str) -> Difference:
        """Return by how much an arm is worse than another."""
        if not (self.ran(name) and self.ran(other)):
            return Difference(np.nan, np.nan, len(self.errors[name]))
        return between(self.errors[name], self.errors[other], self.ratio)
