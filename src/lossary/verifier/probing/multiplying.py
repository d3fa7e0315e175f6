"""Finds arrays that multiply the whole value, as confidences do: they are drawn above zero."""

import re
from dataclasses import replace

from lossary.verifier.probing.choosing import Choice
from lossary.verifier.probing.trying import Trials, number

SIGNED = re.compile(r"advantage|^adv|return|reward|gain|delta|sign|direction|residual|grad")
"""Names of factors that may well be negative."""


def multiplied(choice: Choice, trials: Trials) -> Choice:
    """Return the choice with factors of rows above zero; a negative one turns a loss round."""
    for each in choice.contract.arguments:
        plain = each.role == "other" and each.domain == "real" and each.axes in (("n",), ())
        if plain and not SIGNED.search(each.name.lower()) and _factor(choice, each.name, trials):
            above = replace(each, domain="positive")
            arguments = tuple(above if a is each else a for a in choice.contract.arguments)
            contract = choice.contract.but(arguments=arguments)
            tried = trials.tried(contract)
            if tried is not None:
                choice = replace(choice, contract=contract, value=tried[1])
    return choice


def _factor(choice: Choice, name: str, trials: Trials) -> bool:
    """Say whether the value grows and turns as the array does."""
    subject = trials.subject(choice.contract)
    batch = subject.typical
    here = number(subject, batch)
    scaled = (number(subject, batch.with_(name, by * batch[name])) for by in (2.0, -1.0))
    pairs = zip(scaled, (2.0 * here, -here), strict=True)
    return here != 0 and all(abs(found - wanted) <= 1e-9 * abs(here) for found, wanted in pairs)
