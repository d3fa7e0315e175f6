"""Takes back a probed shape that sets every row against every row, where another one does not."""

from dataclasses import replace

from lossary.adapters.foreign.candidate import CandidateError
from lossary.adapters.foreign.memory import largest
from lossary.verifier.contract import Contract
from lossary.verifier.probing.choosing import Choice
from lossary.verifier.probing.text import Text
from lossary.verifier.probing.trying import Trials, finite

ROWS = 40
"""So many rows that no other axis is as long."""


def uncrossed(choice: Choice, text: Text, trials: Trials) -> Choice:
    """Return the choice with rows (n) in place of columns (n, 1), where those make an n by n table.

    An array whose shape nobody states is tried as the prediction is; that both are taken, and one
    of them makes a table, says which one was meant.
    """
    for each in choice.contract.arguments:
        free = each.role in ("other", "weight") and each.name not in text.shapes
        if free and each.axes == ("n", "1") and _table(choice.contract, trials):
            rows = replace(each, axes=("n",))
            arguments = tuple(rows if a is each else a for a in choice.contract.arguments)
            contract = choice.contract.but(arguments=arguments)
            tried = trials.tried(contract)
            if tried is not None and finite(tried[1]) and not _table(contract, trials):
                choice = replace(choice, contract=contract, value=tried[1])
    return choice


def _table(contract: Contract, trials: Trials) -> bool:
    """Say whether there is an array of rows by rows on the way."""
    subject = trials.subject(contract)
    batch = subject.draw(n=ROWS)
    names = [a.name if a.keyword else None for a in contract.arguments]
    try:
        arrays = [subject.host.array(array, "float64") for array in batch.values()]
        return largest(subject.candidate, arrays, names) >= ROWS**2
    except (CandidateError, ValueError, TypeError):
        return False
