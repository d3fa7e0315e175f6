"""A label that docstring or comments call ignored, unlabelled or padding, and that counts."""

import re
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches import hints
from lossary.verifier.probing.text import Text

WORDS = (
    r"(unlabel\w*|un-?annotated|ignor\w*|padd\w*|pad|missing|void|invalid|"
    r"not (?:labell?ed|annotated|observed)|without (?:a |an )?(?:label|annotation|target)|"
    r"don'?t[- ]care|skipped|do(?:es)? not count|"
    r"left out|excluded)\b"
)
LEFT = r"(?<![\w.\[{-])(-1|-100|-999|-9999|255)(?!\.?\d|\w|\s*(?:,|to|or|and|\.\.)\s*[+-]?\d)"
NEAR = r"[^\d\n;]{0,45}?"
MARKED = re.compile(rf"{LEFT}{NEAR}\b{WORDS}|\b{WORDS}{NEAR}{LEFT}")
PADDED = re.compile(
    r"\b(?:token|index|label|id|class)s? 0 (?:is|=|means|marks|for|as) (?:the |a )?pad"
    r"|\b0 (?:is|=|means|marks|for|as) (?:the |a )?pad(?:ding)?\b"
    r"|\bpad(?:ding)? (?:token|index|label|id|class)?\s?(?:is|=|:|of|has)?\s?(?:the )?"
    r"(?:token|index|label|id)?\s?0(?!\.?\d)"
)
ELSEWHERE = re.compile(
    r"mask|weight|\bdim\b|\baxis\b|reduc|before|beforehand|caller|filter|remove|must|not ignor|"
    r"never ignor|shape|\bprobs?\b|\bstride|kernel|conv"
)
"""What tells that a number stands for something else, or that others take the entries out."""
OF_TARGETS = re.compile(r"label|target|class|annotat|token|\bids?\b|pixel|\by\b|\brows?\b")
TAUGHT = re.compile(r"unlabel|unannotat|un-annotat|not labell?ed|not annotated|without")
"""Rows without a label may be learnt from all the same."""


def documented(subject: Any) -> float | None:
    """Return a target that is said to leave an entry out, and seems not to, where there is one."""
    target = subject.contract.target
    if target is None or subject.contract.kind != "loss":
        return None
    for sentence in _sentences(subject):
        label = _said(sentence)
        if label is not None and _wrong(subject, sentence, label):
            return label
    return None


def _sentences(subject: Any) -> list[str]:
    written = f"{hints.doc(subject)}\n{Text(subject.candidate).remarks}"
    return [each for each in re.split(r"\n|;|\.\s", written) if not ELSEWHERE.search(each)]


def _said(sentence: str) -> float | None:
    found = MARKED.search(sentence)
    if found is not None:
        return float(next(each for each in found.groups() if each and each.lstrip("-").isdigit()))
    return 0.0 if PADDED.search(sentence) else None


def _wrong(subject: Any, sentence: str, label: float) -> bool:
    """Say whether such a target counts like any other, or raises."""
    if subject.contract.target.domain != "labels":
        return label != 0.0 and not TAUGHT.search(sentence)
    if label == 0.0:
        return True  # a class like the others: only changing the entries tells
    return _as_a_class(subject, label, bool(OF_TARGETS.search(sentence)))


def _as_a_class(subject: Any, label: float, raising: bool) -> bool:
    """Say whether the label is taken for one of the classes, as -1 is for the last."""
    batch, name = subject.typical, subject.contract.target.name
    first = (0,) * batch[name].ndim
    try:
        here = subject.number(batch.changed(name, first, label))
    except CandidateError:
        return raising
    classes = range(int(batch[name].max()) + 2)
    for each in classes:
        try:
            there = subject.number(batch.changed(name, first, each))
        except CandidateError:
            continue
        if np.isclose(here, there, rtol=1e-9, atol=0):
            return bool(np.isfinite(here))
    return False
