"""The verdict of a study: who leads, who cannot be told apart, whom to take, how sure one is."""

from collections.abc import Mapping, Sequence

from lossary.lab.verdict.caveats import caveats
from lossary.lab.verdict.choosing import recommended
from lossary.lab.verdict.contest import CONSTANT, Contest
from lossary.lab.verdict.finding import Finding
from lossary.lab.verdict.holm import adjusted, intervals
from lossary.lab.verdict.interaction import interactions
from lossary.lab.verdict.optimism import optimism
from lossary.lab.verdict.sensitivity import sensitivity
from lossary.lab.verdict.sureness import sure
from lossary.lab.verdict.words import advice, sentence
from lossary.records import ArmRecord, LearnerRecord, StandingRecord, VerdictRecord

LEVEL = 0.95


def verdict(
    arms: Sequence[ArmRecord],
    metric: str,
    greater_is_better: bool,
    *,
    ratio: float,
    learners: Sequence[LearnerRecord] = (),
    costs: Mapping[str, int] | None = None,
    rope: float | None = None,
    level: float = LEVEL,
    held_rows: int = 0,
) -> VerdictRecord:
    """Rank the arms, say which cannot be told apart from the first, and which one to take.

    Args:
        arms: in the order of their reasons, the best first; their folds in one order. An arm that
            learns the same loss with another learner or optimizer is called "loss · more".
        metric: the name of what judged.
        greater_is_better: whether more of it is better.
        ratio: judged rows to learnt rows, the mean over the folds.
        learners: what was tuned for every arm, and on which scale.
        costs: how dear each learner is to keep and to explain.
        rope: what a difference must exceed to matter; without it, 1 % of what the default learnt.
        level: of all intervals.
        held_rows: rows in the hold-out, which the verdict never sees.
    """
    contest = Contest(arms, greater_is_better, ratio, level, rope)
    standings = _standings(contest)
    taken = recommended(contest, standings, costs or {})
    finding = Finding(contest, standings, taken, metric)
    ranges = sensitivity(contest, learners)
    crossed, promises = interactions(contest), optimism(contest)
    return VerdictRecord(
        leader=contest.leader,
        recommended=taken,
        default=contest.default,
        level=level,
        rope=contest.rope,
        standings=tuple(standings.values()),
        beats_constant=not finding.nothing_learnt,
        sentence=sentence(finding),
        advice=advice(finding),
        sure=sure(finding),
        caveats=caveats(finding, ranges, crossed, promises, held_rows),
        sensitivity=ranges,
        interaction=crossed,
        optimism=promises,
    )


def apart(contest: Contest) -> bool:
    """Say whether any arm is told from another: from the leader, or from the default."""
    rows = _standings(contest).values()
    return any(not each.together or each.p <= 1 - contest.level for each in rows)


def _standings(contest: Contest) -> dict[str, StandingRecord]:
    """Return the rows of the ranking, best first.

    The leader was picked because it leads, and any two arms could have come out first and last:
    intervals against it hold jointly over all pairs, so that of equal arms none seems beaten.
    (Hsu's comparisons with the best take fewer pairs and promise less: that the best stays in the
    set [hsu1984].) Against the default, named beforehand, each other arm is compared once;
    these tests are adjusted by Holm.
    """
    default = contest.default
    others = [name for name in contest.order if name != default]
    gains = [contest.behind(default, name) for name in others]
    bounds, values = intervals(gains, contest.level), adjusted([each.p for each in gains])
    rows = {
        name: (each.mean, *bound, p, *each.posterior(contest.rope))
        for name, each, bound, p in zip(others, gains, bounds, values, strict=True)
    }
    itself = (0.0, 0.0, 0.0, *[float("nan")] * 4)
    return {name: _standing(contest, name, rows.get(name, itself)) for name in contest.order}


def _standing(contest: Contest, name: str, against: tuple[float, ...]) -> StandingRecord:
    behind = contest.behind(name, contest.leader)
    low, high = behind.interval(contest.level, _comparisons(contest, name))
    several = contest.ran(name) and len(contest.errors[name]) > 1
    return StandingRecord(
        name,
        contest.sign * contest.mean(name),
        float(contest.errors[name].std(ddof=1)) if several else float("nan"),
        behind.mean,
        low,
        high,
        contest.ran(name) and not low > 0,
        *against,
    )


def _comparisons(contest: Contest, name: str) -> float:
    """Return for how many comparisons an arm's interval against the leader must be wide enough.

    The constant is named beforehand, each arm is held against it once, and only to be better: of
    each interval one end counts.
    """
    arms = max(len(contest.trained), 1)
    return arms / 2 if CONSTANT in (name, contest.leader) else max(arms * (arms - 1) / 2, 1)
