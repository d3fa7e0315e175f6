"""What the text says of one argument: which kinds of numbers it holds."""

import re

from lossary.verifier.probing.log_ratios import log_ratio
from lossary.verifier.probing.signs import (
    APPLIED,
    NAMED,
    NAMED_TARGETS,
    NEEDED,
    OF_CLASSES,
    SAID,
    SETTINGS,
)
from lossary.verifier.probing.switching import two_of
from lossary.verifier.probing.text import Text
from lossary.verifier.probing.words import Word

ASKED = 6.0
"""So much speaks for two answers where code asks for nothing else."""
COMPARED = 6.0
"""So much speaks for amounts above zero where code compares the logarithms of two arrays."""
CERTAIN = ("logits", "probs", "logprobs", "shares", "degree", "labels")


def kinds_of(text: Text, word: Word, role: str | None) -> dict[str, float]:
    """Weigh the kinds of numbers that an argument may hold."""
    found = dict(word.kinds)
    for kind, weight in _applied(text, word.name):
        found[kind] = found.get(kind, 0.0) + weight
    for kind, weight in _said(text, word).items():
        found[kind] = found.get(kind, 0.0) + weight
    asked = two_of(text, word.name) if role in ("target", None) else None
    if asked is not None:
        found[asked] = found.get(asked, 0.0) + ASKED
    for kind, weight, name in NAMED_TARGETS if role != "prediction" else ():
        if re.search(name, text.name):
            found[kind] = found.get(kind, 0.0) + weight
    told = {*word.kinds, *_said(text, word)}
    if not told & {*CERTAIN} and word.name in log_ratio(text):
        found["positive"] = found.get("positive", 0.0) + COMPARED
    if re.search(OF_CLASSES, text.name):
        found.pop("complement", None)
    if "shares" in found and text.code and not re.search(r"sum|axis|dim|softmax", text.code):
        found["degree"] = found.get("degree", 0.0) + found.pop("shares") + 1.0
    if "complement" in found or re.search(r"bce|binary|bernoulli", text.name):
        found.pop("shares", None)
    if role != "target":
        _of_loss(text, found)
    return found


def _said(text: Text, word: Word) -> dict[str, float]:
    """Return what the docstring says of the array."""
    lines = text.lines(word.name)
    return {kind: float(weight) for kind, weight, said in SAID if re.search(said, lines)}


def _applied(text: Text, name: str) -> list[tuple[str, float]]:
    """Return what the code does to the array; of rival kinds only the first in the code."""
    hits = []
    for code in text.codes_for(name):
        for kind, weight, pattern in APPLIED:
            hit = re.search(pattern, code)
            if hit:
                line = code.count("\n", 0, hit.start())
                hits.append(((line, hit.start()), kind, float(weight)))
    rivals = ("logit", "scores", "probs", "inlog", "logprobs", "lograte")
    first = min((each for each in hits if each[1] in rivals), default=((0, 0), "", 0.0))[1]
    close = ("probs", "inlog") if first in ("probs", "inlog") else (first,)
    kept = [each for each in hits if each[1] not in rivals or each[1] in close]
    return list({(kind, weight) for _, kind, weight in kept})


def _of_loss(text: Text, found: dict[str, float]) -> None:
    for kind, weight, name in NAMED:
        if re.search(name, text.name):
            found[kind] = found.get(kind, 0.0) + weight
    switched = any("sigmoid" in each for each in text.candidate.settings)
    for yes, no, name in SETTINGS:
        for setting, value in text.candidate.settings.items():
            if re.fullmatch(name, setting) and isinstance(value, bool):
                squashed = "softmax" in setting and "logit" in found and not switched
                kind = yes if value or squashed else no
                found[kind] = found.get(kind, 0.0) + 6.0


def unfitting(text: Text) -> dict[str, float]:
    """Weigh what speaks against domains: code that never does what their numbers need."""
    if not text.code:
        return {}
    return {
        domain: w for domain, w, needed in NEEDED if not re.search(needed, text.code, re.IGNORECASE)
    }
