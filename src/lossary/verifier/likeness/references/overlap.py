"""Losses of overlap: Dice, Jaccard, Tversky, and their focal kin."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lossary.verifier.likeness.family import Parameter, family
from lossary.verifier.likeness.references.multiclass import membership, softmax

SMOOTH = Parameter(("eps", "epsilon", "smoothing", "s"),
                   (0.0, 1.0, 1e-5, 1e-6, 1e-7), turns=False)  # fmt: skip
SOURCE = "lossary.Dice and lossary.Tversky"
INPUTS = ("probability degree", "logit degree", "k_scores classes", "k_simplex classes")
DICE = family(
    "Dice", source=SOURCE, domains=INPUTS, smooth=SMOOTH,
    names=("dice", "soft dice", "binary dice", "f1 region", "sorensen dice", "dice coefficient",
           "dice with logits", "diceloss", "vnet dice"),
)  # fmt: skip
JACCARD = family(
    "Jaccard", source="Jaccard 1901; Rahman and Wang 2016", domains=INPUTS, smooth=SMOOTH,
    names=("jaccard", "soft jaccard", "iou", "soft iou", "binary jaccard", "binary iou", "miou",
           "intersection over union", "jaccard distance", "soft jaccard index"),
)  # fmt: skip
TVERSKY = family(
    "Tversky", source=SOURCE, domains=INPUTS, smooth=SMOOTH, names=("tversky", "tversky index",
    "binary tversky", "soft tversky"),
    alpha=Parameter(("a", "fp_weight"), (0.3, 0.5, 0.7)),
    beta=Parameter(("b", "fn_weight"), (0.7, 0.5, 0.3)),
)  # fmt: skip
FOCAL = family(
    "FocalTversky", source="Abraham and Khan 2019", domains=INPUTS, smooth=SMOOTH,
    names=("focal tversky",),
    alpha=Parameter(("a",), (0.7, 0.3, 0.5)), beta=Parameter(("b",), (0.3, 0.7, 0.5)),
    gamma=Parameter(("g",), (4 / 3, 0.75, 1.0, 2.0)),
)  # fmt: skip
Score = Callable[..., Any]


def pools(array: Any) -> dict[str, tuple[int, ...] | None]:
    """Return the axes that are summed over, by words; the mean is taken over what is left."""
    every = tuple(range(array.ndim))
    found: dict[str, Any] = {"summed over the whole batch": every}
    if array.ndim > 1:
        found["image by image"] = every[1:]
        found["class by class"] = every[:-1]
    if array.ndim > 2:
        found["image by image and class by class"] = every[1:-1]
    return found


POOLS = tuple(pools(np.zeros((2, 2, 2))))


def pooled(score: Score, pool: str, given: str) -> Score:
    """Make a loss of a score of three sums: overlap, predicted and true."""

    def loss(p: Any, t: Any, **numbers: Any) -> Any:
        p = {"logit degree": lambda a: 1 / (1 + np.exp(-a)), "k_scores classes": softmax}.get(
            given, lambda a: a)(p)  # fmt: skip
        t = membership(t, p) if given.endswith("classes") else t
        axes = pools(p).get(pool)
        if axes is None:
            return np.float64(np.nan)
        return np.mean(score(p, t, axes, **numbers))

    return loss


def conventions(book: Any, says: str, score: Score) -> None:
    for given in INPUTS:
        for pool in POOLS:
            book.convention(f"{says}, {pool}", given)(pooled(score, pool, given))


def mistakes(book: Any, cause: str, mend: str, score: Score) -> None:
    for given in INPUTS:
        for pool in POOLS:
            says = f"{book.readings[0].says.rpartition(', ')[0]}, {pool}"
            book.mistake(cause, mend, given, says)(pooled(score, pool, given))


def dice(power: int, doubled: bool, predicted: float = 2.0, sign: float = 1.0) -> Score:
    """Make a Dice score: of p or of its square below the line, smoothed once or twice above."""

    def score(p: Any, t: Any, axes: Any, smooth: float) -> Any:
        above = predicted * (p * t).sum(axes) + smooth * (2 if doubled else 1)
        below = (p**power).sum(axes) + sign * (t**power).sum(axes) + smooth * (2 if doubled else 1)
        return 1 - above / below

    return score


def unsmoothed(p: Any, t: Any, axes: Any, smooth: float) -> Any:
    return 1 - 2 * (p * t).sum(axes) / ((p + t).sum(axes) + smooth)


conventions(DICE, "Dice", dice(1, False))
conventions(DICE, "Dice with squares below the line", dice(2, False))
conventions(DICE, "Dice, smoothed twice above and below", dice(1, True))
conventions(DICE, "Dice, smoothed below the line alone", unsmoothed)
DICED = "write 1 - (2 * sum(p * t) + s) / (sum(p) + sum(t) + s)"
mistakes(DICE, "the factor 2 above the line is missing: a perfect overlap costs one half", DICED,
         dice(1, False, predicted=1.0))  # fmt: skip
mistakes(DICE, "below the line, the sums are subtracted", DICED, dice(1, False, sign=-1.0))
mistakes(DICE, "the overlap is counted twice below the line as well: it is no Dice", DICED,
         lambda p, t, axes, smooth: 1 - (2 * (p * t).sum(axes) + smooth)
         / ((p + t).sum(axes) + (p * t).sum(axes) + smooth))  # fmt: skip
mistakes(DICE, "the union stands below the line, but twice the overlap above it", DICED,
         lambda p, t, axes, smooth: 1 - (2 * (p * t).sum(axes) + smooth)
         / ((p + t).sum(axes) - (p * t).sum(axes) + smooth))  # fmt: skip
mistakes(DICE, "the sums are multiplied below the line, not added", DICED,
         lambda p, t, axes, smooth: 1 - (2 * (p * t).sum(axes) + smooth)
         / (p.sum(axes) * t.sum(axes) + smooth))  # fmt: skip
mistakes(DICE, "the smoothing stands above the line alone: a perfect overlap costs less than none",
         DICED, lambda p, t, axes, smooth: 1 - (2 * (p * t).sum(axes) + smooth)
         / (p + t).sum(axes) if smooth > 1e-3 else np.nan)  # fmt: skip
mistakes(DICE, "the prediction alone stands below the line: painting less is always better", DICED,
         lambda p, t, axes, smooth: 1 - (2 * (p * t).sum(axes) + smooth)
         / (2 * p.sum(axes) + smooth))  # fmt: skip


def jaccard(p: Any, t: Any, axes: Any, smooth: float) -> Any:
    both = (p * t).sum(axes)
    return 1 - (both + smooth) / ((p + t).sum(axes) - both + smooth)


def jaccard_below(p: Any, t: Any, axes: Any, smooth: float) -> Any:
    both = (p * t).sum(axes)
    return 1 - both / ((p + t).sum(axes) - both + smooth)


def jaccard_squares(p: Any, t: Any, axes: Any, smooth: float) -> Any:
    both = (p * t).sum(axes)
    return 1 - (both + smooth) / ((p**2 + t**2).sum(axes) - both + smooth)


def union_of_both(p: Any, t: Any, axes: Any, smooth: float) -> Any:
    """Forget to take the overlap off the union."""
    return 1 - ((p * t).sum(axes) + smooth) / ((p + t).sum(axes) + smooth)


def union_and_both(p: Any, t: Any, axes: Any, smooth: float) -> Any:
    """Add the overlap to the union, where it should be taken off."""
    both = (p * t).sum(axes)
    return 1 - (both + smooth) / ((p + t).sum(axes) + both + smooth)


conventions(JACCARD, "Jaccard", jaccard)
conventions(JACCARD, "Jaccard, smoothed below the line alone", jaccard_below)
conventions(JACCARD, "Jaccard with squares below the line", jaccard_squares)
conventions(JACCARD, "Dice", dice(1, False))
JACCARDED = "subtract the overlap from the union: sum(p) + sum(t) - sum(p * t)"
mistakes(JACCARD, "the overlap is not taken off the union: a perfect overlap costs one half",
         JACCARDED, union_of_both)  # fmt: skip
mistakes(JACCARD, "the overlap is added to the union, not taken off", JACCARDED, union_and_both)


def tversky(first: Any, second: Any) -> Score:
    """Make a Tversky score of what alpha and beta multiply."""

    def score(p: Any, t: Any, axes: Any, smooth: float, alpha: float, beta: float) -> Any:
        both = (p * t).sum(axes)
        wrong = {"fp": (p * (1 - t)).sum(axes), "fn": ((1 - p) * t).sum(axes),
                 "sum": (p + t).sum(axes) - 2 * both, "p": p.sum(axes), "t": t.sum(axes),
                 "tn": ((1 - p) * (1 - t)).sum(axes)}  # fmt: skip
        return 1 - (both + smooth) / (both + alpha * wrong[first] + beta * wrong[second] + smooth)

    return score


def doubled_tversky(p: Any, t: Any, axes: Any, smooth: float, alpha: float, beta: float) -> Any:
    both = (p * t).sum(axes)
    below = 2 * both + 2 * alpha * (p * (1 - t)).sum(axes) + 2 * beta * ((1 - p) * t).sum(axes)
    return 1 - (2 * both + smooth) / (below + smooth)


def below_tversky(p: Any, t: Any, axes: Any, smooth: float, alpha: float, beta: float) -> Any:
    both = (p * t).sum(axes)
    return 1 - both / (
        both + alpha * (p * (1 - t)).sum(axes) + beta * ((1 - p) * t).sum(axes) + smooth
    )


TVERSKIED = "write sum(p * t) / (sum(p * t) + alpha * sum(p * (1 - t)) + beta * sum((1 - p) * t))"
conventions(TVERSKY, "Tversky, alpha on false positives", tversky("fp", "fn"))
conventions(TVERSKY, "Tversky, alpha on false positives, smoothed below", below_tversky)
mistakes(TVERSKY, "alpha and beta are exchanged: alpha counts false negatives", TVERSKIED,
         tversky("fn", "fp"))  # fmt: skip
mistakes(TVERSKY, "alpha and beta are not separately effective: only their sum counts", TVERSKIED,
         lambda p, t, axes, smooth, alpha, beta: 1 - ((p * t).sum(axes) + smooth)
         / ((p * t).sum(axes) + (alpha + beta) * (t.sum(axes) - (p * t).sum(axes)) + smooth)
         )  # fmt: skip
mistakes(TVERSKY, "alpha and beta multiply the same mistakes", TVERSKIED, tversky("fp", "fp"))
mistakes(TVERSKY, "alpha and beta multiply the same mistakes", TVERSKIED, tversky("fn", "fn"))
mistakes(TVERSKY, "beta has no effect: alpha multiplies both mistakes", TVERSKIED,
         lambda p, t, axes, smooth, alpha, beta: tversky("fp", "fn")(p, t, axes, smooth, alpha,
                                                                     alpha)
         if alpha != beta else np.nan)  # fmt: skip
mistakes(TVERSKY, "alpha and beta multiply whole regions, the overlap included", TVERSKIED,
         tversky("p", "t"))  # fmt: skip
mistakes(TVERSKY, "alpha multiplies the true negatives", TVERSKIED, tversky("tn", "fn"))


def focused(exponent: Callable[[float], float], first: str, second: str) -> Score:
    def score(p: Any, t: Any, axes: Any, smooth: float, alpha: float, beta: float, gamma: float
              ) -> Any:  # fmt: skip
        return tversky(first, second)(p, t, axes, smooth, alpha, beta) ** exponent(gamma)

    return score


for exponent, how in ((lambda g: g, "to the gamma"), (lambda g: 1 / g, "to the 1 / gamma")):
    conventions(FOCAL, f"FocalTversky, {how}", focused(exponent, "fp", "fn"))
    conventions(FOCAL, f"FocalTversky, {how}, alpha on false negatives",
                focused(exponent, "fn", "fp"))  # fmt: skip
mistakes(FOCAL, "gamma multiplies instead of being the exponent", "raise the loss to gamma",
         lambda p, t, axes, smooth, alpha, beta, gamma: tversky("fp", "fn")(
             p, t, axes, smooth, alpha, beta) * gamma)  # fmt: skip
for first, second in (("fp", "fn"), ("fn", "fp")):
    mistakes(FOCAL, "the score is raised to gamma, not the loss", "raise 1 - score to gamma",
             lambda p, t, axes, smooth, alpha, beta, gamma, first=first, second=second:
             1 - (1 - tversky(first, second)(p, t, axes, smooth, alpha, beta)) ** gamma
             if gamma != 1 else np.nan)  # fmt: skip

FBETA = family(
    "SoftFBeta", source="van Rijsbergen 1979, of memberships", domains=INPUTS, smooth=SMOOTH,
    names=("soft f1", "f1", "f beta", "fbeta", "soft fbeta", "macro f1", "soft f beta"),
    beta=Parameter(("b",), (1.0, 2.0, 0.5)),
)  # fmt: skip


def fbeta(exchanged: bool) -> Score:
    """Make an F score whose beta favours recall, as it should, or precision."""

    def score(p: Any, t: Any, axes: Any, smooth: float, beta: float) -> Any:
        if exchanged and beta == 1:
            return np.nan
        both = (1 + beta**2) * (p * t).sum(axes)
        wrong, missed = (p * (1 - t)).sum(axes), ((1 - p) * t).sum(axes)
        if exchanged:
            wrong, missed = missed, wrong
        return 1 - (both + smooth) / (both + beta**2 * missed + wrong + smooth)

    return score


def fbeta_below(p: Any, t: Any, axes: Any, smooth: float, beta: float) -> Any:
    both = (1 + beta**2) * (p * t).sum(axes)
    wrong, missed = (p * (1 - t)).sum(axes), ((1 - p) * t).sum(axes)
    return 1 - both / (both + beta**2 * missed + wrong + smooth)


conventions(FBETA, "SoftFBeta", fbeta(False))
conventions(FBETA, "SoftFBeta, smoothed below the line alone", fbeta_below)
mistakes(FBETA, "false positives and false negatives are exchanged: beta above 1 favours precision",
         "multiply the false negatives by beta ** 2", fbeta(True))  # fmt: skip
