"""Check 9: what is masked or ignored moves neither the value nor the gradient."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import hints, leaving_out, rows
from lossary.verifier.batches.leaving_out import LeavingOut, filled, touched, ways
from lossary.verifier.batches.structure import near
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.rule import check


def _leaves_out(subject: Any) -> str | None:
    reason = rows.no_rows(subject)
    if reason is None and next(ways(subject), None) is None:
        return "it takes no mask, and no target is left out"
    return reason


@check(
    number=9,
    reason="Padding and missing values are garbage by definition: where they reach the value the"
    " model learns them, and one NaN that reaches the gradient ends the training.",
    rule="FAIL where other ordinary numbers, or zeros, in entries that are left out change the"
    " value or the gradient, or make one of them NaN; WARN where only NaN there does so, as it does"
    " where a mask is multiplied in (FAIL where the loss speaks of NaN).",
    evidence=("pytorch#4132", "pytorch#121416", "smp#366", "mmsegmentation#2996", "keras#18818"),
    applies=_leaves_out,
)
def poison(subject: Any) -> Iterable[Finding]:
    """Entries that are left out move neither value nor gradient."""
    for way in ways(subject):
        batch, out = leaving_out.draw(way)
        here = _tried(way, way.without(batch, out))
        if isinstance(here, str):
            yield _raises(way, batch, out, here)
        elif way.label is not None and np.isnan(way.label) and not np.isfinite(here).all():
            yield _not_skipped(way, way.without(batch, out))
        elif np.isfinite(here).all() and not hints.together(subject):
            yield from _first(_garbage(way, batch, out, here))


def _not_skipped(way: LeavingOut, batch: Batch) -> Finding:
    return fail(
        "Missing targets (NaN) are looked for, and the value is NaN all the same.",
        way.subject.example(way.subject.call(batch), expected="the value of the other entries"),
        cause="zero times NaN is NaN: multiplying leaves nothing out",
        mend=SAFE,
    )


def _first(found: Iterable[Finding]) -> Iterable[Finding]:
    yield from (each for each, _ in zip(found, range(1), strict=False))


def _tried(way: LeavingOut, batch: Batch) -> Any:
    return way.subject.gives(batch)


def _raises(way: LeavingOut, batch: Batch, out: Array, error: str) -> Finding:
    return fail(
        f"A batch with {way.words} in it raises {error.splitlines()[0][:120]}.",
        way.subject.example(
            way.subject.call(way.without(batch, out)), expected="the value of the other entries"
        ),
        cause="the entries are used before they are left out, as an index into the classes",
        mend="put a harmless value in their place first: target.clamp(min=0), and mask afterwards",
    )


def _garbage(way: LeavingOut, batch: Batch, out: Array, here: Array) -> Iterable[Finding]:
    yield from _gradient(way, batch, out, here)
    yield from _ordinary(way, batch, out, here)
    yield from _zeros(way, batch, out, here)
    yield from _nan(way, batch, out, here)


def _gradient(way: LeavingOut, batch: Batch, out: Array, here: Array) -> Iterable[Finding]:
    """Look at the gradient where a target itself leaves entries out, as NaN does."""
    base = way.without(batch, out)
    slope = _slope(way, base) if way.extra is None else None
    if slope is not None and not np.isfinite(slope).all():
        yield fail(
            f"With {way.words} in it the value is {np.sum(here):.4g}, and the gradient is NaN.",
            way.subject.example(way.subject.call_slope(base), expected="finite numbers"),
            cause="masking after computing: backward multiplies the masked zero with NaN",
            mend=SAFE,
        )


def _ordinary(way: LeavingOut, batch: Batch, out: Array, here: Array) -> Iterable[Finding]:
    found = _moved(way, batch, out, here)
    if found is None:
        return
    base, other, here, there = _small(way) or found
    yield fail(
        f"Entries left out by {way.words} still count: {np.sum(here):.4g} becomes"
        f" {np.sum(there):.4g} when only they change.",
        way.subject.example(
            way.subject.call(base),
            way.subject.call(other, says="other values in the entries that are left out"),
            expected=f"{np.sum(here):.4g} again",
        ),
        cause=f"{way.words} is not applied to the whole formula, or not at all",
        mend="select the entries that count before anything is summed",
    )


Moved = tuple[Batch, Batch, Array, Array]


def _moved(way: LeavingOut, batch: Batch, out: Array, here: Array) -> Moved | None:
    """Return two batches that differ in what is left out, and their values if these differ."""
    base = way.without(batch, out)
    other = way.without(leaving_out.garbled(way, batch, out), out)
    there = _tried(way, other)
    if isinstance(there, str) or not np.isfinite(there).all() or _same(way, here, there, out):
        return None
    return base, other, here, there


def _small(way: LeavingOut) -> Moved | None:
    """Look for the same in one row of three steps, or in two rows."""
    for sizes in ({"n": 1, "t": 3}, {"n": 2}):
        batch, out = leaving_out.draw(way, **sizes)
        here = _tried(way, way.without(batch, out))
        if not isinstance(here, str) and np.isfinite(here).all():
            found = _moved(way, batch, out, here)
            if found is not None:
                return found
    return None


def _same(way: LeavingOut, here: Array, there: Array, out: Array) -> bool:
    """Compare values; where there is one for each entry, those that count."""
    if way.ahead and np.ndim(here) == np.ndim(out):
        out = np.delete(out, -1, way.entries.index("t"))
    if np.shape(here) == np.shape(out) and np.ndim(here):
        here, there = here[~out], there[~out]
    return near(there, here)


def _zeros(way: LeavingOut, batch: Batch, out: Array, here: Array) -> Iterable[Finding]:
    """Try padding as it usually is: zeros."""
    if way.extra is None:
        return
    for name in (*touched(way), ""):
        padded = way.without(filled(way, batch, out, 0, only=name), out)
        there = _tried(way, padded)
        if isinstance(there, str):
            continue
        slope = _slope(way, padded)
        broken = not np.isfinite(there).all()
        if broken or (slope is not None and not np.isfinite(slope).all()):
            what = f"value is {np.sum(there):.4g}" if broken else "gradient alone is NaN"
            yield fail(
                f"Zeros as padding under {way.words} are not left out: the {what}.",
                way.subject.example(
                    way.subject.call(padded) if broken else way.subject.call_slope(padded),
                    expected=f"{np.sum(here):.4g} again" if broken else "finite numbers",
                ),
                cause="a logarithm or a division runs on the padding, and zero times inf is NaN",
                mend=SAFE,
            )
            return


SAFE = "put a safe value in first, where(mask, target, 1.0), then compute, then leave it out"


def _slope(way: LeavingOut, batch: Batch) -> Array | None:
    if not way.subject.differentiable:
        return None
    try:
        found: Array | None = way.subject.slope(batch)
    except CandidateError:
        return None
    return found


def _nan(way: LeavingOut, batch: Batch, out: Array, here: Array) -> Iterable[Finding]:
    """Try missing values: NaN in targets and whatever else is given as real numbers."""
    target = way.subject.contract.target
    if way.extra is None or target is None or target.name not in touched(way):
        return
    if batch[target.name].dtype.kind != "f":
        return
    missing = way.without(filled(way, batch, out, np.nan, only=target.name), out)
    there = _tried(way, missing)
    if isinstance(there, str):
        return
    if np.isfinite(there).all():
        slope = _slope(way, missing)
        if slope is not None and not np.isfinite(slope).all():
            yield _missing(way)(
                f"A missing target (NaN) under {way.words} leaves the value finite,"
                f" {np.sum(there):.4g}, and makes the gradient NaN.",
                way.subject.example(way.subject.call_slope(missing), expected="finite numbers"),
                cause="masking after computing: backward multiplies the masked zero with NaN",
                mend=SAFE,
            )
    elif not (np.shape(there) == np.shape(out) and np.isfinite(there[~out]).all()):
        yield _missing(way)(
            f"A missing target (NaN) under {way.words} makes the value NaN: zero times NaN is NaN.",
            way.subject.example(way.subject.call(missing), expected=f"{np.sum(here):.4g} again"),
            cause="multiplying with a mask leaves nothing out that is not finite",
            mend="where(mask, target, prediction) before computing, or index with the mask",
        )


def _missing(way: LeavingOut) -> Any:
    """Say how grave it is that NaN gets through: most masks are for padding, which is finite."""
    said = f"{hints.name(way.subject)} {hints.doc(way.subject)}"
    promised = re.search(r"\bnans?\b|\bnot a number", said)
    return fail if promised and not leaving_out.by_framework(way.subject) else warn
