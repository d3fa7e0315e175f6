"""The sizes that a loss insists on: as many classes as it was made for."""

import re

from lossary.adapters.foreign.candidate import Candidate

CLASSES = (
    r"(num|n|nb|no|number_of)?_?(class|cls|label|categor)\w*|nclass(es)?|vocab_size|out_features"
)
FEATURES = r"(feat|feature|embed|embedding|emb|in|hidden|z)_?(dim|size|features|dims)|dim|d_model"


def insisted(candidate: Candidate) -> dict[str, int]:
    """Read sizes from settings and from the arrays that the loss keeps."""
    found: dict[str, int] = {}
    for name, value in candidate.settings.items():
        if isinstance(value, int) and not isinstance(value, bool) and 1 < value <= 512:
            if re.fullmatch(CLASSES, name):
                found["k"] = value
            elif re.fullmatch(FEATURES, name) and value > 2:
                found["d"] = value
    for name, each in _kept(candidate):
        if len(each) == 1 and each[0] > 1:
            found.setdefault("k", int(each[0]))
        elif len(each) == 2 and min(each) > 1 and re.search(r"center|proto|prox|weight|W\b", name):
            found.setdefault("k", int(each[0]))
            found.setdefault("d", int(each[1]))
    return found


def _kept(candidate: Candidate) -> list[tuple[str, tuple[int, ...]]]:
    try:
        return [(name, each.shape) for name, each in candidate.state().items()]
    except (AttributeError, TypeError, RuntimeError, ValueError):
        return []
