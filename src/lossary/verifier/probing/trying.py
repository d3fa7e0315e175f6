"""Calls a loss with batches of a form, and keeps what it said to each."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import Candidate, CandidateError
from lossary.adapters.foreign.slips import uncallable
from lossary.verifier.batch import Array, Batch
from lossary.verifier.contract import Argument, Contract
from lossary.verifier.probing.form import Slot
from lossary.verifier.subject import Subject


@dataclass
class Trials:
    """All calls so far, by the shapes that were tried, with the loss's own words on them."""

    candidate: Candidate
    sizes: dict[str, int]
    said: dict[str, str] = field(default_factory=dict)
    tripped: list[Contract] = field(default_factory=list)
    """Shapes with which the loss tripped over itself, as over a default of None."""

    def contract(self, slots: tuple[Slot, ...], sizes: dict[str, int]) -> Contract:
        """Write a form down as a contract of this loss."""
        inputs = self.candidate.inputs
        named = {each.name: each for each in inputs}
        arguments = tuple(
            Argument(each.name, slot.role, slot.axes, slot.domain, named[each.name].keyword)
            for each, slot in zip((i for i in inputs if i.required), slots, strict=True)
        )
        used = {axis for each in slots for axis in each.axes} | {"k"}
        fixed = {k: v for k, v in {**sizes, **self.sizes}.items() if k in used}
        return Contract(arguments, sizes=fixed)

    def subject(self, contract: Contract) -> Subject:
        return Subject(self.candidate, contract)

    def tried(self, contract: Contract) -> tuple[Subject, Array] | None:
        """Call the loss with a drawn batch; None where it raises, or gives more than it takes."""
        subject = self.subject(contract)
        shapes = ", ".join("(" + ", ".join(each.axes) + ")" for each in contract.arguments)
        try:
            found = np.asarray(subject.value(subject.typical))
        except CandidateError as error:
            self.said.setdefault(shapes, str(error).split("\n")[0][:160])
            if uncallable(error.__cause__):
                self.tripped.append(contract)
            return self.tried(numbers) if (numbers := _in_numbers(contract, error)) else None
        if found.dtype.kind not in "fiub":
            return None
        return subject, found


def _in_numbers(contract: Contract, error: Exception) -> Contract | None:
    """Return the contract with masks of 0 and 1, where those of booleans were refused."""
    switches = [a for a in contract.arguments if a.role == "mask" and a.domain != "nonnegative"]
    if not switches or "bool" not in str(error):
        return None
    numbers = {a.name: replace(a, domain="nonnegative") for a in switches}
    return contract.but(arguments=tuple(numbers.get(a.name, a) for a in contract.arguments))


def number(subject: Subject, batch: Batch) -> float:
    """Return the value of a batch as one number; NaN where the loss raises."""
    try:
        return subject.number(batch)
    except CandidateError:
        return float("nan")


def finite(array: Any) -> bool:
    return bool(np.isfinite(array).all())
