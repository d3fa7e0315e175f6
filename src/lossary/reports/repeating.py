"""A study as a call from Python, with all that its record knows of what was asked."""

from typing import Any

from lossary.records import StudyRecord

_BUNDLED = " (bundled with scikit-learn)"
_ROLES = ("event", "groups", "order", "weight", "exposure")
_USUAL_SHARE, _NEAR = 0.2, 0.02


def call(record: StudyRecord) -> str:
    """Write the call that asks the same question in the same way."""
    name = record.data.name
    data = f"sklearn:{name.removesuffix(_BUNDLED)}" if name.endswith(_BUNDLED) else name
    lines = [repr(data), *(f"{key}={value!r}" for key, value in _asked(record).items())]
    return "from lossary.lab import study\n\nrecord = study(\n    " + (
        ",\n    ".join(lines) + ",\n)"
    )


def _asked(record: StudyRecord) -> dict[str, Any]:
    question, protocol = record.question, record.protocol
    roles = {each.role: each.name for each in record.data.columns if each.role in _ROLES}
    found: dict[str, Any] = {"target": _targets(record), "metric": question.metric}
    found |= {"task": question.kind, **roles}
    if question.kind == "binary":
        found["positive"] = question.classes[1]
    found["learners"] = ",".join(each.name for each in protocol.learners)
    found |= {"folds": protocol.folds, "repeats": protocol.repeats, "trials": protocol.trials}
    found |= {"sampler": protocol.sampler, "seed": protocol.seed}
    held = protocol.holdout_rows / max(record.data.rows, 1)
    if abs(held - _USUAL_SHARE) > _NEAR:
        found["hold_out"] = round(held, 3)
    return found


def _targets(record: StudyRecord) -> str:
    named = [each.name for each in record.data.columns if each.role == "target"]
    return ",".join(named) or record.question.target
