"""Overlap of boxes: IoU, GIoU, DIoU and CIoU."""

import numpy as np

from lossary.verifier.likeness.family import family

BOXES = ("box box",)
SOURCE = "Rezatofighi et al. 2019 (GIoU); Zheng et al. 2020 (DIoU, CIoU)"


def edges(a, form):
    """Return left, top, right and bottom of boxes in one form."""
    if form == "corners":
        return tuple(a[..., place] for place in range(4))
    x, y, w, h = (a[..., place] for place in range(4))
    return (x, y, x + w, y + h) if form == "xywh" else (x - w / 2, y - h / 2, x + w / 2, y + h / 2)


def measures(p, t, form, clipped=True, outer=False):
    """Return the overlap, the union, the enclosing box's width and height, and the centres' way."""
    (x1, y1, x2, y2), (u1, v1, u2, v2) = edges(p, form), edges(t, form)
    wide, high = np.minimum(x2, u2) - np.maximum(x1, u1), np.minimum(y2, v2) - np.maximum(y1, v1)
    if clipped:
        wide, high = np.maximum(wide, 0), np.maximum(high, 0)
    both = wide * high
    union = (x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - both
    box = np.maximum(x2, u2) - np.minimum(x1, u1), np.maximum(y2, v2) - np.minimum(y1, v1)
    apart = ((x1 + x2 - u1 - u2) ** 2 + (y1 + y2 - v1 - v2) ** 2) / 4
    return both, union, box, apart


def iou(p, t, form):
    both, union, _, _ = measures(p, t, form)
    return both / union


def giou(p, t, form):
    both, union, (w, h), _ = measures(p, t, form)
    return both / union - (w * h - union) / (w * h)


def diou(p, t, form):
    both, union, (w, h), apart = measures(p, t, form)
    return both / union - apart / (w**2 + h**2)


def ciou(p, t, form):
    (x1, y1, x2, y2), (u1, v1, u2, v2) = edges(p, form), edges(t, form)
    angle = np.arctan((u2 - u1) / (v2 - v1)) - np.arctan((x2 - x1) / (y2 - y1))
    v = 4 / np.pi**2 * angle**2
    share = v / (1 - iou(p, t, form) + v)
    return diou(p, t, form) - share * v


def named(name, names, score):
    """Make the family of one score of boxes."""
    book = family(name, names=names, source=SOURCE, domains=BOXES)
    for form in ("corners", "xywh", "centre"):
        book.convention(f"{name}, boxes by {form}")(lambda p, t, f=form: 1 - score(p, t, f))
    return book


IOU = named("BoxIoU", ("box iou", "iou box", "iou", "bbox iou", "iou bbox", "iou boxes"), iou)
IOU.convention("minus the logarithm of BoxIoU")(lambda p, t: -np.log(iou(p, t, "corners")))
IOU.convention("1 - BoxIoU²")(lambda p, t: 1 - iou(p, t, "corners") ** 2)
GIOU = named("GIoU", ("giou", "generalized iou", "generalised iou", "generalized box iou"), giou)
DIOU = named("DIoU", ("diou", "distance iou", "distance box iou"), diou)
CIOU = named("CIoU", ("ciou", "complete iou", "complete box iou"), ciou)


def unclipped(p, t):
    """Forget that boxes which do not touch have no overlap: two negative sides make a plus."""
    return measures(p, t, "corners", clipped=False)


def union_of_both(p, t):
    both, union, box, apart = measures(p, t, "corners")
    return both, union + both, box, apart


CLIPPED = "clip the overlap's width and height at zero"
UNION = "subtract the overlap from the sum of the areas"
for book, score in (
    (IOU, lambda m: m[0] / m[1]),
    (GIOU, lambda m: m[0] / m[1] - (m[2][0] * m[2][1] - m[1]) / (m[2][0] * m[2][1])),
    (DIOU, lambda m: m[0] / m[1] - m[3] / (m[2][0] ** 2 + m[2][1] ** 2)),
):
    book.mistake("boxes that do not touch get an overlap of two negative sides", CLIPPED)(
        lambda p, t, s=score: 1 - s(unclipped(p, t))
    )
    book.mistake("the overlap is not taken off the union", UNION)(
        lambda p, t, s=score: 1 - s(union_of_both(p, t))
    )


@GIOU.mistake("the penalty is added to IoU: far boxes cost less", "write iou - (c - union) / c")
def rewarded(p, t):
    return 1 - 2 * iou(p, t, "corners") + giou(p, t, "corners")


@GIOU.mistake("the penalty is divided by the union, not by the enclosing box",
              "write iou - (c - union) / c")  # fmt: skip
def by_union(p, t):
    both, union, (w, h), _ = measures(p, t, "corners")
    return 1 - both / union + (w * h - union) / union


@GIOU.mistake("the penalty is missing: it is IoU", "subtract (c - union) / c")
def bare(p, t):
    return 1 - iou(p, t, "corners")


@DIOU.mistake("the distance is not squared below the line", "divide by the diagonal's square")
def by_diagonal(p, t):
    both, union, (w, h), apart = measures(p, t, "corners")
    return 1 - both / union + apart / np.sqrt(w**2 + h**2)


@DIOU.mistake("the distance is taken off: far boxes cost less", "add distance² / diagonal²")
def distant(p, t):
    return 1 - 2 * iou(p, t, "corners") + diou(p, t, "corners")
