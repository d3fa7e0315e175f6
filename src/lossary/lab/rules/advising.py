"""From a metric, a kind of target and what the data show to losses, the best reason first."""

from dataclasses import dataclass

from lossary.lab.metrics.facts import Metric
from lossary.lab.rules.rule import Rule, Sign
from lossary.lab.rules.rules import rules_for
from lossary.records import SymptomRecord

Diagnosis = tuple[SymptomRecord, ...]


@dataclass(frozen=True)
class Advice:
    """A loss with its rule, and the symptoms of these data that speak for it and against it."""

    rule: Rule
    favoured: tuple[SymptomRecord, ...]
    opposed: tuple[SymptomRecord, ...]
    points: int

    @property
    def reason(self) -> str:
        """The rule's reason, and what in the data adds to it."""
        said = [self.rule.reason]
        if self.favoured:
            said.append("the data favour it: " + "; ".join(each.detail for each in self.favoured))
        return "; ".join(said)

    @property
    def caution(self) -> str:
        """What in the data speaks against it."""
        return "; ".join(f"{each.title}: {each.detail}" for each in self.opposed)


def advise(metric: Metric, kind: str, diagnosis: Diagnosis = ()) -> tuple[Advice, ...]:
    """Return all losses that the rules know here.

    First those that the data favour, last those that they speak against; among equals a theorem
    before experience before a rule of thumb, and else the order of the rules. A rule of thumb never
    passes the metric's own loss, unless the data speak against that one.
    """
    found = [_read(rule, diagnosis) for rule in rules_for(metric, kind)]
    own = found[0].points
    return tuple(
        sorted(found, key=lambda each: (-_worth(each, own), each.rule.grade, -each.points))
    )


def _worth(advice: Advice, own: int) -> int:
    """Return the points that order a loss; `own` are those of the metric's own loss."""
    thumb = advice.rule.grade == "C" and own >= 0
    return min(advice.points, own) if thumb else advice.points


def _read(rule: Rule, diagnosis: Diagnosis) -> Advice:
    favoured, more = _seen(rule.favours, diagnosis)
    opposed, less = _seen(rule.opposes, diagnosis)
    return Advice(rule, favoured, opposed, more - less)


def _seen(signs: tuple[Sign, ...], diagnosis: Diagnosis) -> tuple[tuple[SymptomRecord, ...], int]:
    found = [(symptom, each.points) for each in signs if (symptom := each.seen(diagnosis))]
    return tuple(symptom for symptom, _ in found), sum(points for _, points in found)
