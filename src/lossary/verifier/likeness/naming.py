"""From the name of a loss to the family that it names."""

import re
from dataclasses import dataclass
from typing import Any

from lossary.verifier.likeness.family import Family, families, plainly

NEUTRAL = frozenset(
    re.findall(
        r"\w+",
        """
    loss losses fn func function criterion objective cost my our the a an of with from on
    for by logits logit custom compute computed calc calculate get torch pytorch jax jnp tf
    tensorflow keras np numpy simple stable stably naive safe plain basic vanilla standard
    numerically buggy bug broken bad good wrong correct correctly clean fixed right ok okay
    twin ref reference batch batched per sample own new old original impl implementation
    module hand handwritten written manual fast efficient vectorized vectorised test check
    candidate mean reduced sum none in as to and mask weight 1d 2d 3d probs prob
    probabilities labels label targets target float f forward v1 v2 v3 layer class eager
    core
    """,
    )
)
"""Words in a name that do not change which loss it is."""
GUARDED = frozenset(
    re.findall(
        r"\w+",
        """
    masked weighted ignore ignoring class balanced sigmoid softmax soft
    """,
    )
)
"""Words that may: with them, only a mistake that is known by sight counts."""


OTHERS = frozenset(
    re.findall(
        r"\w+",
        """
    dice bce ce iou mse mae l1 l2 kl ssim focal tversky gan score coef coefficient metric
    accuracy similarity index reward log_likelihood likelihood annealing ratio matrix
    gradient objective quantile huber regularizer regulariser penalty generator
    discriminator
    """,
    )
)
"""Words behind a family's name that make something else of it."""
CLEAR, LEADING, GUARDED_ONLY = 2, 1, 0


@dataclass(frozen=True)
class Named:
    """The families that a name tells, and how surely: only CLEAR leaves no doubt.

    LEADING names begin with a family and go on with words that nobody knows.
    """

    families: tuple[Family, ...]
    level: int

    @property
    def clear(self) -> bool:
        return self.level == CLEAR


def words_of(name: str) -> list[str]:
    """Take a name apart: at underscores, at capitals, and before a number that ends it."""
    parts = re.findall(r"[A-Z]+\d*(?=[A-Z][a-z]|\b|_)|[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+[a-z]*", name)
    return [part.lower() for part in parts]


def named(candidate: Any) -> Named | None:
    """Return the family that the name tells, or what is written of it, or the name of its file."""
    if any("fake" in each.name for each in candidate.inputs):
        return None  # a loss of two networks that play against each other has names of its own
    found = _told(words_of(candidate.name))
    if found is not None and _hides(candidate):
        return Named(found.families, GUARDED_ONLY)
    if found is not None or _other(candidate.name):
        return found
    first = (candidate.doc or "").strip().split("\n")[0]
    file = (candidate.origin or "").partition(":")[0].rpartition("/")[2].removesuffix(".py")
    told = (_told(words_of(each)) for each in (first, file) if each)
    return next((Named(each.families, min(each.level, LEADING)) for each in told if each), None)


def _hides(candidate: Any) -> bool:
    """Say whether MAE may be a masked autoencoder, and not a mean absolute error."""
    masked = any("mask" in each.name for each in candidate.inputs)
    return masked and "mae" in words_of(candidate.name)


def _other(name: str) -> bool:
    """Say whether a name tells of something that no family here knows, and not just `loss_fn`."""
    return any(word not in NEUTRAL and not word.isdigit() for word in words_of(name))


def _told(words: list[str]) -> Named | None:
    shelf = _shelf()
    plain = [word for word in words if word != "loss" and not word.isdigit()]
    bare = [word for word in plain if word not in NEUTRAL]
    most = [word for word in bare if word not in GUARDED]
    for kept, level in ((plain, CLEAR), (bare, CLEAR), (most, GUARDED_ONLY)):
        found = shelf.get("".join(kept))
        if found is not None:
            return Named(found, level)
    return _leading(bare, shelf) or _leading(plain, shelf)


def _leading(words: list[str], shelf: dict[str, tuple[Family, ...]]) -> Named | None:
    for size in range(len(words) - 1, 0, -1):
        found = shelf.get("".join(words[:size]))
        if found is not None and not any(word in OTHERS for word in words[size:]):
            return Named(found, LEADING)
    return None


def _shelf() -> dict[str, tuple[Family, ...]]:
    shelf: dict[str, tuple[Family, ...]] = {}
    for each in families():
        for name in (each.name, *each.names):
            word = plainly(name).removesuffix("loss")
            shelf[word] = tuple(dict.fromkeys((*shelf.get(word, ()), each)))
    return shelf
