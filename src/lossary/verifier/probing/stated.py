"""Reads the shapes that a docstring or a comment states: "pred, target: (B, T, D)"."""

import re
from collections.abc import Iterator
from functools import lru_cache

Letters = tuple[str, ...]
BATCH = ("n", "b", "m", "bs", "bsz", "batch", "batch_size", "batchsize", "num_samples", "n_samples",
         "samples", "rows")  # fmt: skip
"""How the axis of rows is called."""
TOKEN = r"\w{1,14}"
SHAPE = re.compile(rf"[(\[]\s*(?:shape:? )?({TOKEN}(?:\s*[,x×]\s*{TOKEN}){{0,4}},?)\s*[)\]]")
AGAIN = re.compile(r"\s*,?\s*(or|/|\|)\s*")
"""What stands between two shapes of the same array."""
GAPS = (
    r"[`*]*\s*(\([^()]*\)|\[[^\[\]]*\])?\s*[:=\-–]*\s*",
    r"[`*]*\s*(\([^()]*\)|\[[^\[\]]*\])?\s*[:=\-–]\s*[^()\[\]]{0,60}",
    r"[`*]*( [^\s():;]+){0,6}\s*",
)
"""What may stand between a name and its shape, the plainest first."""
CASE = re.compile(r"\b(for|if|when|with|as|e\.g\.|example) (an?|the)?\s*$")
"""Words before a name that make its shape an example."""


@lru_cache(maxsize=64)
def stated(words: str, names: tuple[str, ...]) -> dict[str, tuple[Letters, ...]]:
    """Return the shapes that are stated of each argument; of some there are several."""
    found: dict[str, list[Letters]] = {}
    small = {name.lower(): name for name in names}
    before: list[str] = []
    for clause, shape in _clauses(words, tuple(small)):
        again = AGAIN.fullmatch(clause)
        before = before if again else _named(clause, tuple(small))
        for name in before:
            if again or small[name] not in found:
                found.setdefault(small[name], []).append(shape)
    return {name: tuple(shapes) for name, shapes in found.items()}


def _clauses(words: str, names: tuple[str, ...]) -> Iterator[tuple[str, Letters]]:
    """Yield each shape with the words before it, back to the last shape or end of a sentence."""
    start = 0
    for match in SHAPE.finditer(words):
        letters = tuple(re.split(r"\s*[,x×]\s*", match.group(1).strip(" ,")))
        if _of_rows(letters):
            ends = [m.end() for m in _ends(names).finditer(words, start, match.start())]
            yield words[max([start, *ends]) : match.start()], letters
            start = match.end()


@lru_cache(maxsize=64)
def _ends(names: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, names)) or r"\b\B"
    return re.compile(rf";|\.\s|\n(?=\s*[-*:`#]*\s*(?:param )?(?:{either})\b)")


def _of_rows(letters: Letters) -> bool:
    """Say whether these are axes, and not an interval or a pair of settings."""
    return any(each in BATCH for each in letters[:2])


def _named(clause: str, names: tuple[str, ...]) -> list[str]:
    """Return the names of a clause whose shape follows it: one, or a list of several."""
    either = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    one = rf"[`*]*(?<![\w.])(?:{either})(?!\w)[`*]*"
    several = re.compile(rf"{one}(?:\s*(?:,\s*and|,|/|&|and)\s*{one})*")
    found = list(several.finditer(clause)) if names else []
    for gap in GAPS:
        for match in found:
            example = gap is GAPS[-1] and CASE.search(clause[: match.start()])
            if not example and re.fullmatch(gap, clause[match.end() :], re.DOTALL):
                return re.findall(rf"(?<![\w.])(?:{either})(?!\w)", match.group())
    every = re.search(r"\b(both|all|each|inputs|arguments|tensors|arrays)\b[^.;()]*$", clause)
    return list(names) if every and not found else []
