"""Check 33: boxes that coincide, vanish, touch or lie apart."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.meaning.boxes import CENTRES, PAIRS, faced, written_in_corners
from lossary.verifier.meaning.standing import a_metric
from lossary.verifier.meaning.words import named
from lossary.verifier.rule import check

REACHING = ("giou", "diou", "ciou", "eiou", "siou", "generalized", "distance", "complete", "wiou")


def _applies(subject: Any) -> str | None:
    contract = subject.contract
    if contract.kind != "loss" or not contract.roles("prediction") or contract.target is None:
        return "no prediction and target are known"
    boxes = contract.prediction.domain == contract.target.domain == "box"
    return None if boxes and not a_metric(subject) else "it is no loss of boxes"


@check(
    number=33,
    reason="One box without area in a million gives NaN, and the detector is lost; boxes apart may"
    " get a negative overlap, or no gradient to find each other.",
    rule="FAIL where such boxes give NaN or infinity in the value or the gradient, where equal"
    " boxes cost anything, or boxes apart less than boxes that overlap; INFO where these have no"
    " gradient.",
    evidence=("YOLOX#1565", "yolov5#736", "DIoU#3", "mmdetection#4454", "fvcore#114", "YOLOv6#417"),
    applies=_applies,
)
def boxes(subject: Any) -> Iterable[Finding]:
    """Boxes that coincide, vanish, touch or lie apart get a number and a gradient."""
    corners = written_in_corners(subject)
    pairs = PAIRS if corners else CENTRES
    lost = [found for words, pair in pairs.items() if (found := _lost(subject, words, pair))]
    yield from lost[:1]
    if not lost:
        yield from _same(subject, pairs)
        if corners:
            yield from _order(subject)
        yield from _apart(subject, pairs)


def _lost(subject: Any, words: str, pair: Any) -> Finding | None:
    batch = faced(subject, pair)
    value = subject.value(batch)
    slope = subject.slope(batch) if subject.differentiable else None
    fine = slope is None or np.isfinite(slope).all()
    if np.isfinite(value).all() and fine:
        return None
    what = "value" if not np.isfinite(value).all() else "gradient"
    asked = subject.call(batch) if what == "value" else subject.call_slope(batch)
    return fail(
        f"The {what} is NaN or infinite for {words}.",
        subject.example(asked, expected="a number"),
        cause="an area, a side or a distance of zero in a denominator, a root or an arc tangent",
        mend="add an epsilon to the denominator, and inside the root",
    )


def _same(subject: Any, pairs: Any) -> Iterator[Finding]:
    words = "two boxes that are the same"
    batch = faced(subject, pairs[words])
    value = np.max(np.abs(subject.value(batch)))
    if value > 1e-3:
        yield fail(
            f"Two boxes that are the same cost {value:.4g}.",
            subject.example(subject.call(batch), expected="0"),
            cause="the overlap is returned in place of 1 - overlap, or a term does not vanish",
            mend="1 - overlap + penalties that are zero for equal boxes",
        )


def _order(subject: Any) -> Iterator[Finding]:
    """Boxes that lie apart in both directions overlap by nothing, and not by a product of two."""
    near, far = (faced(subject, PAIRS[w]) for w in ("one box inside the other", "boxes apart"))
    if subject.number(far) < subject.number(near) - 1e-9:
        yield fail(
            f"Boxes apart cost {subject.number(far):.4g}, less than one box inside the other, "
            f"{subject.number(near):.4g}.",
            subject.example(
                subject.call(near),
                subject.call(far, says="apart in both directions"),
                expected=f"more than {subject.number(near):.4g}",
            ),
            cause="width and height of the overlap are not clamped at zero: two negative ones have "
            "a positive product",
            mend="(right - left).clamp(min=0) * (bottom - top).clamp(min=0)",
        )
        return
    touching = faced(subject, PAIRS["boxes that touch"])
    plain = named(subject, "iou", "jaccard") and not named(subject, *REACHING)
    if plain and abs(subject.number(far) - subject.number(touching)) > 0.05 * abs(
        subject.number(touching)
    ):
        yield fail(
            f"Boxes that do not overlap cost {subject.number(far):.4g} apart and "
            f"{subject.number(touching):.4g} where they touch; the overlap is zero in both.",
            subject.example(
                subject.call(touching),
                subject.call(far, says="apart in both directions"),
                expected=f"{subject.number(touching):.4g}",
            ),
            cause="width and height of the overlap are not clamped at zero, or sizes are counted "
            "with a pixel more",
            mend="(right - left).clamp(min=0) * (bottom - top).clamp(min=0)",
        )


def _apart(subject: Any, pairs: Any) -> Iterator[Finding]:
    if not subject.differentiable:
        return
    words = "boxes apart" if "boxes apart" in pairs else "boxes far apart"
    batch = faced(subject, pairs[words])
    slope = subject.slope(batch)
    if slope is None or np.any(slope):
        return
    tell = warn if named(subject, *REACHING) else info
    yield tell(
        "Boxes that do not overlap get no gradient.",
        subject.example(subject.call_slope(batch), expected="a gradient that brings them together"),
        cause="the plain overlap is zero for all of them",
        mend="a generalised or distance IoU, which sees how far apart they are",
    )
