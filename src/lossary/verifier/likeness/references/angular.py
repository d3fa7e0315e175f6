"""Margins between angles: ArcFace and CosFace, of the cosines of features and class centres."""

import numpy as np

from lossary.verifier.likeness.family import Parameter, family
from lossary.verifier.likeness.references.multiclass import log_softmax, membership

SCALE = Parameter(("s", "gamma", "temperature_scale"), (30.0, 64.0, 16.0))
ARC = family(
    "ArcFace", names=("arcface", "arc face", "additive angular margin", "aam softmax"),
    source="Deng et al. 2019, ArcFace, equation 3", domains=("cosines classes",),
    scale=SCALE, margin=Parameter(("m",), (0.5, 0.3, 0.2)),
)  # fmt: skip
COS = family(
    "CosFace", names=("cosface", "cos face", "am softmax", "large margin cosine",
                      "additive margin softmax"),
    source="Wang et al. 2018, CosFace, equation 4", domains=("cosines classes",),
    scale=SCALE, margin=Parameter(("m",), (0.35, 0.4, 0.2)),
)  # fmt: skip


def entropy(scores, own):
    return -(own * log_softmax(scores)).sum(-1)


def moved(turned):
    """Make a loss of what becomes of the cosines; `own` is one at each row's class."""

    def loss(p, t, scale, margin):
        own = membership(t, p)
        return entropy(scale * turned(p, own, margin), own)

    return loss


def late(p, own, m):
    """Keep the cosine where the angle would leave the half circle, as the paper's code does."""
    turned = np.where(p > np.cos(np.pi - m), np.cos(np.arccos(p) + m), p - m * np.sin(np.pi - m))
    return own * turned + (1 - own) * p


ARC.convention("ArcFace")(moved(lambda p, own, m: np.cos(np.arccos(p) + m * own)))
ARC.convention("ArcFace, straight beyond the half circle")(moved(late))
ARC.convention("ArcFace, plain beyond a right angle")(
    moved(lambda p, own, m: np.where((own > 0) & (p > 0), np.cos(np.arccos(p) + m), p))
)
COS.convention("CosFace")(moved(lambda p, own, m: p - m * own))
MENDED = "write scale * cos(angle + margin) for the row's own class, scale * cos(angle) elsewhere"
for cause, turned in (
    ("the margin is taken off the angle: it eases the own class",
     lambda p, own, m: np.cos(np.arccos(p) - m * own)),
    ("the margin is added for all classes, where it should be the row's own",
     lambda p, own, m: np.cos(np.arccos(p) + m)),
    ("the margin is added for the other classes",
     lambda p, own, m: np.cos(np.arccos(p) + m * (1 - own))),
    ("the margin is missing", lambda p, own, m: p),
    ("the angle stands for its cosine", lambda p, own, m: np.arccos(p) + m * own),
):  # fmt: skip
    ARC.mistake(cause, MENDED)(moved(turned))
MENDED = "write scale * (cosine - margin) for the row's own class, scale * cosine elsewhere"
for cause, turned in (
    ("the margin is added: it eases the own class", lambda p, own, m: p + m * own),
    ("the margin is taken off all classes, and so off none", lambda p, own, m: p),
    ("the margin is taken off the other classes", lambda p, own, m: p - m * (1 - own)),
):
    COS.mistake(cause, MENDED)(moved(turned))


def after(p, t, scale, margin):
    own = membership(t, p)
    return entropy(scale * p - margin * own, own)


COS.mistake("the margin is taken off after the scale, which makes it small", MENDED)(after)
