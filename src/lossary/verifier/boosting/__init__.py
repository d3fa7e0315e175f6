"""What is known of boosting objectives: gradient and Hessian over scores, label by label."""

from typing import Any


def objective(subject: Any) -> str | None:
    """Apply to boosting objectives only."""
    return None if subject.contract.kind == "objective" else "this is no boosting objective"


def single(subject: Any) -> str | None:
    """Apply to objectives of one score a row, whose rows do not hang on each other."""
    if subject.contract.kind != "objective":
        return "this is no boosting objective"
    if len(subject.contract.prediction.axes) > 1:
        return "each row has several scores"
    return None if subject.contract.structure == "rows" else "rows hang on each other"


def rowwise(subject: Any) -> str | None:
    """Apply to objectives whose rows do not hang on each other."""
    if subject.contract.kind != "objective":
        return "this is no boosting objective"
    return None if subject.contract.structure == "rows" else "rows hang on each other"
