"""A verdict in words: one sentence of what was found, and one of what to do."""

from lossary.lab.verdict.contest import CONSTANT
from lossary.lab.verdict.finding import Finding, listed

__all__ = ["CONSTANT", "advice", "sentence"]


def sentence(found: Finding) -> str:
    """Say which arm leads, and from which it cannot be told apart."""
    if not found.losses:
        return f"Every one of the {found.noun} failed: none came to a number in every fold."
    return _main(found) + _failures(found) + "."


def _main(found: Finding) -> str:
    reached = _reached(found)
    if found.nothing_learnt:
        return _nothing_learnt(found)
    if len(found.losses) == 1:
        beats = f", and beats {CONSTANT} prediction" if _beats(found) else ""
        return f"{found.losses[0]} reaches {reached}{beats}"
    if found.folds == 1:
        return (
            f"{found.losses[0]} leads ({reached}), but on a single fold nothing can be told apart"
        )
    if len(found.together) == len(found.losses) and not found.shown:
        which = "the two" if len(found.losses) == 2 else f"the {len(found.losses)}"
        none = "No difference is shown" if found.better else "No difference"
        apart = f"{which} {found.noun} cannot be told apart ({reached} at best)"
        return f"{none}: {apart}{_better(found)}"
    return _led(found, reached)


def _reached(found: Finding) -> str:
    return f"{found.metric} {found.standings[found.losses[0]].mean:.4g}"


def _beats(found: Finding) -> bool:
    return CONSTANT in found.standings and found.contest.ran(CONSTANT) and found.folds > 1


def _nothing_learnt(found: Finding) -> str:
    first = found.losses[0]
    came = "" if found.contest.leader == CONSTANT else f" ({first} comes to {_reached(found)})"
    return f"No loss can be told to beat {CONSTANT} prediction{came}"


def _led(found: Finding, reached: str) -> str:
    leader, *others = found.together
    if not others:
        return f"{leader} is best ({reached}){_behind(found)}"
    apart = f"but cannot be told apart from {listed(others)}"
    return f"{leader} leads ({reached}), {apart}{_behind(found)}"


def _behind(found: Finding) -> str:
    """Name who is worse: the default, what most would have taken, else the first that is."""
    default, field = found.contest.default, found.role("field")
    roles = {default: ", the default,", field: ", which most would take,"}
    named = [name for name in dict.fromkeys((default, field)) if name in found.told]
    words = [
        f"{name}{roles.get(name, '')} is worse by {found.standings[name].difference:.3g}"
        for name in named or found.told[:1]
        if name
    ]
    return "".join(f"; {each}" for each in words) + _better(found)


def _better(found: Finding) -> str:
    """Say that the arm to take is better than the default, where the default is in front too."""
    taken, default = found.recommended, found.contest.default
    if taken not in found.better or default not in found.together:
        return ""
    odds = "" if taken in found.shown else "probably "
    gain = found.standings[taken].gain
    return f"; {taken} is {odds}better than {default}, the default, by {gain:.3g}"


def _failures(found: Finding) -> str:
    names = [name for name in found.failed if name != CONSTANT]
    return f"; {listed(names)} failed" if names else ""


def advice(found: Finding) -> str:
    """Say which arm to take, and why that one."""
    if not found.losses:
        return "Read what went wrong in each, and look at the target for values that no loss takes."
    if found.nothing_learnt:
        return "Look at the features before the loss: what was learnt from them may be chance."
    return f"Take {found.recommended}{_why(found)}.{_incumbent(found)}"


def _why(found: Finding) -> str:
    taken, default = found.recommended, found.contest.default
    if found.together == [taken] and len(found.losses) > 1:
        return ""
    if len(found.losses) == 1:
        return ": there was no other that came to a number"
    if taken == default and default in found.told:
        return (
            ": it is the default for this metric, and what beats it does so by too little to matter"
        )
    if taken == default:
        return ": it is the default for this metric, and nothing is shown to beat it"
    if taken in found.better:
        simple = ", and the simplest of those as good" if taken != found.together[0] else ""
        odds = "" if taken in found.shown else "probably "
        return f": it is {odds}better than {default}{simple}"
    if default in found.together:
        return f": nothing is shown to beat it, and it is cheaper to keep than {default}"
    return ": it is the simplest of those in front"


def _incumbent(found: Finding) -> str:
    name = found.role("incumbent")
    if name is None or name in (found.recommended, *found.failed):
        return ""
    if name in found.together and name not in _beaten(found):
        return f" Your {name} cannot be told apart from the best: there is no need to change."
    return f" Your {name} is worse than the best by {found.standings[name].difference:.3g}."


def _beaten(found: Finding) -> list[str]:
    return [found.contest.default] if found.shown else []
