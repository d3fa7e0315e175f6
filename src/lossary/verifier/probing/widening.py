"""Gives rows a second axis where a loss reduces the last one, as Keras' own losses do."""

import re
from dataclasses import replace

from lossary.verifier.probing.choosing import Choice
from lossary.verifier.probing.text import Text
from lossary.verifier.probing.trying import Trials, finite

LAST = r"(axis|dim)=\(?(-1|1)\b|\.(sum|mean)\((-1|1)[,)]|(sum|mean)\([^()\n]+, (-1|1)\)"
"""Code that reduces the axis within a row."""
PAIRED = r"\[[^\]]*\b(None|newaxis)\b[^\]]*\]|unsqueeze\(|expand_dims\("
"""Code that sets rows against rows: the axis that it reduces is that of the others."""
FLAT = r"\((n|b|m|bs|batch|batch_size|n_samples),?\)"
"""A docstring that says that there is no such axis."""


def widened(choice: Choice, text: Text, trials: Trials) -> Choice:
    """Return the choice with rows of several entries, where single numbers would be one row."""
    flat = [a for a in choice.contract.arguments if a.role in ("prediction", "target")]
    if any(a.axes != ("n",) or a.domain == "labels" for a in flat) or not _of_rows(text):
        return choice
    second = "d" if all(a.domain == "real" for a in flat) else "1"
    arguments = tuple(
        replace(a, axes=("n", second)) if a in flat else a for a in choice.contract.arguments
    )
    contract = choice.contract.but(arguments=arguments)
    tried = trials.tried(contract)
    if tried is None or not finite(tried[1]):
        return choice
    return replace(choice, contract=contract, value=tried[1])


def _of_rows(text: Text) -> bool:
    if re.search(FLAT, text.doc) or re.search(PAIRED, text.code):
        return False
    by_keras = text.candidate.host.name == "keras" and "losses." in text.code
    return by_keras or bool(re.search(LAST, text.code))
