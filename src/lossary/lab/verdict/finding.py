"""What the words of a verdict are made from: the ranking, and the arms by how they came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lossary.lab.verdict.choosing import probably_better
from lossary.lab.verdict.contest import CONSTANT, JOINT, Contest
from lossary.records import StandingRecord


@dataclass(frozen=True, eq=False)
class Finding:
    """A contest that has been judged; arms are named best first."""

    contest: Contest
    standings: Mapping[str, StandingRecord]
    recommended: str
    metric: str

    @cached_property
    def losses(self) -> list[str]:
        """The arms that learn and came to a number in every fold."""
        return [name for name in self.standings if name in self.contest.trained]

    @cached_property
    def together(self) -> list[str]:
        """Those of them that cannot be told apart from the leader."""
        return [name for name in self.losses if self.standings[name].together]

    @cached_property
    def told(self) -> list[str]:
        """Those of them that can."""
        return [name for name in self.losses if not self.standings[name].together]

    @cached_property
    def better(self) -> list[str]:
        """Those of them that are probably better than the default."""
        rows = self.standings
        return [name for name in self.losses if probably_better(self.contest, rows[name])]

    @cached_property
    def shown(self) -> list[str]:
        """Those that are shown to be, by the test that is adjusted for all arms."""
        return [name for name in self.better if self.standings[name].p <= 1 - self.contest.level]

    @cached_property
    def failed(self) -> list[str]:
        """The arms that failed in a fold, or in all."""
        return [name for name in self.standings if not self.contest.ran(name)]

    @property
    def nothing_learnt(self) -> bool:
        """Whether the best constant is among those in front."""
        known = CONSTANT in self.standings and self.contest.ran(CONSTANT)
        return known and self.folds > 1 and self.standings[CONSTANT].together

    @property
    def folds(self) -> int:
        """Folds of all repeats."""
        return len(self.contest.arm(self.contest.leader).folds)

    @property
    def noun(self) -> str:
        """What the arms are: losses, unless some share one."""
        return "arms" if any(JOINT in name for name in self.standings) else "losses"

    def role(self, role: str) -> str | None:
        """Return the name of the arm that plays a role."""
        return next((each.name for each in self.contest.arms if each.role == role), None)

    def amount(self, size: float, base: float | None = None) -> str:
        """Write an amount of the metric, with its share of `base` where shares mean something."""
        if base is None or self.contest.greater_is_better or not base > 0:
            return f"{size:.3g}"
        return f"{size:.3g} ({100 * size / base:.2g} %)"


def listed(names: Sequence[str], most: int = 4) -> str:
    """Write names as in a sentence; of very many only the first few, and how many more there are.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    >>> listed(["a", "b", "c", "d"], most=3)
    'a, b and 2 others'
    """
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} others"]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
