"""From a candidate and what was declared of it to a contract."""

from dataclasses import replace
from typing import Any

from lossary.adapters.foreign.candidate import Candidate
from lossary.verifier.contract import UNCALLABLE, Argument, Contract
from lossary.verifier.declaring import Declared
from lossary.verifier.probing import example
from lossary.verifier.probing.bounds import bounded
from lossary.verifier.probing.choosing import CLEAR, Choice, chosen
from lossary.verifier.probing.classing import classed
from lossary.verifier.probing.crossing import uncrossed
from lossary.verifier.probing.fitting import Heard, heard
from lossary.verifier.probing.form import Form, speaks
from lossary.verifier.probing.multiplying import multiplied
from lossary.verifier.probing.objective import probe_objective
from lossary.verifier.probing.ours import probe_ours
from lossary.verifier.probing.pictures import pictured
from lossary.verifier.probing.reducing import reduced
from lossary.verifier.probing.refusing import refusal
from lossary.verifier.probing.sizes import insisted
from lossary.verifier.probing.text import Text
from lossary.verifier.probing.trying import Trials
from lossary.verifier.probing.wanted import facts, roles_of, wanted_forms
from lossary.verifier.probing.widening import widened
from lossary.verifier.probing.words import read_all

SAID = 2.0
"""So much must be said for a fact to be known by name."""


def probe(candidate: Candidate, declared: Declared) -> Contract:
    """Find out what a loss takes and gives.

    Raises:
        LossError: nothing fits, or what was declared does not exist; says what can be declared.
    """
    if candidate.kind == "objective":
        return probe_objective(candidate, declared)
    if candidate.ours is not None:
        return probe_ours(candidate, declared)
    text = Text(candidate)
    trials = Trials(candidate, insisted(candidate))
    choice = _choice(text, trials, declared)
    if choice is None and trials.tripped:
        return trials.tripped[0].but(known={UNCALLABLE: "probed"})
    if choice is None:
        raise refusal(candidate, trials.said)
    contract = choice.contract
    subject = trials.subject(contract)
    parts = [
        {"known": _known(choice, text, contract)},
        reduced(text, contract, subject, choice.value),
        bounded(text, contract),
        {**facts(declared), "known": _declared(declared, contract)},
    ]
    return _put_together(contract, parts)


def _choice(text: Text, trials: Trials, declared: Declared) -> Choice | None:
    words = read_all([each.name for each in text.candidate.inputs if each.required])
    arguments = heard(text, words)
    forms = wanted_forms(declared, arguments)
    if declared.example is not None:
        arrays = example.arrays_of(text.candidate.host, declared.example)
        arguments = example.seen(arguments, arrays)
        forms = example.forms_of(arrays, forms)
    plainly = declared.example is None and declared.shapes is None
    found = _stated_first(text, arguments, trials, forms, roles_of(declared, arguments), plainly)
    if found is not None and plainly:
        wide = found if found.fit.stated else widened(found, text, trials)
        return multiplied(uncrossed(classed(wide, text, trials), text, trials), trials)
    if found is None or declared.example is None:
        return found
    sizes = example.sizes_of([each.axes for each in found.contract.arguments], arrays)
    contract = found.contract.but(sizes={**found.contract.sizes, **sizes}, example=tuple(arrays))
    tried = trials.tried(contract)
    return found if tried is None else replace(found, contract=contract, value=tried[1])


def _stated_first(
    text: Text, arguments: list[Heard], trials: Trials, forms: tuple[Form, ...],
    roles: tuple[str, ...], plainly: bool,
) -> Choice | None:  # fmt: skip
    """Choose among forms of the stated axes, and among all where the loss takes none of them."""
    loose = [replace(each, stated=None) for each in arguments]
    found = chosen(text, arguments, trials, forms, roles) if plainly else None
    found = chosen(text, loose, trials, forms, roles) if found is None else found
    if found is None and plainly:
        return pictured(text, arguments, trials.said, trials)
    return found


def _known(choice: Choice, text: Text, contract: Contract) -> dict[str, str]:
    """Say of each fact of an argument whether it was named, found by trying, or assumed."""
    support, said = choice.fit.support, speaks(choice.fit.form, text.head)
    found: dict[str, str] = {"order": "named" if support["order"] >= SAID else "assumed"}
    shapes = [text.shapes.get(each.name, ()) for each in contract.arguments]
    axes = "named" if choice.fit.stated and all(len(each) == 1 for each in shapes) else "probed"
    for each in contract.arguments:
        name = _source(each, support.get(each.name, 0.0), said, choice)
        for key in (each.role, each.name):
            found.setdefault(f"{key}.domain", name)
            found.setdefault(f"{key}.axes", axes)
    return found


def _source(argument: Argument, support: float, said: float, choice: Choice) -> str:
    if support >= SAID or (said > 0 and support >= 0):
        return "named"
    if argument.role in ("weight", "mask"):
        return "named"
    labels = argument.domain == "labels" and choice.score > CLEAR
    return "probed" if choice.shown is not None or labels else "assumed"


def _declared(declared: Declared, contract: Contract) -> dict[str, str]:
    """Name the facts that were declared, as the contract keys them too."""
    known = dict.fromkeys(declared.stated(), "declared")
    for each in contract.arguments:
        facts = ["axes"] if "shapes" in known else []
        facts += ["domain"] if each.role in known else []
        known |= {f"{key}.{fact}": "declared" for key in (each.role, each.name) for fact in facts}
    return known


def _put_together(contract: Contract, parts: list[dict[str, Any]]) -> Contract:
    known: dict[str, str] = {}
    found: dict[str, Any] = {}
    for part in parts:
        known.update(part["known"])
        found.update({name: fact for name, fact in part.items() if name != "known"})
    return contract.but(**{n: v for n, v in found.items() if hasattr(contract, n)}, known=known)
