"""What would change the advice: the symptoms that were not found, and what they would speak for."""

from lossary.lab.rules.advising import Advice, Diagnosis
from lossary.records import SymptomRecord


def changes(
    known: tuple[Advice, ...], names: tuple[str, ...], diagnosis: Diagnosis
) -> tuple[str, ...]:
    """Return a sentence for each symptom that counts: what it would do, or when it counts less.

    `names` are those of the losses that are known.
    """
    said = []
    for each in diagnosis:
        gain = _losses(known, names, each.name, "favours")
        lose = _losses(known, names, each.name, "opposes")
        if gain or lose:
            said.append(_found(each) if each.found else _missing(each, gain, lose))
    return tuple(said)


def _losses(known: tuple[Advice, ...], names: tuple[str, ...], symptom: str, way: str) -> str:
    return ", ".join(
        name
        for each, name in zip(known, names, strict=True)
        if any(sign.symptom == symptom for sign in getattr(each.rule, way))
    )


def _found(symptom: SymptomRecord) -> str:
    return f"{symptom.title}: found, but it counts for less where {symptom.unless}"


def _missing(symptom: SymptomRecord, gain: str, lose: str) -> str:
    sides = ((f"for {gain}" if gain else ""), (f"against {lose}" if lose else ""))
    return f"{symptom.title}: not found, and would speak {' and '.join(filter(None, sides))}"
