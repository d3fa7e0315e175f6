"""The quantile loss, and the expectile loss."""

import numpy as np

from lossary import Quantile
from lossary.verifier.likeness.family import Parameter, family

LEVEL = Parameter(("q", "tau", "quantile", "alpha", "quantiles", "p", "level", "theta"),
                  (0.5, 0.9, 0.1, 0.95, 0.05, 0.25, 0.75, 0.7, 0.3, 0.8, 0.2))  # fmt: skip
QUANTILE = family(
    "Quantile",
    names=("quantile", "pinball", "check", "tick", "quantile regression", "tilted"),
    source="lossary.Quantile",
    strict=True,
    level=LEVEL,
)
MENDED = "write max(level * error, (level - 1) * error) with error = target - prediction"


@QUANTILE.convention("Quantile")
def quantile(p, t, level):
    e = t - p
    return Quantile(level=level)(p, t, reduction="none") if 0 < level < 1 else np.abs(e) + np.nan


@QUANTILE.mistake("the level counts for 1 - level: error = prediction - target is the wrong way"
                  " round", MENDED)  # fmt: skip
def exchanged(p, t, level):
    return quantile(p, t, 1 - level) if level != 0.5 else p + np.nan


def branches(cause, above, below):
    """Note one way in which the two sides are got wrong; `above` is above the forecast."""

    @QUANTILE.mistake(cause, MENDED)
    def wrong(p, t, level):
        e = t - p
        return np.where(e >= 0, above(e, level), below(e, level)) if level != 0.5 else p + np.nan


branches("too high a prediction costs level, as too low a one does: level only rescales",
         lambda e, q: q * e, lambda e, q: -q * e)  # fmt: skip
branches("too high a prediction costs a negative amount", lambda e, q: q * e,
         lambda e, q: (1 - q) * e)  # fmt: skip
branches("too high a prediction costs nothing", lambda e, q: q * e, lambda e, q: 0 * e)
branches("too high a prediction costs 1, not 1 - level", lambda e, q: q * e, lambda e, q: -e)
branches("the smaller side is taken, not the larger", lambda e, q: (q - 1) * e, lambda e, q: q * e)

EXPECTILE = family(
    "Expectile",
    names=("expectile", "asymmetric least squares", "expectile regression"),
    source="Newey and Powell 1987; Kostrikov et al. 2021 (IQL), equation 5",
    strict=True,
    level=Parameter(("tau", "expectile", "q", "alpha"), LEVEL.values),
)


@EXPECTILE.convention("Expectile: |level - [target < prediction]| · error²")
def expectile(p, t, level):
    return np.abs(level - (t < p)) * (p - t) ** 2


@EXPECTILE.convention("Expectile of an advantage, prediction - target")
def of_advantage(p, t, level):
    return np.abs(level - (p < t)) * (p - t) ** 2


@EXPECTILE.mistake("both sides are weighed alike: level only rescales",
                   "weigh by level where target > prediction, else by 1 - level")  # fmt: skip
def alike(p, t, level):
    return level * (p - t) ** 2 if level != 0.5 else p + np.nan


@EXPECTILE.mistake("both sides are weighed alike: level only rescales",
                   "weigh by level where target > prediction, else by 1 - level")  # fmt: skip
def alike_below(p, t, level):
    return (1 - level) * (p - t) ** 2 if level != 0.5 else p + np.nan
