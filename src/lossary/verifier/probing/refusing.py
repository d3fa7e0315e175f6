"""Says that no form fits: what was tried, what the loss said to it, and what can be declared."""

from lossary.adapters.foreign.candidate import Candidate
from lossary.errors import ArgumentError

SHOWN = 6


def refusal(candidate: Candidate, said: dict[str, str]) -> ArgumentError:
    """Return an error that shows the shapes that were tried with the loss's own words on them."""
    names = ", ".join(each.name for each in candidate.inputs if each.required) or "no arrays"
    lines = [f"  {shapes}: {words}" for shapes, words in list(said.items())[:SHOWN]]
    more = len(said) - SHOWN
    lines += [f"  and {more} more"] if more > 0 else []
    tried = "\n".join(["What was tried, and what it raised:", *lines]) if lines else (
        "It takes no arrays that could be tried."
    )  # fmt: skip
    return ArgumentError(
        f"{candidate.name}({names}): no shapes were found that it takes.\n{tried}\n"
        f"Hint: declare them, as check(loss, shapes='n k, n', prediction='scores', "
        f"target='labels'), or hand over one real call: check(loss, example=(prediction, target))."
    )
