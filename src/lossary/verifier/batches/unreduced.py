"""Finds the loss as it is before any reduction: one number for each row, or for each entry."""

from dataclasses import replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable

WORDS = ("none", None)
"""Asked for in turn: many a loss looks for mean and sum, and hands on the entries otherwise."""


def unreduced(subject: Any) -> Any | None:
    """Return the loss with one number a row or entry, also where nothing speaks of such a form."""
    if "unreduced" not in subject.memory:
        subject.memory["unreduced"] = _told(subject) or _asked(subject)
    return subject.memory["unreduced"]


def _told(subject: Any) -> Any | None:
    """Return the form that the loss speaks of, where several numbers come out of it."""
    try:
        form = subject.reduced("none")
        several = form is subject or (form is not None and np.size(form.value(form.typical)) > 1)
    except (CandidateError, Unchangeable):
        return None
    return form if several else None


def _asked(subject: Any) -> Any | None:
    setting = subject.contract.reduction_setting
    if setting not in subject.candidate.settings:
        return None
    return next((form for word in WORDS if (form := _form(subject, setting, word))), None)


def _form(subject: Any, setting: str, word: str | None) -> Any | None:
    """Return the loss under this word, if the shape that comes out is one of what goes in."""
    try:
        form = subject.changed(**{setting: word})
        found = np.shape(form.value(subject.typical))
    except (CandidateError, Unchangeable):
        return None
    axes = _axes(subject, found)
    if axes is None:
        return None
    return replace(form, contract=subject.contract.but(reduction="none", output=axes))


def _axes(subject: Any, shape: tuple[int, ...]) -> tuple[str, ...] | None:
    """Name the axes of what came out by those of the prediction or the target; None for others."""
    if not shape or np.prod(shape) < 2:
        return None
    contract = subject.contract
    known = [contract.prediction, *([contract.target] if contract.target is not None else [])]
    whole = ((a.axes, subject.typical[a.name].shape) for a in known)
    rows = ((a.axes[:1], subject.typical[a.name].shape[:1]) for a in known if a.axes[:1] == ("n",))
    return next((axes for axes, size in (*whole, *rows) if size == shape), None)
