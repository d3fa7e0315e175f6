"""Check 20: what the name says does not matter, does not matter."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.words import named
from lossary.verifier.rule import always, check

SCALE = ("cosine", "si_sdr", "sisdr", "si_snr", "sisnr", "scale_invariant", "pearson",
         "correlation", "ncc")  # fmt: skip
AMONG_ROWS = ("rank", "list", "pair", "contrastive", "nce", "clip", "retrieval", "cox")
SHIFT = ("cox", "hazard", "partial_likelihood", "partial_log", "listwise", "listnet", "list_net",
         "listmle", "list_mle", "plackett", "softmax")  # fmt: skip
LOGGED = ("log", "silog", "depth", "eigen")


@check(
    number=20,
    reason="A softmax over the batch in place of the classes trains, a little: every row is"
    " compared with other rows, and no single row has a prediction of its own.",
    rule="FAIL where scores may be shifted per class and not per row, or where a loss called"
    " cosine, correlation or scale-invariant changes with the scale, or where a partial likelihood"
    " or a list's softmax, which a shift of 1 leaves alone, changes with one of 100 in float32;"
    " other invariances only as declared.",
    evidence=("TorchSurv 4fd1d2f",),
    applies=always,
)
def invariance(subject: Any) -> Iterable[Finding]:
    """A shift of all scores of a row, and a scale that the name sets aside, change nothing."""
    contract = subject.contract
    if contract.target is None or not contract.roles("prediction"):
        return
    if "k" in contract.prediction.axes and contract.prediction.domain in (
        "scores",
        "real",
        "logit",
    ):
        yield from _softmax_axis(subject)
    if named(subject, *SHIFT):
        yield from _shift(subject)
    if contract.target.axes == contract.prediction.axes and "n" in contract.prediction.axes:
        yield from _scale(subject)


def _moves(subject: Any, change: Any, name: str) -> float:
    """Return by how much a change of one argument moves the value, for the worst of three draws."""
    found = []
    for seed in range(3):
        batch = subject.draw(seed)
        before, after = (
            subject.number(batch),
            subject.number(batch.with_(name, change(batch[name]))),
        )
        found.append(abs(after - before) / max(1e-6, abs(before)))
    return float(np.max(found)) if np.isfinite(found).all() else float("nan")


def _softmax_axis(subject: Any) -> Iterator[Finding]:
    prediction = subject.contract.prediction
    of_classes = subject.contract.target.domain in ("labels", "distribution")
    if "n" not in prediction.axes or not of_classes or named(subject, *AMONG_ROWS):
        return
    classes, rows = prediction.axes.index("k"), prediction.axes.index("n")

    def shift(axis: int) -> Any:
        """Add to the scores a number that depends on all but one axis."""

        def shifted(array: Any) -> Any:
            shape = list(array.shape)
            shape[axis] = 1
            return array + np.random.default_rng(3).normal(size=shape)

        return shifted

    per_class, per_row = (_moves(subject, shift(axis), prediction.name) for axis in (rows, classes))
    if per_class > 1e-3 and per_row > 1e-3:
        yield from _over_all(subject, shift(classes), per_row)
    if per_class < 1e-9 and per_row > 1e-3:
        batch = subject.typical
        moved = batch.with_(prediction.name, shift(rows)(batch[prediction.name]))
        yield fail(
            f"The softmax runs over the batch: adding one number to a class's {prediction.name} in "
            f"all rows changes nothing, and adding one to all classes of a row changes the loss by "
            f"{per_row:.0%}.",
            subject.example(
                subject.call(batch),
                subject.call(moved, says="every class has its own number added, in all rows"),
                expected="another value: the classes have become more or less probable",
            ),
            cause="softmax(scores, dim=0), or the first axis by default",
            mend=f"softmax over the axis of the classes, dim={classes}",
        )


def _over_all(subject: Any, shift: Any, per_row: float) -> Iterator[Finding]:
    """Find a softmax over all entries: a number may be added to all, and not to those of a row."""
    name = subject.contract.prediction.name
    if _moves(subject, lambda array: array + 1.7, name) < 1e-9:
        batch = subject.typical
        moved = batch.with_(name, shift(batch[name]))
        yield fail(
            f"The softmax runs over the whole batch: adding one number to all {name} of a row "
            f"changes the loss by {per_row:.0%}, and adding one to those of all rows nothing.",
            subject.example(
                subject.call(batch),
                subject.call(moved, says="every row has its own number added, in all classes"),
                expected=f"{subject.number(batch):.6g}, as before",
            ),
            cause="exp(scores).sum() without an axis",
            mend="exp(scores).sum(axis of the classes, keepdims=True), or log_softmax",
        )


def _shift(subject: Any) -> Iterator[Finding]:
    """Shift all scores so far that exp leaves its range, where a small shift changes nothing.

    What becomes infinite or NaN there, check 10 reports.
    """
    name, batch = subject.contract.prediction.name, subject.typical
    if subject.contract.prediction.domain not in ("real", "scores"):
        return
    if not _moves(subject, lambda array: array + 1.0, name) < 1e-9:
        return
    far = batch.with_(name, batch[name] + 100.0)
    before, after = subject.number(batch, "float32"), subject.number(far, "float32")
    if np.isfinite(after) and abs(after - before) > 0.02 * max(1.0, abs(before)):
        yield fail(
            f"Adding 1 to all {name} changes nothing, as it should, and adding 100 makes"
            f" {after:.4g} of {before:.4g} in float32: terms are lost on the way.",
            subject.example(
                subject.call(batch, "float32"),
                subject.call(far, "float32", says=f"with 100 added to all {name}"),
                expected=f"{before:.6g}, as before",
            ),
            cause="exp overflows, and what is infinite or NaN is clipped or left out",
            mend="use logsumexp, which takes the greatest score off before exp",
        )


def _scale(subject: Any) -> Iterator[Finding]:
    prediction, target = subject.contract.prediction, subject.contract.target
    mixed = named(subject, "combined", "mixed", "hybrid", "mse", "l1", "l2", "huber")
    if (
        not named(subject, *SCALE)
        or mixed
        or named(subject, *LOGGED)
        or prediction.domain != "real"
    ):
        return
    both = named(subject, "cosine", "pearson", "correlation", "ncc")
    for argument in (prediction, target) if both else (prediction,):
        moved = _moves(subject, lambda array: 3.0 * array, argument.name)
        if moved > 0.02:
            batch = subject.typical
            yield fail(
                f"Three times {argument.name} changes the loss by {moved:.0%}, and its name says "
                f"that the scale does not matter.",
                subject.example(
                    subject.call(batch),
                    subject.call(batch.with_(argument.name, 3.0 * batch[argument.name])),
                    expected=f"{subject.number(batch):.6g}, as before",
                ),
                cause=f"{argument.name} is not divided by its length, or not projected",
                mend="divide both by their norms, over the axis of the features",
            )
            return
