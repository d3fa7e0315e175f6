"""What numbers of a record mean, in sentences that a newcomer can read; nothing is judged anew."""

import math
from collections.abc import Sequence

from lossary.records import (
    ArmRecord,
    HoldoutRecord,
    InteractionRecord,
    OptimismRecord,
    SensitivityRecord,
    StudyRecord,
)
from lossary.reports.figures import carried
from lossary.reports.numbers import number, parameter, plain, share

GRADES = {
    "A": "a theorem says so",
    "B": "found again and again in published comparisons",
    "C": "a rule of thumb",
}
ROLES = {
    "default": "default for this metric",
    "field": "what most would take",
    "incumbent": "yours so far",
    "constant": "looks at nothing",
}
_HARD = 0.05  # the rows about which a sentence is said
_ALIKE = 1.1  # so many times its share, and a row pulls no harder than others


def holdout(found: HoldoutRecord) -> str:
    """Say what the rows say that no choice had ever seen."""
    rows, mine = f"{found.rows:,} rows", number(found.scores.get(found.recommended))
    if found.recommended == found.compared:
        return (
            f"On {rows} that no choice had seen, {found.recommended} reached {mine}. It is what "
            f"most would have taken, so there is nothing to gain over it."
        )
    theirs = number(found.scores.get(found.compared))
    side = "better" if found.difference >= 0 else "worse"
    between = f"{found.level:.0%} interval {number(found.low, 3)} to {number(found.high, 3)}"
    return (
        f"On {rows} that no choice had seen, {found.recommended} reached {mine}, and "
        f"{found.compared}, what most would have taken, {theirs}: {found.recommended} is {side} by "
        f"{number(abs(found.difference), 3)} (gain {number(found.difference, 3)}, {between}). "
        f"{_confirmed(found)}"
    )


def _confirmed(found: HoldoutRecord) -> str:
    if found.low > 0:
        return "So they confirm the choice."
    if found.high < 0:
        return "So they contradict the choice: do not rely on it before you have looked further."
    return "The interval holds zero: these rows alone neither confirm nor contradict the choice."


def pull(arm: ArmRecord) -> str:
    """Say how unevenly the rows pull at the model; "" where it is not known."""
    part = carried(arm.portrait, _HARD) if arm.portrait else None
    if part is None or not math.isfinite(part):
        return ""
    if part < _ALIKE * _HARD:
        return "All rows pull alike, however large their errors are."
    return f"The {_HARD:.0%} hardest rows carry {share(part)} of the pull.".replace("%", " %", 1)


def hardest(arms: Sequence[ArmRecord]) -> ArmRecord | None:
    """Return the first arm at which some rows pull harder than others, to name these rows."""
    for arm in arms:
        seen = arm.portrait
        if seen and seen.hardest and seen.hardest[0].share * seen.rows > _ALIKE:
            return arm
    return None


def width(found: SensitivityRecord) -> str:
    """Say how far a parameter may be missed before the metric suffers."""
    if not math.isfinite(found.width) or not found.points:
        return "Too few settings were tried to say how far it may be missed."
    if found.scale != "log":
        return f"Good within a span of {number(found.width, 2)}."
    factor = 10.0**found.width
    if factor < 1.5:
        return "Good at one place only: it must be tuned."
    return f"Good over a factor of {number(factor, 2)} ({number(found.width, 2)} decades)."


def interaction(found: InteractionRecord) -> str:
    """Say whether the better of two losses depends on another choice."""
    one, other = found.losses
    between = f"{number(found.low, 3)} to {number(found.high, 3)}"
    if not found.found:
        return (
            f"Not shown: the gain of {one} over {other} may be the same with {found.first} and "
            f"{found.second} (difference {number(found.difference, 3)}, {between})."
        )
    return (
        f"Yes: the gain of {one} over {other} differs by {number(found.difference, 3)} between "
        f"{found.first} and {found.second} ({between})."
    )


def optimism(found: OptimismRecord, greater_is_better: bool) -> str:
    """Say by how much the score that chose a setting was too good."""
    lost = (found.promised - found.kept) * (1 if greater_is_better else -1)
    told = f"promised {number(found.promised)}, kept {number(found.kept)}"
    if not math.isfinite(lost):
        return told
    return f"{told}: {'too good' if lost > 0 else 'too modest'} by {number(abs(lost), 2)}"


def odds(better: float, same: float, worse: float) -> str:
    """Say three probabilities in one line."""
    return f"better {share(better)}, same {share(same)}, worse {share(worse)}"


def folds(record: StudyRecord) -> str:
    """Say how often rows were divided."""
    protocol = record.protocol
    again = f", {protocol.repeats} times over" if protocol.repeats > 1 else ""
    return f"{protocol.folds} folds{again}"


def learner(record: StudyRecord, name: str) -> str:
    """Return a learner's title, without its particulars."""
    titles = {each.name: each.title for each in record.protocol.learners}
    return titles.get(name, name).partition(",")[0].partition(" with ")[0]


def values(pairs: Sequence[tuple[str, object]]) -> str:
    """Write names and values in one line."""
    return ", ".join(f"{parameter(name)} {plain(value)}" for name, value in pairs)
