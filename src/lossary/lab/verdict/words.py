"""A verdict in words: one sentence of what was found, and one of what to do."""

from collections.abc import Sequence
from math import isfinite

from lossary.records import StandingRecord

CONSTANT = "the best constant"


def said(
    standings: Sequence[StandingRecord],
    together: Sequence[str],
    metric: str,
    preferred: Sequence[str],
) -> tuple[str, str]:
    """Say which arm leads, from which it cannot be told apart, and which one to take.

    `standings` are best first, `together` those not told apart from the first, `preferred` the arms
    in the order of their reasons.
    """
    leader = standings[0]
    reached = f"{metric} {leader.mean:.4g}"
    if CONSTANT in together:
        return _nothing_learnt(leader, reached)
    losses = [each for each in standings if each.arm != CONSTANT]
    if len(losses) == 1:
        return f"{leader.arm} reaches {reached}, and beats the best constant prediction.", ""
    if len(together) == len(losses):
        return _no_difference(len(losses), reached, preferred[0])
    return _led(losses, together, reached, preferred)


def _nothing_learnt(leader: StandingRecord, reached: str) -> tuple[str, str]:
    first = "" if leader.arm == CONSTANT else f" ({leader.arm} comes to {reached})"
    return (
        f"No loss can be told to beat the best constant prediction{first}.",
        "Look at the features before the loss: what was learnt from them may be chance.",
    )


def _no_difference(count: int, reached: str, best: str) -> tuple[str, str]:
    which = "the two losses" if count == 2 else f"the {count} losses"
    return (
        f"No difference: {which} cannot be told apart ({reached} at best).",
        f"Take {best}: none is shown to beat it, and its reason is the best.",
    )


def _led(
    losses: Sequence[StandingRecord],
    together: Sequence[str],
    reached: str,
    preferred: Sequence[str],
) -> tuple[str, str]:
    leader = losses[0].arm
    failed = [each.arm for each in losses if not isfinite(each.mean)]
    told = [each for each in losses if each.arm not in (*together, *failed)]
    gap = f"; {told[0].arm} is worse by {told[0].difference:.3g}" if told else ""
    if failed:
        gap += f"; {listed(failed)} failed"
    if len(together) == 1:
        return f"{leader} is best ({reached}){gap}.", f"Take {leader}."
    others = listed([name for name in together if name != leader])
    best = next(name for name in preferred if name in together)
    take = "it leads" if best == leader else "nothing is shown to beat it"
    return (
        f"{leader} leads ({reached}), but cannot be told apart from {others}{gap}.",
        f"Take {best}: {take}, and of those in front its reason is the best.",
    )


def listed(names: Sequence[str]) -> str:
    """Write names as in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
