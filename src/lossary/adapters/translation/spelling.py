"""What is said of an optimizer in a host: its spelling there, and when the path is the same."""

from dataclasses import dataclass

from lossary.adapters.translation.call import Call

SAME = "same"
CONSTANT = "same while the learning rate stays"
TINY = "same while epsilon is tiny"
APART = "apart"
NONE = "none"
CLAIMS = {
    SAME: "the same path, whatever the learning rate does",
    CONSTANT: "the same path as long as the learning rate stays what it is",
    TINY: "the same path while epsilon is far below every root that it is added to",
    APART: "another path; the call comes closest",
    NONE: "nothing of the host is compared with it",
}


@dataclass(frozen=True)
class Spelling:
    """A claim about one optimizer in one host: the call, whether its path is the same, and why not.

    `why` says where the two part, or why there is no call.
    """

    call: Call | None
    claim: str = SAME
    why: str = ""


def same(call: Call) -> Spelling:
    """Claim that a call takes the same path, whatever the learning rate does."""
    return Spelling(call)


def while_constant(call: Call, why: str) -> Spelling:
    """Claim that a call takes the same path as long as the learning rate stays what it is."""
    return Spelling(call, CONSTANT, why)


def apart(call: Call, why: str) -> Spelling:
    """Claim that no call takes the same path; this one comes closest."""
    return Spelling(call, APART, why)


def by_epsilon(call: Call, epsilon: float, why: str, tiny: float = 1e-8) -> Spelling:
    """Claim that the paths part by what epsilon does: not at all at zero, and hardly where tiny."""
    if epsilon == 0:
        return same(call)
    return Spelling(call, TINY if epsilon <= tiny else APART, why)


def absent(why: str = "nothing there is compared with it") -> Spelling:
    """Claim that there is nothing to translate to: the host has none, or it is not walked."""
    return Spelling(None, NONE, why)


def weakest(*claims: str) -> str:
    """Return what is left when one claim follows from others: two conditions at once are none."""
    left = {each for each in claims if each != SAME}
    if NONE in left:
        return NONE
    if not left:
        return SAME
    return left.pop() if len(left) == 1 else APART


def short(value: float) -> float:
    """Return a product as one would write it: 0.007, and not 0.006999999999999999."""
    return float(f"{value:.15g}")
