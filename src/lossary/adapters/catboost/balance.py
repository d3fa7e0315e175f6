"""How much each class counts by CatBoost's parameters; our weights then hold it."""

from typing import Any

import numpy as np

from lossary.errors import ArgumentError

Array = np.ndarray
BALANCES = ("class_weights", "auto_class_weights", "scale_pos_weight")


def balances(
    parameters: dict[str, Any], classes: Array, target: Array, weight: Array | None
) -> Array | None:
    """Return how much each class counts, of shape (k,), or None where all count as one.

    Raises:
        ArgumentError: several parameters say it, or one does not fit the classes.
    """
    given = [name for name in BALANCES if parameters.get(name) is not None]
    if len(given) > 1:
        raise ArgumentError(f"{' and '.join(given)} say the same: give one of them.")
    if not given:
        return None
    value = parameters[given[0]]
    if given[0] == "auto_class_weights":
        return _automatic(value, np.bincount(target, weights=weight))
    if given[0] == "scale_pos_weight":
        value = [1.0, value]
    if isinstance(value, dict):
        value = [value.get(each, value.get(str(each))) for each in classes.tolist()]
    if len(value) != len(classes) or None in value:
        raise ArgumentError(
            f"{given[0]}={parameters[given[0]]!r} does not fit the classes {classes}.\n"
            f"Hint: class_weights={dict.fromkeys(classes.tolist(), 1.0)} has one number for each."
        )
    return np.asarray(value, dtype=float)


def _automatic(rule: str, sums: Array) -> Array | None:
    if rule not in ("None", "Balanced", "SqrtBalanced"):
        raise ArgumentError(
            f"auto_class_weights={rule!r}: expected 'Balanced', 'SqrtBalanced' or 'None'."
        )
    if rule == "None":
        return None
    scale = sums.max() / sums
    return np.sqrt(scale) if rule == "SqrtBalanced" else scale
