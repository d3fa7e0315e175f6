"""What the text says of one argument: how many axes it has."""

import re

from lossary.verifier.probing.text import Text
from lossary.verifier.probing.words import Word

UNPACKED = 6.0
WRITTEN = 4.0
USED = (
    (4, 4.0, r"ARRAY\.(shape|size)[(\[]3|ARRAY[^\n]*\(2, 3\)"),
    (2, 2.0, r"ARRAY\[:, (\d|:\d|[a-z])"),
    (2, 2.0, r"\((ARRAY - \w+|\w+ - ARRAY)\)[^\n]*\.(sum|mean)\((dim=|axis=)?(-1|1)\)"),
    (1, 2.0, r"ARRAY(\.\w+\([^()]*\))?\[:, (None|\w+\.newaxis)\]"),
    (4, 1.0, r"ARRAY\[:, :, "),
    (1, 1.0, r"ARRAY\.(ndim|dim\(\)) == 1"),
    (2, 1.0, r"ARRAY\.(ndim|dim\(\)) == 2"),
    (3, 1.0, r"ARRAY\.(ndim|dim\(\)) == 3"),
    (4, 1.0, r"ARRAY\.(ndim|dim\(\)) == 4"),
)
"""What code does to an array, here called ARRAY, and of how many axes that speaks."""
UNPACKING = r"([\w*]+(?:, [\w*]+)+) = ARRAY\.(?:shape|size\(\))$"
SHAPE = r"[(\[]\s*(?:shape:? )?(\w{1,12}(?:\s*[,x×]\s*[\w*]{1,12}){0,4},?)\s*[)\]]"
ROWS = ("n", "b", "m", "bs", "bsz", "batch", "batch_size", "num_samples", "n_samples")


def ranks_of(text: Text, word: Word) -> dict[int, float]:
    """Weigh how many axes an argument may have."""
    found: dict[int, float] = {}
    for rank, weight in [*_used(text, word), *_written(text, word)]:
        found[rank] = found.get(rank, 0.0) + weight
    return found


def _used(text: Text, word: Word) -> list[tuple[int, float]]:
    found = []
    for code in text.codes_for(word.name):
        several = re.findall(UNPACKING, code, re.MULTILINE)
        found += [(axes.count(",") + 1, UNPACKED) for axes in several if "*" not in axes]
        found += [(rank, weight) for rank, weight, used in USED if re.search(used, code)]
    return found


def _written(text: Text, word: Word) -> list[tuple[int, float]]:
    """Read shapes in the docstring; what is called a mask has pixels."""
    masked = word.role == "target" and "mask" in word.name.lower()
    found = [(3, 1.5), (4, 1.5)] if masked else []
    beside = re.search(rf"(?<!\w){re.escape(word.name.lower())}[`*]*\s*[:=]?\s*({SHAPE})", text.doc)
    said = beside.group(1) if beside else text.lines(word.name)
    for shape in re.findall(SHAPE, said):
        names = [each for each in re.split(r"\s*[,x×]\s*", shape) if each]
        if "*" not in shape and names and names[0] in ROWS:
            found.append((len(names), WRITTEN))
    return found
