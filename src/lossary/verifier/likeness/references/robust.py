"""Smooth and redescending losses of an error: log-cosh, Charbonnier, Cauchy, Tukey and others."""

import numpy as np

from lossary import LogCosh
from lossary.verifier.likeness.family import Parameter, family

SCALE = Parameter(("c", "delta", "sigma", "gamma", "epsilon", "eps", "alpha", "a", "k", "width"),
                  (1.0, 0.5, 2.0, 2.3849, 4.685, 1e-3, 0.1))  # fmt: skip
COSH = family(
    "LogCosh",
    names=("log cosh", "logcosh", "logarithm of hyperbolic cosine", "log cosh error"),
    source="lossary.LogCosh",
    strict=True,
)


@COSH.convention("LogCosh")
def log_cosh(p, t):
    return LogCosh()(p, t, reduction="none")


@COSH.mistake("log 2 is not taken off: the least value is log 2", "subtract log(2)")
def unshifted(p, t):
    return log_cosh(p, t) + np.log(2)


@COSH.mistake("the logarithm is missing", "take log(cosh(error))")
def cosh(p, t):
    return np.cosh(p - t)


@COSH.mistake("cosh is taken of the logarithm's result", "take log(cosh(error))")
def tanh(p, t):
    return np.tanh(p - t)


@COSH.mistake("softplus is taken of the error itself, so its least value is far below the target",
              "use abs(error) + softplus(-2 * abs(error)) - log(2)")  # fmt: skip
def one_sided(p, t):
    return (p - t) + np.log1p(np.exp(-2 * (p - t))) * 0.5 - np.log(2)


CHARBONNIER = family(
    "Charbonnier",
    names=("charbonnier", "pseudo huber", "pseudo-huber", "l1 charbonnier", "smooth absolute"),
    source="Charbonnier et al. 1994, Two deterministic half-quadratic regularization algorithms",
    strict=False,
    scale=SCALE,
)


@CHARBONNIER.convention("Charbonnier, the root of error² + epsilon²")
def charbonnier(p, t, scale):
    return np.sqrt((p - t) ** 2 + scale**2)


@CHARBONNIER.convention("Charbonnier, the root of error² + epsilon")
def unsquared(p, t, scale):
    return np.sqrt((p - t) ** 2 + scale)


@CHARBONNIER.convention("pseudo-Huber")
def pseudo(p, t, scale):
    return scale**2 * (np.sqrt(1 + ((p - t) / scale) ** 2) - 1)


@CHARBONNIER.convention("pseudo-Huber / delta")
def pseudo_smooth(p, t, scale):
    return pseudo(p, t, scale) / scale


@CHARBONNIER.mistake("error and epsilon are not squared alike", "write sqrt(error**2 + epsilon**2)")
def uneven(p, t, scale):
    return np.sqrt(np.abs(p - t) + scale**2)


@CHARBONNIER.mistake("the root is missing: it is the squared error", "take the square root")
def unrooted(p, t, scale):
    return (p - t) ** 2 + scale**2


@CHARBONNIER.mistake("the square of the error is divided by delta, not by its square",
                     "write delta**2 * (sqrt(1 + (error / delta)**2) - 1)")  # fmt: skip
def undivided(p, t, scale):
    return scale**2 * (np.sqrt(1 + (p - t) ** 2 / scale) - 1)


@CHARBONNIER.mistake("the 1 is not taken off inside the bracket",
                     "write delta**2 * (sqrt(1 + (error / delta)**2) - 1)")  # fmt: skip
def outside(p, t, scale):
    return scale**2 * np.sqrt(1 + ((p - t) / scale) ** 2) - 1


CAUCHY = family(
    "Cauchy",
    names=("cauchy", "lorentzian", "lorentz", "log quadratic", "cauchy robust"),
    source="Black and Anandan 1996; scipy.optimize.least_squares(loss='cauchy')",
    scale=SCALE,
)


@CAUCHY.convention("Cauchy: log(1 + (error / c)²), c² times or half of it as well")
def cauchy(p, t, scale):
    return np.log1p(((p - t) / scale) ** 2)


@CAUCHY.convention("Cauchy, c² / 2 times")
def cauchy_scaled(p, t, scale):
    return scale**2 / 2 * np.log1p(((p - t) / scale) ** 2)


@CAUCHY.convention("Cauchy of half the square")
def cauchy_half(p, t, scale):
    return np.log1p(0.5 * ((p - t) / scale) ** 2)


@CAUCHY.convention("Cauchy of the size of the error")
def lorentz_size(p, t, scale):
    return np.log1p(np.abs(p - t) / scale)


@CAUCHY.mistake("the error is divided by c, its square is not", "write log1p((error / c) ** 2)")
def undivided_square(p, t, scale):
    return np.log1p((p - t) ** 2 / scale) if scale != 1 else np.full_like(p, np.nan)


TUKEY = family(
    "Tukey",
    names=("tukey", "biweight", "tukey biweight", "bisquare", "tukey bisquare"),
    source="Beaton and Tukey 1974; c = 4.685 for 95 % efficiency",
    scale=SCALE,
)


@TUKEY.convention("Tukey's biweight: c² / 6 (1 - (1 - (error / c)²)³) up to c, flat beyond")
def tukey(p, t, scale):
    near = np.minimum(((p - t) / scale) ** 2, 1)
    return scale**2 / 6 * (1 - (1 - near) ** 3)


@TUKEY.convention("Tukey's biweight without the factor c²")
def tukey_plain(p, t, scale):
    return tukey(p, t, scale) / scale**2


@TUKEY.mistake("1 minus is missing: it is largest at no error", "subtract the cube from 1")
def inverted(p, t, scale):
    near = np.minimum(((p - t) / scale) ** 2, 1)
    return (1 - near) ** 3


@TUKEY.mistake("beyond c it is zero: the worst errors cost nothing", "set c² / 6 beyond c")
def dropped(p, t, scale):
    return np.where(np.abs(p - t) <= scale, tukey(p, t, scale), 0)


GEMAN = family(
    "GemanMcClure",
    names=("geman mcclure", "geman-mcclure", "gemanmcclure"),
    source="Geman and McClure 1985",
    scale=SCALE,
)


@GEMAN.convention("Geman and McClure: e² / (c² + e²)")
def geman(p, t, scale):
    return (p - t) ** 2 / ((p - t) ** 2 + scale**2)


@GEMAN.convention("Geman and McClure: e² / (c + e²)")
def geman_unsquared(p, t, scale):
    return (p - t) ** 2 / ((p - t) ** 2 + scale)


@GEMAN.convention("Geman and McClure: 2 e² / (e² + 4 c²)")
def geman_barron(p, t, scale):
    return 2 * (p - t) ** 2 / ((p - t) ** 2 + 4 * scale**2)


WELSCH = family(
    "Welsch", names=("welsch", "leclerc", "correntropy"), source="Dennis 1978", scale=SCALE
)


@WELSCH.convention("Welsch: 1 - exp(-(e / c)² / 2)")
def welsch(p, t, scale):
    return 1 - np.exp(-(((p - t) / scale) ** 2) / 2)


@WELSCH.convention("Welsch: 1 - exp(-(e / c)²)")
def welsch_whole(p, t, scale):
    return 1 - np.exp(-(((p - t) / scale) ** 2))


WING = family(
    "Wing",
    names=("wing",),
    source="Feng et al. 2018, Wing loss, equation 5",
    width=Parameter(("w", "omega"), (10.0, 5.0)),
    curvature=Parameter(("epsilon", "eps", "curvature"), (2.0, 0.5)),
)


@WING.convention("Wing: w log(1 + |e| / epsilon) up to w, |e| - C beyond")
def wing(p, t, width, curvature):
    size = np.abs(p - t)
    offset = width - width * np.log1p(width / curvature)
    return np.where(size < width, width * np.log1p(size / curvature), size - offset)


@WING.mistake("the constant C is added, not taken off: the branches do not meet at w",
              "subtract C = w - w * log(1 + w / epsilon)")  # fmt: skip
def jump(p, t, width, curvature):
    size = np.abs(p - t)
    offset = width - width * np.log1p(width / curvature)
    return np.where(size < width, width * np.log1p(size / curvature), size + offset)


@WING.mistake("the constant C is missing: the branches do not meet at w",
              "subtract C = w - w * log(1 + w / epsilon)")  # fmt: skip
def unjoined(p, t, width, curvature):
    size = np.abs(p - t)
    return np.where(size < width, width * np.log1p(size / curvature), size)
