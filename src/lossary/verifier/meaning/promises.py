"""Which arguments does an author say get no gradient, in the docstring or in a comment?"""

import re
from collections.abc import Iterator
from typing import Any

from lossary.verifier.numerics.wording import source_of

STOPPED = re.compile(
    r"\b(gets?|receives?|has|have|carr(y|ies)|needs?|takes?) no gradients?\b"
    r"|\bno gradients? (is |are )?(flow|go|pass|propagat|reach|through|into|to|for|on|in|back)"
    r"|\bstop(s|ped|ping)?[ _-]?(the )?grad(ient)?s?\b"
    r"|\bgradients? (is|are) (stopped|blocked|cut)\b|\bnot (trained|differentiated) through\b"
    r"|\bgradients? (does|do) not (flow|pass|go|propagate)"
)
"""Words that promise that no gradient flows into what stands beside them."""
FIXED = re.compile(
    r"(?<!not )(?<!never )\b(detached|frozen|held fixed"
    r"|(ema|momentum|moving[ -]average) (target|teacher|network|encoder|branch|model|copy))\b"
)
"""Words that say so of the one thing that they stand beside."""
ASKED = re.compile(
    r"caller|should|must|expect|before|already|assum|\bpass|\bneeds?\b|outside|optional|\bif\b"
)
"""Words that leave it to whoever calls the loss."""
NEAR, BESIDE = 40, 10
"""So many characters lie at most between such words and the argument's name."""


def promised(subject: Any, names: list[str]) -> set[str]:
    """Return those of the arguments that a sentence says get no gradient."""
    found = {_nearest(sentence, names) for sentence in _sentences(subject)}
    return {each for each in found if each is not None}


def _sentences(subject: Any) -> Iterator[str]:
    """Yield the sentences of the docstring, and the comments of the source."""
    candidate = subject.candidate
    comments = re.findall(r"#+ *(.*)", source_of(candidate))
    lines = re.sub(r"\n(?!\s*(\w+ ?(\([^)]*\))? ?:|\n))", " ", candidate.doc)
    for text in (lines, *comments):
        yield from re.split(r"[.;!?]\s|\n", text.lower())


def _nearest(sentence: str, names: list[str]) -> str | None:
    """Return the argument that stands nearest to the promise in a sentence, if there is one."""
    if ASKED.search(sentence):
        return None
    strong, weak = STOPPED.search(sentence), FIXED.search(sentence)
    said, room = (strong, NEAR) if strong else (weak, BESIDE)
    if said is None:
        return None
    for name in names:
        if re.match(rf"\W*{re.escape(name.lower())}\b ?(\([^)]*\))? ?:", sentence):
            return name  # the line that describes it
    places = [
        (max(said.start() - each.end(), each.start() - said.end()), name)
        for name in names
        for each in re.finditer(rf"\b{re.escape(name.lower())}\b", sentence)
    ]
    distance, name = min(places, default=(room, ""))
    return name if distance < room else None
