"""Huber's loss and SmoothL1."""

import numpy as np

from lossary import Huber
from lossary.verifier.likeness.family import Parameter, family

DELTA = Parameter(("d", "beta", "threshold", "huber_delta", "thresh", "sigma"),
                  (1.0, 0.5, 1.35, 1.345, 0.1, 2.0, 5.0, 10.0))  # fmt: skip
HUBER = family(
    "Huber",
    names=("huber", "smooth L1", "smooth l1 (scaled)", "smoothl1", "huber smooth l1", "smooth mae"),
    source="lossary.Huber",
    strict=True,
    delta=DELTA,
)


@HUBER.convention("Huber")
def huber(p, t, delta):
    return Huber(delta=delta)(p, t, reduction="none")


@HUBER.convention("SmoothL1, which is Huber / delta")
def smooth(p, t, delta):
    return huber(p, t, delta) / delta


@HUBER.convention("Huber in errors divided by delta")
def relative(p, t, delta):
    return huber(p, t, delta) / delta**2


@HUBER.convention("SmoothL1 with a threshold of 1 / sigma²")
def sigma(p, t, delta):
    return huber(p, t, 1 / delta**2) * delta**2


def _branches(p, t, delta, near, far, where=np.less_equal):
    size = np.abs(p - t)
    return np.where(where(size, delta), near(size), far(size))


MENDED = "write 0.5 * error ** 2 up to delta, and delta * (error - 0.5 * delta) beyond"
MEETING = "the two branches do not meet at |error| = delta"


def wrong_branches(cause, near, far, **more):
    """Note one way in which the branches are got wrong."""

    @HUBER.mistake(cause, MENDED)
    def branches(p, t, delta):
        return _branches(p, t, delta, lambda s: near(s, delta), lambda s: far(s, delta), **more)


def square(s, d):
    return 0.5 * s**2


def straight(s, d):
    return d * (s - 0.5 * d)


wrong_branches(f"{MEETING}: the square has lost its half", lambda s, d: s**2, straight)
wrong_branches(f"{MEETING}: beyond delta a half is missing", square, lambda s, d: d * (s - d))
wrong_branches(f"{MEETING}: nothing is taken off beyond delta", square, lambda s, d: d * s)
wrong_branches(f"{MEETING}: beyond delta the factor delta is missing", square,
               lambda s, d: s - 0.5 * d)  # fmt: skip
wrong_branches(f"{MEETING}: beyond delta, delta * (|error| - 0.5) takes off delta / 2, where "
               "delta**2 / 2 is needed", square, lambda s, d: d * (s - 0.5))  # fmt: skip
wrong_branches(f"{MEETING}: beyond delta 0.5 is taken off whatever delta is", square,
               lambda s, d: s - 0.5)  # fmt: skip
wrong_branches(f"{MEETING}: beyond delta a half is added, not taken off", square,
               lambda s, d: d * (s + 0.5 * d))  # fmt: skip
wrong_branches(f"{MEETING}: beyond delta the square of delta is taken off", square,
               lambda s, d: d * s - d**2)  # fmt: skip
wrong_branches(f"{MEETING}: beyond delta stands the plain absolute error", square,
               lambda s, d: s)  # fmt: skip
wrong_branches(f"{MEETING}: the square is divided by delta, the straight part is not",
               lambda s, d: 0.5 * s**2 / d, straight)  # fmt: skip
wrong_branches(f"{MEETING}: near zero 0.5 · error² is not divided by beta", square,
               lambda s, d: s - 0.5 * d)  # fmt: skip
wrong_branches("the branches are exchanged: straight near zero, square far out", square, straight,
               where=np.greater)  # fmt: skip
wrong_branches("the square goes on beyond delta", square, square)
wrong_branches(f"{MEETING}: the square has lost its half and nothing is taken off beyond",
               lambda s, d: s**2, lambda s, d: d * s)  # fmt: skip
wrong_branches("errors beyond delta cost delta² / 2 and have no slope", square,
               lambda s, d: 0.5 * d**2 + 0 * s)  # fmt: skip


@HUBER.mistake("large negative errors take the square: abs is missing in the condition", MENDED)
def signed(p, t, delta):
    e = p - t
    return np.where(e <= delta, 0.5 * e**2, delta * (np.abs(e) - 0.5 * delta))


@HUBER.mistake("large negative errors take the square: abs is missing in the condition", MENDED)
def signed_back(p, t, delta):
    e = t - p
    return np.where(e <= delta, 0.5 * e**2, delta * (np.abs(e) - 0.5 * delta))


@HUBER.mistake("errors beyond delta keep their sign: abs is missing", MENDED)
def unsized(p, t, delta):
    e = p - t
    return np.where(np.abs(e) <= delta, 0.5 * e**2, delta * (e - 0.5 * delta))


@HUBER.mistake("errors beyond delta keep their sign: abs is missing", MENDED)
def unsized_back(p, t, delta):
    e = t - p
    return np.where(np.abs(e) <= delta, 0.5 * e**2, delta * (e - 0.5 * delta))


@HUBER.mistake("the square is compared with delta, not the error", MENDED)
def of_square(p, t, delta):
    e = p - t
    return np.where(e**2 <= delta, 0.5 * e**2, delta * (np.abs(e) - 0.5 * delta))


@HUBER.mistake("delta is used the other way round: the threshold is 1 / delta", MENDED)
def inverse(p, t, delta):
    return huber(p, t, 1 / delta) if delta != 1 else np.full_like(p, np.nan)
