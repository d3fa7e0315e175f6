"""The parts of the page, in the order they are read: each takes what it shows from the record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lossary.records import ArmRecord, StudyRecord
from lossary.reports import figures
from lossary.reports.code import snippets
from lossary.reports.drawing import strips

Data = dict[str, Any]
_CHANCES = ("binary", "multiclass", "multilabel")  # kinds whose answers are probabilities
_SHOWN = 3  # arms whose panels stand open; the others are folded away


@dataclass(frozen=True)
class Section:
    """One part of the page: `name` is its template and its place."""

    name: str
    title: str
    data: Data


def sections(record: StudyRecord) -> list[Section]:
    """Return the parts for which the record has something to show."""
    found = ((name, title, part(record)) for name, title, part in _PARTS)
    return [Section(name, title, data) for name, title, data in found if data is not None]


def ranked(record: StudyRecord) -> list[ArmRecord]:
    """Return the arms that were trained: the recommended first, then as they are ranked."""
    place = {each.arm: rank for rank, each in enumerate(record.verdict.standings)}
    place[record.verdict.recommended] = -1
    trained = [arm for arm in record.arms if arm.loss is not None]
    return sorted(trained, key=lambda arm: place.get(arm.name, len(place)))


def _parted(shown: list[Any]) -> Data | None:
    """Fold away what comes after the first few."""
    return {"open": shown[:_SHOWN], "folded": shown[_SHOWN:]} if shown else None


def _ranking(record: StudyRecord) -> Data:
    behind, scores = figures.differences(record), figures.scores(record)
    return {
        "figures": [strips(each) for each in (behind, scores) if len(each.rows) > 1],
        "many_learners": len({arm.learner for arm in record.arms if arm.loss}) > 1,
        "many_optimizers": len({arm.optimizer for arm in record.arms if arm.loss}) > 1,
    }


def _reasons(record: StudyRecord) -> Data:
    return {"arms": ranked(record)}


def _code(record: StudyRecord) -> Data | None:
    found = snippets(record)
    return {"snippets": found} if found else None


def _holdout(record: StudyRecord) -> Data | None:
    if record.holdout is None:
        return None
    return {"figure": strips(figures.holdout(record, record.holdout))}


def _learning(record: StudyRecord) -> Data | None:
    place = {arm.name: rank for rank, arm in enumerate(ranked(record))}
    found = sorted(figures.curves(record), key=lambda each: place.get(each.arm, len(place)))
    return _parted(found)


def _answers(record: StudyRecord) -> Data | None:
    chances = record.question.kind in _CHANCES
    arms = [arm for arm in ranked(record) if arm.portrait]
    shown = [
        (arm, [*figures.calibration(arm, chances),
               *filter(None, (figures.residuals(arm), figures.histogram(arm)))])
        for arm in arms
    ]  # fmt: skip
    shown = [(arm, panels) for arm, panels in shown if panels]
    after = any(arm.portrait.after for arm, _ in shown if arm.portrait)
    parted = _parted(shown)
    single = all(len(panels) == 1 for _, panels in shown)
    return {**parted, "after": after, "chances": chances, "single": single} if parted else None


def _sensitivity(record: StudyRecord) -> Data | None:
    place = {arm.name: rank for rank, arm in enumerate(ranked(record))}
    rows = sorted(record.verdict.sensitivity, key=lambda each: place.get(each.arm, len(place)))
    return _parted([(each, figures.sensitivity(each, record)) for each in rows if each.points])


def _interaction(record: StudyRecord) -> Data | None:
    return {} if record.verdict.interaction else None


def _optimism(record: StudyRecord) -> Data | None:
    place = {arm.name: rank for rank, arm in enumerate(ranked(record))}
    rows = sorted(record.verdict.optimism, key=lambda each: place.get(each.arm, len(place)))
    return _parted([(each, figures.optimism(each, record)) for each in rows if each.expected])


def _pull(record: StudyRecord) -> Data | None:
    arms = ranked(record)
    return _parted([(arm, panel) for arm in arms if (panel := figures.pull(arm, arms))])


def _diagnosis(record: StudyRecord) -> Data | None:
    return {} if record.diagnosis else None


def _limits(record: StudyRecord) -> Data | None:
    return {} if record.verdict.caveats else None


def _always(record: StudyRecord) -> Data:
    return {}


_PARTS: tuple[tuple[str, str, Callable[[StudyRecord], Data | None]], ...] = (
    ("ranking", "The ranking", _ranking),
    ("holdout", "On rows that no choice had seen", _holdout),
    ("code", "How to use it", _code),
    ("reasons", "Why these losses", _reasons),
    ("diagnosis", "What the data look like", _diagnosis),
    ("answers", "What they answer", _answers),
    ("pull", "Where the gradient goes", _pull),
    ("learning", "How they learnt", _learning),
    ("sensitivity", "What the result hangs on", _sensitivity),
    ("interaction", "Does it depend on the optimizer or learner?", _interaction),
    ("optimism", "How much was chosen by luck", _optimism),
    ("limits", "What this does not say", _limits),
    ("protocol", "How it was judged", _always),
    ("capsule", "To repeat it", _always),
)
