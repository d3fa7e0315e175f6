"""Whether a loss gains more with one optimizer, or learner, than with another."""

from collections.abc import Iterator
from itertools import combinations

from lossary.lab.verdict.contest import Contest
from lossary.lab.verdict.differences import Difference, between
from lossary.lab.verdict.holm import intervals
from lossary.records import ArmRecord, InteractionRecord

_FACTORS = ("learner", "optimizer")
_OWN = "the learner's own"


def interactions(contest: Contest) -> tuple[InteractionRecord, ...]:
    """Compare what every loss gains over the default's, with one learner or optimizer and another.

    All intervals together leave out zero by chance at most as often as the level says (Holm).
    """
    found = list(_contrasts(contest))
    bounds = intervals([difference for _, difference in found], contest.level)
    return tuple(
        InteractionRecord(*names, difference.mean, low, high, low > 0 or high < 0)
        for (names, difference), (low, high) in zip(found, bounds, strict=True)
    )


Names = tuple[tuple[str, str], str, str, str]


def _contrasts(contest: Contest) -> Iterator[tuple[Names, Difference]]:
    for factor in _FACTORS:
        for setting in _settings(contest, factor):
            base = _base(contest, setting)
            for one, (first, second) in _crossed(setting, base):
                gains = [
                    contest.errors[setting[base, at]] - contest.errors[setting[one, at]]
                    for at in (first, second)
                ]
                names = (one, base), factor, _named(factor, first), _named(factor, second)
                yield names, between(gains[0], gains[1], contest.ratio)


def _settings(contest: Contest, factor: str) -> list[dict[tuple[str, str], str]]:
    """Return the arms by loss and level of a factor, for each level of the other factor."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for name in contest.trained:
        arm = contest.arm(name)
        if arm.role == "field":  # it has one setting only: what it lacks is not the loss's
            continue
        level, other = (
            _level(arm, factor),
            _level(arm, *(each for each in _FACTORS if each != factor)),
        )
        found.setdefault(other, {}).setdefault((contest.loss_of(name), level), name)
    return list(found.values())


def _level(arm: ArmRecord, factor: str) -> str:
    return arm.learner if factor == "learner" else arm.optimizer


def _base(contest: Contest, setting: dict[tuple[str, str], str]) -> str:
    """Return the loss that others are held against: the default's, or the one crossed most."""
    losses = [loss for loss, _ in setting]
    default = contest.loss_of(contest.default)
    return max(
        losses, key=lambda loss: (losses.count(loss) > 1, loss == default, losses.count(loss))
    )


def _crossed(
    setting: dict[tuple[str, str], str], base: str
) -> Iterator[tuple[str, tuple[str, str]]]:
    for one in dict.fromkeys(loss for loss, _ in setting if loss != base):
        shared = [level for loss, level in setting if loss == base and (one, level) in setting]
        for pair in combinations(shared, 2):
            yield one, pair


def _named(factor: str, level: str) -> str:
    return level or f"{_OWN} {factor}"
