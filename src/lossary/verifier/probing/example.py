"""Reads the arrays of one real call: how many axes, which sizes, and what kind of numbers."""

from dataclasses import replace
from typing import Any

import numpy as np

from lossary.verifier.probing.fitting import Heard
from lossary.verifier.probing.form import Form
from lossary.verifier.probing.forms import FORMS

WEIGHT = 8.0


def arrays_of(host: Any, example: tuple[Any, ...]) -> list[Any]:
    """Return the arrays of an example as NumPy's."""
    return [np.asarray(host.backend.numpy(e)) if host.owns(e) else np.asarray(e) for e in example]


def seen(arguments: list[Heard], arrays: list[Any]) -> list[Heard]:
    """Add what the arrays show to what was read of their arguments."""
    found = []
    for each, array in zip(arguments, arrays, strict=False):
        kinds = dict(each.kinds)
        for kind in kinds_in(array):
            kinds[kind] = kinds.get(kind, 0.0) + WEIGHT
        found.append(replace(each, kinds=kinds, ranks={array.ndim: WEIGHT}))
    return found


def kinds_in(array: Any) -> list[str]:
    """Return the kinds of numbers that an array may hold."""
    if array.size == 0:
        return []
    values = np.asarray(array, dtype=float)
    low, high = float(values.min()), float(values.max())
    binary = bool(np.isin(values, (0, 1)).all())
    if array.dtype.kind in "iu":
        return ["labels", "degree"] if binary else ["labels"]
    if array.ndim > 1 and low >= 0 and np.allclose(values.sum(-1), 1, atol=1e-3):
        return ["shares", "probs"]
    if binary:
        return ["degree"]
    if bool(np.isin(values, (-1, 1)).all()):
        return ["side"]
    if low >= 0 and high <= 1:
        return ["probs"]
    if high <= 0 and array.ndim > 1 and np.allclose(np.exp(values).sum(-1), 1, atol=1e-3):
        return ["logprobs"]
    return ["logits"] if low < 0 else []


def forms_of(arrays: list[Any], forms: tuple[Form, ...] = FORMS) -> tuple[Form, ...]:
    """Keep the forms whose axes can have these sizes; all of them where none can."""
    kept = tuple(form for form in forms if _has(form, arrays))
    return kept or forms


def _has(form: Form, arrays: list[Any]) -> bool:
    slots = sorted(len(each.axes) for each in form.slots)
    given = sorted(each.ndim for each in arrays)
    return slots == given[: len(slots)] or slots == given[-len(slots) :]


def sizes_of(axes: list[tuple[str, ...]], arrays: list[Any]) -> dict[str, int]:
    """Return the sizes of the axes that do not count rows."""
    found: dict[str, int] = {}
    for each, array in zip(axes, arrays, strict=False):
        for axis, size in zip(each, array.shape, strict=False):
            if axis != "n" and not axis.isdigit() and size > 0:
                found[axis] = int(size)
    return found
