"""Check 16: what a weight does: one changes nothing, zero removes, two counts twice."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import hints, rows, weighing
from lossary.verifier.batches.extra import Extra, extras
from lossary.verifier.batches.structure import near, structure
from lossary.verifier.batches.vectors import Vector, vectors
from lossary.verifier.finding import Call, Finding, fail, info, warn
from lossary.verifier.rule import check


def _weighted(subject: Any) -> str | None:
    reason = rows.no_rows(subject)
    if reason is None and not [*extras(subject, "weight", "class", "positive"), *vectors(subject)]:
        return "it takes no weights"
    return reason


@check(
    number=16,
    reason="Weights say which rows count: where they count otherwise than they say, the model"
    " learns from other rows than those that were meant.",
    rule="FAIL where weights change nothing, where weights of one do, where a row of weight zero"
    " still counts, where the value is that of a known mistake, or is bent by weights of classes"
    " that grow together; WARN where it is no weighted sum"
    " over any usual count; INFO names what the weighted"
    " sum is divided by, and says where weights of a batch of one row have no effect.",
    evidence=("pytorch#8062", "pytorch#50528", "keras#13329", "pytorch#61309"),
    applies=_weighted,
)
def weights(subject: Any) -> Iterable[Finding]:
    """A weight of one changes nothing, of zero removes a row, of two counts it twice."""
    for extra in extras(subject, "weight", "class"):
        try:
            yield from _of_one(extra) or _of_none(extra) or _of_zero(extra) or _grown(extra)
        except (CandidateError, Unchangeable):
            continue
    for vector in vectors(subject):
        try:
            yield from _in_proportion(subject, vector)
        except (CandidateError, Unchangeable):
            continue
    for extra in extras(subject, "positive"):
        try:
            yield from _positives(extra)
        except (CandidateError, Unchangeable):
            continue


def _positives(extra: Extra) -> Iterable[Finding]:
    """Hold the weight of positives against a batch without any, and against one of nothing else."""
    plain = rows.plain(extra.subject, extra.name)
    target = plain.contract.target
    if target is None or target.domain != "degree":
        return
    batch = plain.draw(n=6)
    for value, words in ((0.0, "without positives"), (1.0, "of positives only")):
        here = batch.with_(target.name, np.full_like(batch[target.name], value))
        once, thrice = (extra.number(here, by * extra.ones(here)) for by in (1.0, 3.0))
        moved = np.isfinite([once, thrice]).all() and not near(thrice, once)
        if moved and (value == 0.0 or thrice < once):
            yield fail(
                f"{extra.name} changes the value of a batch {words}: {once:.4g} becomes"
                f" {thrice:.4g} when it goes from 1 to 3.",
                extra.subject.example(
                    extra.call(here, extra.ones(here), f"{extra.name} is 1"),
                    extra.call(here, 3 * extra.ones(here), f"{extra.name} is 3"),
                    expected=f"{once:.4g} again" if value == 0.0 else f"more than {once:.4g}",
                ),
                cause="it is multiplied into the term of the negatives, or divides",
                mend="weight * target * loss of a yes + (1 - target) * loss of a no",
            )
            return


def _batch(extra: Extra) -> Batch:
    """Draw six rows, of different classes where there are classes."""
    plain = rows.plain(extra.subject, extra.name)
    batch = plain.draw(n=len(weighing.WEIGHTS))
    target = plain.contract.target
    if extra.kind != "class" or target is None or target.domain != "labels":
        return batch
    k = extra.shape(batch)[0]
    each = np.resize(np.arange(k), batch[target.name].shape[0])
    shape = batch[target.name].shape
    wide = each.reshape(-1, *(1,) * (len(shape) - 1))
    return batch.with_(target.name, np.broadcast_to(wide, shape))


def _of_one(extra: Extra) -> list[Finding]:
    if not extra.optional:
        return []
    batch, plain = _batch(extra), rows.plain(extra.subject, extra.name)
    without, ones = plain.number(batch), extra.number(batch, extra.ones(batch))
    if not np.isfinite(without) or near(ones, without):
        return []
    return [
        fail(
            f"{extra.name} of one changes the value: {ones:.4g}, and {without:.4g} without it.",
            plain.example(
                plain.call(batch, says="without weights"),
                extra.call(batch, extra.ones(batch), "all weights are one"),
                expected=f"{without:.4g} again",
            ),
            cause=f"another denominator, or another formula, where {extra.name} is given",
            mend="let weights of one go the same way as no weights",
        )
    ]


def _of_none(extra: Extra) -> list[Finding]:
    """Find weights that do nothing."""
    batch = _batch(extra)
    if extra.kind == "class" and np.prod(extra.shape(batch)) < 2:
        return []
    rng = np.random.default_rng(0)
    tried = [rng.uniform(0.2, 3.0, extra.shape(batch)) for _ in range(3)]
    found = [_as_written(extra, batch, each) for each in [extra.ones(batch), *tried]]
    if any(not np.isfinite(each).all() or not np.array_equal(each, found[0]) for each in found):
        return []
    if not np.abs(found[0]).max() > 0:
        return []
    return [
        fail(
            f"{extra.name} has no effect: the value stays {np.sum(found[0]):.4g} whatever it is.",
            extra.subject.example(
                extra.call(batch, extra.ones(batch), "all weights are one"),
                extra.call(batch, tried[0], "other weights"),
                expected="another value",
            ),
            cause="the argument is accepted and never used, or cancels out",
            mend="multiply each entry's loss with its weight before reducing",
        )
    ]


def _as_written(extra: Extra, batch: Batch, array: Array) -> Array:
    """Call in single precision, in which nothing stands between the loss and its framework."""
    subject, filled = extra.with_(batch, array)
    return subject.value(filled, "float32")


def _of_zero(extra: Extra) -> list[Finding]:
    batch, first = _batch(extra), rows.learnt(extra.subject)[0]
    bare = rows.plain(extra.subject, extra.name) if extra.optional else extra.subject
    if not structure(bare).rowwise:
        return []
    zero = _zero_for_row_0(extra, batch)
    if zero is None:
        return []
    drawn = rows.other(rows.plain(extra.subject, extra.name), batch)
    moved = rows.put(batch, drawn, (first,), 0)
    here, there = extra.number(batch, zero), extra.number(moved, zero)
    if not np.isfinite([here, there]).all() or near(there, here):
        return []
    return [
        fail(
            f"A row of weight zero still counts: {here:.4g} becomes {there:.4g} when only its"
            " prediction changes.",
            extra.subject.example(
                extra.call(batch, zero, "row 0 has weight zero"),
                extra.call(moved, zero, "another prediction in row 0"),
                expected=f"{here:.4g} again",
            ),
            cause=f"{extra.name} reaches only a part of the formula, or other rows",
            mend="multiply the whole loss of an entry with its weight",
        )
    ]


def _zero_for_row_0(extra: Extra, batch: Batch) -> Array | None:
    zero = extra.ones(batch)
    if extra.kind == "weight":
        zero[0] = 0.0
        return zero if extra.axes[:1] == ("n",) and len(zero) > 1 else None
    target = extra.subject.contract.target
    if target is None or target.domain != "labels":
        return None
    label = int(np.ravel(batch[target.name])[0])
    if (batch[target.name] == label).all() or (batch[target.name][0] != label).any():
        return None
    zero[label] = 0.0
    return zero


def _grown(extra: Extra) -> list[Finding]:
    """Hold the sum against those of the rows; weights of classes may only grow it in proportion."""
    if extra.kind != "class":
        return _sums(extra)
    batch = _batch(extra)
    given = np.resize((0.5, 1.5, 1.0), extra.shape(batch))
    bare = rows.plain(extra.subject, extra.name) if extra.optional else extra.subject
    if not _by_rows(bare):
        return []
    values = [extra.number(batch, factor * given) for factor in weighing.FACTORS]
    calls = [extra.call(batch, factor * given) for factor in (1.0, 2.0)]
    return _bent(extra.subject, extra.name, values, calls)


def _in_proportion(subject: Any, vector: Vector) -> list[Finding]:
    """Let the weights of classes that the loss holds grow together."""
    prediction, batch = subject.contract.prediction, subject.typical
    sizes = dict(zip(prediction.axes, batch[prediction.name].shape, strict=False))
    if vector.values.size != sizes.get("k", 2) or not _by_rows(subject):
        return []
    once = 1 / vector.values.mean()
    forms = {factor: vector.times(factor * once) for factor in weighing.FACTORS}
    calls = [forms[each].call(batch) for each in (1.0, 2.0) if forms[each].changes]
    values = [form.number(batch) for form in forms.values()]
    return _bent(subject, vector.name, values, calls or [subject.call(batch)])


def _by_rows(subject: Any) -> bool:
    """Say whether its name promises a sum of rows' losses, and its numbers agree."""
    said = f"{hints.name(subject)} {hints.doc(subject)}"
    return bool(
        structure(subject).rowwise and hints.by_rows(subject) and not ELSEWHERE.search(said)
    )


ELSEWHERE = re.compile(
    r"margin|ldam|prior|equali|balanced softmax|seesaw|temperature|adjust|bi.?temp"
)
"""Losses of these words may use a class's weight inside of the softmax."""


def _bent(subject: Any, name: str, values: list[float], calls: list[Call]) -> list[Finding]:
    if not np.isfinite(values).all() or weighing.straight(values):
        return []
    here, there = values[-2:]
    return [
        fail(
            f"{name} twice as large turns {here:.4g} into {there:.4g}: the loss of a row is not"
            " multiplied with its class's weight, but bent by it.",
            subject.example(*calls, expected=f"{2 * here:.4g}, or {here:.4g} for a weighted mean"),
            cause="a probability is taken of the weighted loss, as exp(-ce) of a cross-entropy that"
            " was given the weights",
            mend="compute the loss without weights, and multiply it with weight[target] at the end",
        )
    ]


def _sums(extra: Extra) -> list[Finding]:
    """Compare with the weighted sum of the rows, and name the denominator."""
    batch = _batch(extra)
    given = np.array(weighing.WEIGHTS)
    each = weighing.alone(extra, batch) if extra.kind == "weight" else None
    if each is None or extra.axes[:1] != ("n",) or not _additive(extra, batch, each):
        return []
    full = weighing.spread(extra, batch, given)
    value = extra.number(batch, full)
    named = weighing.denominator(value, each, given)
    if named is not None:
        return [_denominator(extra, named)]
    wrong = weighing.mistake(value, each, given)
    right = float(given @ each)
    says = "no weighted sum of the rows' losses over any usual count" if wrong is None else wrong[0]
    say = warn if wrong is None else fail
    return [
        say(
            f"{extra.name} gives {value:.4g}: that is {says}.",
            extra.subject.example(
                extra.call(batch, full),
                expected=f"{right / given.sum():.4g} for a weighted mean, {right / len(each):.4g}"
                f" for a mean over rows, or {right:.4g} for a sum",
            ),
            cause="the weight acts inside of the loss" if wrong is None else wrong[0],
            mend="multiply each loss with its weight" if wrong is None else wrong[1],
        )
    ]


def _additive(extra: Extra, batch: Batch, each: Array) -> bool:
    """Say whether the loss is a mean or sum of its rows at all, under weights of one."""
    value, size = extra.number(batch, extra.ones(batch)), float(np.abs(each).sum())
    return near(value, each.sum(), size) or near(value, each.mean(), size)


def _denominator(extra: Extra, named: str) -> Finding:
    alone = " A batch of one row does not feel its weight." if "sum of" in named else ""
    return info(f"The sum weighted with {extra.name} is divided by {named}.{alone}")
