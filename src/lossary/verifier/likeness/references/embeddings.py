"""Losses of embeddings: cosine, triplet, contrastive pairs, InfoNCE and its symmetric kin."""

import numpy as np

from lossary.verifier.likeness.family import Parameter, Slot, family
from lossary.verifier.likeness.references.multiclass import log_softmax

COSINE = family(
    "Cosine",
    names=("cosine", "cosine distance", "negative cosine similarity",
           "neg cosine", "cosine embedding"),
    source="1 - <a, b> / (|a| |b|)",
    domains=("real real",),
)  # fmt: skip


def unit(a):
    return a / np.sqrt((a * a).sum(-1, keepdims=True))


@COSINE.convention("Cosine: 1 - cosine")
def cosine(p, t):
    return 1 - (unit(p) * unit(t)).sum(-1)


@COSINE.convention("the square of 1 - cosine")
def cosine_squared(p, t):
    return cosine(p, t) ** 2


@COSINE.mistake("only the prediction has unit length", "divide the product by both lengths")
def one_length(p, t):
    return 1 - (unit(p) * t).sum(-1)


@COSINE.mistake("the product is not divided by the lengths", "divide the product by both lengths")
def unscaled(p, t):
    return 1 - (p * t).sum(-1)


TRIPLET = family(
    "TripletMargin",
    names=("triplet", "triplet margin", "facenet", "triplet distance", "triplet hinge"),
    source="lossary.TripletMargin",
    slots=(Slot("anchor", ("anchor", "query")), Slot("positive", ("pos", "near")),
           Slot("negative", ("neg", "far"))),
    domains=("real real real",),
    margin=Parameter(("m", "alpha", "delta"), (1.0, 0.2, 0.3, 0.5)),
)  # fmt: skip
DISTANCES = {
    "Euclidean": lambda a, b: np.sqrt(((a - b) ** 2).sum(-1)),
    "squared": lambda a, b: ((a - b) ** 2).sum(-1),
    "mean squared": lambda a, b: ((a - b) ** 2).mean(-1),
    "cosine": lambda a, b: cosine(a, b),
    "absolute": lambda a, b: np.abs(a - b).sum(-1),
    "Euclidean, at unit length": lambda a, b: np.sqrt(((unit(a) - unit(b)) ** 2).sum(-1)),
    "squared, at unit length": lambda a, b: ((unit(a) - unit(b)) ** 2).sum(-1),
}
NEARER = "write max(0, d(anchor, positive) - d(anchor, negative) + margin)"


def triplet(words, apart):
    """Note what holds, and what goes wrong, for one distance."""

    @TRIPLET.convention(f"TripletMargin, {words} distance")
    def plain(a, p, n, margin):
        return np.maximum(apart(a, p) - apart(a, n) + margin, 0)

    @TRIPLET.convention(f"TripletMargin, {words} distance, mean over the active rows")
    def active(a, p, n, margin):
        found = plain(a, p, n, margin)
        return found.sum() / max((found > 0).sum(), 1)

    @TRIPLET.convention(f"TripletMargin, {words} distance, the swapped negative")
    def swapped(a, p, n, margin):
        far = np.minimum(apart(a, n), apart(p, n))
        return np.maximum(apart(a, p) - far + margin, 0)

    def wrong(cause, formula):
        @TRIPLET.mistake(f"{cause} ({words} distance)", NEARER)
        def mistaken(a, p, n, margin):
            return formula(apart(a, p), apart(a, n), margin)

    wrong("positive and negative are exchanged: it pushes the positive away",
          lambda near, far, m: np.maximum(far - near + m, 0))  # fmt: skip
    wrong("the margin is subtracted: it ends before the positive is nearer",
          lambda near, far, m: np.maximum(near - far - m, 0))  # fmt: skip
    wrong("max(0, ...) is missing: the negative is pushed away without end",
          lambda near, far, m: near - far + m)  # fmt: skip
    wrong("the margin is missing: equal distances cost nothing, so all rows may become one point",
          lambda near, far, m: np.maximum(near - far, 0))  # fmt: skip
    wrong("the distances are added", lambda near, far, m: np.maximum(near + far + m, 0))
    wrong("min stands for max", lambda near, far, m: np.minimum(near - far + m, 0))


for words, apart in DISTANCES.items():
    triplet(words, apart)


@TRIPLET.mistake("the distance adds signed differences: abs is missing", NEARER)
def signed(a, p, n, margin):
    return np.maximum((a - p).sum(-1) - (a - n).sum(-1) + margin, 0)


PAIRS = family(
    "Contrastive",
    names=("contrastive", "contrastive pairs", "siamese", "siamese contrastive",
           "pairwise contrastive", "hadsell", "contrastive margin"),
    source="Hadsell et al. 2006, Dimensionality reduction by learning an invariant mapping",
    slots=(Slot("first", ("1", "first", "left")), Slot("second", ("2", "second", "right")),
           Slot("same", ("label", "y", "target", "same"))),
    domains=("small small degree",),
    margin=Parameter(("m",), (1.0, 2.0, 0.5)),
)  # fmt: skip


@PAIRS.convention("Contrastive: d² where the label is 1, max(0, margin - d)² where it is 0")
def similar(a, b, y, margin):
    d = DISTANCES["Euclidean"](a, b)
    return y * d**2 + (1 - y) * np.maximum(margin - d, 0) ** 2


@PAIRS.convention("Contrastive of squared distances: d² and max(0, margin - d²)")
def similar_squares(a, b, y, margin):
    d = DISTANCES["squared"](a, b)
    return y * d + (1 - y) * np.maximum(margin - d, 0)


@PAIRS.convention("Contrastive of squared distances, the label 1 for different pairs")
def dissimilar_squares(a, b, y, margin):
    return similar_squares(a, b, 1 - y, margin)


@PAIRS.convention("Contrastive: d² where the label is 0, max(0, margin - d)² where it is 1")
def dissimilar(a, b, y, margin):
    return similar(a, b, 1 - y, margin)


def pairs(cause, mend, formula):
    """Note a mistake, for either meaning of the label."""
    for turn in (lambda y: y, lambda y: 1 - y):
        PAIRS.mistake(cause, mend)(
            lambda a, b, y, margin, turn=turn: formula(
                DISTANCES["Euclidean"](a, b), turn(y), margin
            )
        )


pairs("different pairs are pulled together beyond the margin: max(0, ...) is missing",
      "write max(0, margin - d) ** 2",
      lambda d, y, m: y * d**2 + (1 - y) * (m - d) ** 2)  # fmt: skip
pairs("d - margin stands for margin - d: far pairs are pulled, near ones are not pushed",
      "write max(0, margin - d) ** 2",
      lambda d, y, m: y * d**2 + (1 - y) * np.maximum(d - m, 0) ** 2)  # fmt: skip
pairs("the margin is held against the squared distance, and squared once more",
      "write max(0, margin - d) ** 2",
      lambda d, y, m: y * d**2 + (1 - y) * np.maximum(m - d**2, 0) ** 2)  # fmt: skip
pairs("the term of the different pairs is taken off: they are pulled together",
      "add max(0, margin - d) ** 2 for the different pairs",
      lambda d, y, m: y * d**2 - (1 - y) * np.maximum(m - d, 0) ** 2)  # fmt: skip
pairs("the distance is added to the margin: different pairs are pulled together",
      "write max(0, margin - d) ** 2",
      lambda d, y, m: y * d**2 + (1 - y) * np.maximum(m + d, 0) ** 2)  # fmt: skip
pairs("the margin's term is not squared, and the other is",
      "write max(0, margin - d) ** 2",
      lambda d, y, m: y * d**2 + (1 - y) * np.maximum(m - d, 0))  # fmt: skip
pairs("the term of the different pairs is missing: all rows become one point",
      "add max(0, margin - d) ** 2 for the different pairs",
      lambda d, y, m: y * d**2)  # fmt: skip

NCE = family(
    "InfoNCE",
    names=("info nce", "infonce", "contrastive", "nt xent", "ntxent", "clip", "in batch softmax",
           "multiple negatives ranking", "simclr", "clip contrastive", "n pairs", "npairs",
           "nt xent one sided", "multiplenegativesranking"),
    source="lossary.InfoNCE; Oord et al. 2018; Chen et al. 2020 (NT-Xent); Radford et al. 2021",
    domains=("real real", "unit unit"),
    temperature=Parameter(("tau", "t", "temp"), (0.07, 0.1, 0.05, 0.5, 1.0, 0.2)),
    scale=Parameter(("logit_scale", "inv_temperature"), (None,)),
)  # fmt: skip


def diagonal(scores):
    return -np.diagonal(log_softmax(scores))


def heat(temperature, scale):
    return temperature if scale is None else 1 / scale


def xent(scores):
    """Leave each row's comparison with itself out; its partner stands half the batch away."""
    rows = len(scores)
    scores = np.where(np.eye(rows, dtype=bool), -np.inf, scores)
    places = np.arange(rows)
    shifted = scores - scores.max(-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return -logs[places, (places + rows // 2) % rows]


def nce(words, ready):
    """Note what holds, and what goes wrong, for rows as they are or at unit length."""

    @NCE.convention(f"InfoNCE, {words}")
    def one_sided(a, b, temperature, scale):
        return diagonal(ready(a) @ ready(b).T / heat(temperature, scale))

    @NCE.convention(f"InfoNCE from the second to the first, {words}")
    def back(a, b, temperature, scale):
        return one_sided(b, a, temperature, scale)

    @NCE.convention(f"InfoNCE in both directions, {words}")
    def symmetric(a, b, temperature, scale):
        return (back(a, b, temperature, scale) + one_sided(a, b, temperature, scale)) / 2

    @NCE.convention(f"NT-Xent, {words}")
    def nt_xent(a, b, temperature, scale):
        rows = np.concatenate([ready(a), ready(b)])
        return xent(rows @ rows.T / heat(temperature, scale))

    @NCE.convention(f"InfoNCE without the positive below the line (DCL), {words}")
    def decoupled(a, b, temperature, scale):
        scores = ready(a) @ ready(b).T / heat(temperature, scale)
        rest = np.exp(np.where(np.eye(len(a), dtype=bool), -np.inf, scores)).sum(-1)
        return np.log(rest) - np.diagonal(scores)

    def wrong(cause, mend, formula):
        @NCE.mistake(f"{cause} ({words})", mend)
        def mistaken(a, b, temperature, scale):
            return formula(ready(a), ready(b), heat(temperature, scale))

    wrong("the temperature multiplies the similarities, not divides them",
          "divide the similarities by the temperature",
          lambda a, b, tau: diagonal(a @ b.T * tau) if tau != 1 else np.full(len(a), np.nan)
          )  # fmt: skip
    wrong("the temperature has no effect", "divide the similarities by the temperature",
          lambda a, b, tau: diagonal(a @ b.T) if tau != 1 else np.full(len(a), np.nan)
          )  # fmt: skip
    wrong("NT-Xent compares each row with itself below the line", "leave the diagonal out",
          lambda a, b, tau: _with_itself(np.concatenate([a, b]), tau))  # fmt: skip
    wrong("the softmax is taken of the similarities with the first rows themselves",
          "compare the first rows with the second ones",
          lambda a, b, tau: diagonal(a @ a.T / tau))  # fmt: skip
    wrong("every row's positive is taken to be the first", "take the positives on the diagonal",
          lambda a, b, tau: -log_softmax(a @ b.T / tau)[:, 0])  # fmt: skip
    wrong("the logarithm is missing", "take -log of the positive's share",
          lambda a, b, tau: -np.exp(-diagonal(a @ b.T / tau)))  # fmt: skip


def _with_itself(rows, tau):
    places = np.arange(len(rows))
    return -log_softmax(rows @ rows.T / tau)[places, (places + len(rows) // 2) % len(rows)]


nce("rows as they are", lambda a: a)
nce("rows at unit length", unit)
