"""From a boosting objective to a contract: how many scores a row has, and what labels mean."""

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import Candidate, CandidateError
from lossary.core.catalogue import find
from lossary.verifier.boosting.shape import course
from lossary.verifier.boosting.slopes import slopes
from lossary.verifier.contract import Argument, Contract
from lossary.verifier.declaring import Declared

SCORES = {"degree": "logit", "side": "margin", "labels": "scores"}
SEVERAL = re.compile(r"soft_?(max|prob)|multi|categorical|cross_?entropy", re.IGNORECASE)
FREE = {"n": 7, "k": 4}
"""Sizes that are tried first: what takes them takes any."""
Form = tuple[bool, dict[str, int]]


def probe_objective(candidate: Candidate, declared: Declared) -> Contract:
    """Find what an objective takes; it always gives a gradient and a Hessian for each score."""
    several, sizes = _form(candidate, declared)
    found = "labels" if several else meaning(candidate, sizes)
    target = declared.target or found or "real"
    prediction = declared.prediction or SCORES.get(target, "real")
    axes = ("n", "k") if several else ("n",)
    score, label = candidate.inputs[:2]
    known = {"prediction.domain": "probed", "prediction.axes": "probed", "target.axes": "probed"}
    known["target.domain"] = "assumed" if found is None else "probed"
    return Contract(
        arguments=(
            Argument(score.name, "prediction", axes, prediction),
            Argument(label.name, "target", ("n",), target),
        ),
        kind="objective",
        output=axes,
        reduction="none",
        structure="rows" if _alone(candidate, several, sizes) else "batch",
        like=declared.like,
        value=declared.value or _like(candidate, declared.like),
        sizes=sizes,
        known=known | dict.fromkeys(declared.stated(), "declared"),
    )


def _like(candidate: Candidate, name: str | None) -> Any:
    """Return the loss of ours of that name, with the settings that the objective has too."""
    if name is None:
        return None
    kind = find(name)
    own = {each.name for each in fields(kind)}
    return kind(**{n: value for n, value in candidate.settings.items() if n in own})


def meaning(candidate: Candidate, sizes: dict[str, int]) -> str | None:
    """Return the domain of the labels, as the turns of the gradient tell it."""
    at = {label: course(candidate, label, sizes) for label in (-2.0, -1.0, 0.0, 0.5, 1.0, 3.0)}
    turns = {label for label, each in at.items() if each.pattern in ("up", "down")}
    ends = {at[0.0].pattern, at[1.0].pattern}
    if ends == {"plus", "minus"}:
        return "degree"
    if at[0.0].pattern == "zero" and {at[-1.0].pattern, at[1.0].pattern} <= {"plus", "minus"}:
        return "side"
    if {at[-1.0].pattern, at[1.0].pattern} == {"plus", "minus"} and not turns:
        return "side"
    if {-2.0, 0.5, 3.0} <= turns and at[-2.0].root < at[3.0].root:
        return "real"
    if {0.5, 3.0} <= turns:
        return "positive" if at[0.0].pattern == "broken" else "nonnegative"
    return None


def _form(candidate: Candidate, declared: Declared) -> Form:
    """Find whether a row has one score or several, and the sizes that are insisted on."""
    words = f"{candidate.name} {candidate.doc}"
    wanted = len((declared.shapes or "").split(",")[0].split())
    orders = {1: (False,), 2: (True,)}
    likely = (True, False) if SEVERAL.search(words) else (False, True)
    for several in orders.get(wanted, likely):
        for sizes in _sizes(candidate, several):
            if _takes(candidate, several, sizes):
                return several, {axis: size for axis, size in sizes.items() if FREE[axis] != size}
    return bool(wanted == 2), {}


def _sizes(candidate: Candidate, several: bool) -> Iterator[dict[str, int]]:
    """Yield sizes to try: small ones first, then those that stand in the objective's code."""
    numbers = sorted(set(_numbers(candidate)))
    for rows in (7, *(each for each in numbers if each > 7)):
        if not several:
            yield {"n": rows}
        for classes in (4, 3, *(each for each in numbers if 1 < each < 40)) if several else ():
            yield {"n": rows, "k": classes}


def _numbers(candidate: Candidate) -> Iterator[int]:
    function = getattr(candidate.given, "__func__", candidate.given)
    code = getattr(function, "__code__", None)
    held = dict(candidate.settings)
    for cell, name in zip(
        getattr(function, "__closure__", None) or (), code.co_freevars if code else (), strict=True
    ):
        held[name] = cell.cell_contents
    reached = getattr(function, "__globals__", {})
    held |= {name: reached.get(name) for name in (code.co_names if code else ())}
    held |= {str(at): each for at, each in enumerate(code.co_consts if code else ())}
    for each in held.values():
        if isinstance(each, int) and not isinstance(each, bool) and 1 < each <= 1000:
            yield each


def _takes(candidate: Candidate, several: bool, sizes: dict[str, int]) -> bool:
    rng = np.random.default_rng(0)
    rows, classes = sizes["n"], sizes.get("k", 0)
    scores = rng.normal(size=(rows, classes) if several else rows)
    labels = np.arange(rows) % (classes if several else 2)
    try:
        gradient, _ = slopes(candidate, scores, labels, {**FREE, **sizes})
    except CandidateError:
        return False
    return gradient.shape == scores.shape


def _alone(candidate: Candidate, several: bool, sizes: dict[str, int]) -> bool:
    """Say whether a row's gradient hangs on this row alone, up to a common factor."""
    rng = np.random.default_rng(1)
    rows, classes = ({**FREE, **sizes}[axis] for axis in "nk")
    scores = rng.normal(size=(rows, classes) if several else rows)
    moved = scores.copy()
    moved[0] += 0.7 * (np.arange(classes) if several else 1.0)
    size = {**sizes, "n": rows}
    for labels in (np.arange(rows) % (classes if several else 2), 1.0 + np.arange(rows)[::-1]):
        try:
            before, after = (slopes(candidate, each, labels, size)[0] for each in (scores, moved))
        except CandidateError:
            continue
        if not np.allclose(before[1:], after[1:], rtol=1e-9, atol=1e-12, equal_nan=True):
            return False
    return True
