"""Which arm to take: of those in front the simplest, and nothing unusual without a reason.

Taking an arm is a bet and not a claim: it needs no test that holds over all arms, but good odds.

1. Only arms that cannot be told apart from the leader are taken, or that are behind it by less than
   the region of practical equivalence, with the probability of the level (0.95).
2. Where some of them are better than the metric's default by more than that region, with that
   probability, one of these is taken; but none that is worse than the leader by more than the
   region with a probability of 3/4.
3. Else the default's own loss stays. It may be learnt by another learner, if the odds that this
   one is worse by more than the region are less than one in four.
4. Of what is left: the cheapest learner to keep; tuned before untuned; the better grade of reason;
   the better mean. Seconds decide nothing: they differ from run to run.
"""

from collections.abc import Mapping

from lossary.lab.verdict.contest import Contest
from lossary.records import StandingRecord

_BEHIND = 0.75
Standings = Mapping[str, StandingRecord]
_GRADES = {"A": 0, "theorem": 0, "B": 1, "replicated": 1, "C": 2, "heuristic": 2}


def recommended(contest: Contest, standings: Standings, costs: Mapping[str, int]) -> str:
    """Return the arm to take; the best that learns, where none is in front of the constant."""
    front = [name for name in contest.trained if _in_front(contest, standings[name])]
    if not front:
        return contest.best_trained
    better = [name for name in front if probably_better(contest, standings[name])]
    if not better and contest.default in front:
        left = [name for name in front if _like_the_default(contest, name)]
    else:
        left = [name for name in better or front if not _probably_behind(contest, name)]

    def rank(name: str) -> tuple[int, bool, int, int]:
        arm = contest.arm(name)
        grade = _GRADES.get(arm.grade, len(_GRADES))
        cost = costs.get(arm.learner, 0)
        return cost, arm.role == "field", grade, contest.order.index(name)

    return min(left or better or front, key=rank)


def probably_better(contest: Contest, standing: StandingRecord) -> bool:
    """Say whether an arm is better than the default by what matters, with the level's odds."""
    return standing.better >= contest.level


def _in_front(contest: Contest, standing: StandingRecord) -> bool:
    behind = contest.behind(standing.arm, contest.leader)
    return standing.together or behind.posterior(contest.rope)[1] >= contest.level


def _probably_behind(contest: Contest, name: str) -> bool:
    return contest.behind(name, contest.leader).posterior(contest.rope)[0] >= _BEHIND


def _like_the_default(contest: Contest, name: str) -> bool:
    default = contest.default
    if name == default or contest.loss_of(name) != contest.loss_of(default):
        return name == default
    return contest.behind(name, default).posterior(contest.rope)[0] < 1 - _BEHIND
