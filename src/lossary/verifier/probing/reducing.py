"""What becomes of the rows of a batch: a mean, a sum, one number each, or none of these."""

import re
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array
from lossary.verifier.contract import Contract
from lossary.verifier.probing.text import Text
from lossary.verifier.subject import Subject

SETTINGS = ("reduction", "reduce", "average", "agg", "aggregation", "reduction_method")
WORDS = {
    "mean": ("mean", "sum_over_batch_size", "batchmean", "average", "elementwise_mean", "avg"),
    "sum": ("sum", "add"),
    "none": ("none", None),
}
MEANS = r"\bmean\b|\bmse\b|\bmae\b|\brmse\b|\baverage[ds]?\b"
TOGETHER = (
    r"contrast|info ?nce|nt ?xent|sup ?con|dice|tversky|jaccard|\biou loss|lovasz|\bcox\b|"
    r"partial likelihood|concordance|correlat|pearson|\bccc\b|\bmmd\b|coral|auc|listnet|"
    r"listmle|barlow|vic ?reg|sim ?clr|\bclip\b|sig ?lip|sinkhorn|in batch|r2|"
    "coefficient of determination"
)
OFFERED = {
    "torch": ("mean", "sum", "none"),
    "keras": ("sum_over_batch_size", "mean", "sum", "none"),
}
CLOSE = 1e-6


def reduced(text: Text, contract: Contract, subject: Subject, value: Array) -> dict[str, Any]:
    """Return the facts of the contract that say how a batch becomes a number."""
    known: dict[str, str] = {}
    facts: dict[str, Any] = {"output": _axes(contract, value)}
    setting, word = _setting(text)
    asked = _spoken(word) if setting else None
    found = _by_numbers(subject, value)
    if setting:
        facts["reduction_setting"] = setting
        facts["reductions"] = _offered(text, word)
    if asked:
        facts["reduction"], known["reduction"] = asked, "named"
    elif value.ndim and value.size > 1:
        facts["reduction"], known["reduction"] = "none", "probed"
    elif re.search(MEANS, text.head) and found != "mean":
        facts["reduction"], known["reduction"] = "mean", "named"
    elif found is not None:
        facts["reduction"], known["reduction"] = found, "probed"
    else:
        facts["reduction"] = "other"
    facts["structure"], known["structure"] = _structure(text, subject, value, found)
    facts["per"], known["per"] = _per(subject, value, facts["reduction"])
    return {**facts, "known": known}


def _setting(text: Text) -> tuple[str | None, Any]:
    settings = text.candidate.settings
    for name in SETTINGS:
        if name in settings and (isinstance(settings[name], str) or name == "reduction"):
            return name, settings[name]
    return None, None


def _spoken(word: Any) -> str | None:
    plain = word.lower() if isinstance(word, str) else word
    return next((each for each, words in WORDS.items() if plain in words), None)


def _offered(text: Text, word: Any) -> tuple[str, ...]:
    """Return the words that may be asked for: those that stand in code or docs, or the usual."""
    written = text.code + text.doc
    usual = OFFERED.get(text.candidate.host.name, OFFERED["torch"])
    quoted = tuple(w for w in usual if re.search(rf"['\"`]{w}['\"`]", written))
    kept = quoted if len(quoted) > 1 else usual
    return kept if word in kept or not isinstance(word, str) else (word, *kept)


def _axes(contract: Contract, value: Array) -> tuple[str, ...]:
    """Name the axes of what comes out by those of what goes in."""
    axes = contract.prediction.axes
    sizes = value.shape
    for length in range(len(axes), -1, -1):
        if length == len(sizes):
            if length == len(axes):
                return axes
            target = contract.target
            if target is not None and len(target.axes) == length:
                return target.axes
            return axes[:length]
    return ()


def _by_numbers(subject: Subject, value: Array) -> str | None:
    """Say mean or sum where a batch that comes twice says so."""
    if value.size > 1 or not np.isfinite(value).all() or "n" in subject.contract.sizes:
        return None
    rows = np.arange(_rows(subject))
    if not len(rows):
        return None
    try:
        twice = subject.number(subject.rows(subject.typical, np.concatenate([rows, rows])))
    except CandidateError:
        return None
    once = float(np.sum(value))
    for word, expected in (("mean", once), ("sum", 2 * once)):
        if np.isclose(twice, expected, rtol=CLOSE, atol=1e-12):
            return word
    return None


def _rows(subject: Subject) -> int:
    axes = {a.name: a.axes for a in subject.contract.arguments}
    sizes = [len(subject.typical[name]) for name, each in axes.items() if each[:1] == ("n",)]
    return sizes[0] if sizes else 0


def _structure(text: Text, subject: Subject, value: Array, found: str | None) -> tuple[str, str]:
    if value.ndim and value.size == _rows(subject):
        return "rows", "probed"
    singles = _singles(subject)
    total = float(np.sum(value))
    if singles is not None and np.isfinite(total):
        whole = np.sum(singles) if found == "sum" or value.ndim else np.mean(singles)
        if np.isclose(whole, total, rtol=CLOSE, atol=1e-12):
            return "rows", "probed"
    if re.search(TOGETHER, text.head):
        return "batch", "named"
    return ("rows", "assumed") if found or singles is None else ("batch", "assumed")


def _singles(subject: Subject) -> list[float] | None:
    try:
        found = [
            subject.number(subject.rows(subject.typical, slice(row, row + 1)))
            for row in range(_rows(subject))
        ]
    except CandidateError:
        return None
    return found if found and np.isfinite(found).all() else None


def _per(subject: Subject, value: Array, reduction: str) -> tuple[str, str]:
    """Say whether a mean divides by entries or by rows, where the prediction has columns."""
    contract = subject.contract
    target, axes = contract.target, contract.prediction.axes
    if reduction != "mean" or value.ndim or len(axes) < 2 or target is None:
        return ("row" if len(axes) == 1 and reduction == "mean" else "unknown"), "assumed"
    if target.axes != axes or contract.sizes:
        return "row" if axes == ("n", "k") else "entry", "assumed"
    wide = subject.typical.each(lambda a: np.concatenate([a, a], axis=1) if a.ndim > 1 else a)
    try:
        twice = subject.number(wide)
    except CandidateError:
        return "unknown", "assumed"
    once = float(np.sum(value))
    for word, expected in (("entry", once), ("row", 2 * once)):
        if np.isclose(twice, expected, rtol=CLOSE, atol=1e-12):
            return word, "probed"
    return "unknown", "assumed"
