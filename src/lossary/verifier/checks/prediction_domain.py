"""Check 4: the loss takes its prediction in the domain its names promise, and squashes it once."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning import squashed
from lossary.verifier.meaning.landmarks import (
    certain,
    classes_axis,
    ordinary,
    settled,
    shares,
)
from lossary.verifier.meaning.standing import a_metric
from lossary.verifier.meaning.words import bears, contrary, named, setting, told
from lossary.verifier.rule import check
from lossary.verifier.shrinking import shrunk

MISSING = {
    "logit": ("the sigmoid is missing", "probability = sigmoid(logit), or a loss from logits"),
    "scores": ("the softmax is missing", "log_softmax of the scores, then the loss"),
    "log_probability": ("a logarithm is taken of what is a logarithm already", "leave it out"),
    "real": ("a logarithm or a root of negative numbers", "keep the argument above zero"),
}
ENTROPIES = ("bce", "cross_entropy", "ce", "xent", "log_loss", "nll", "logistic", "dice_bce")
NORMED = ("norm", "cosine", "arc", "cos", "smooth", "poly", "generalized", "symmetric", "ranked")
LINEAR = ("accuracy", "reward", "expected", "mae", "unhinged", "policy", "margin", "soft_f1")


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    return "no prediction is known" if not subject.contract.roles("prediction") else None


@check(
    number=4,
    reason="A softmax or sigmoid too many keeps the loss above a floor and weakens its gradient;"
    " one too few gives NaN or no gradient. Nothing raises, and the model learns a little.",
    rule="FAIL where an ordinary prediction of the promised domain gives NaN, or where a perfect"
    " one costs exactly what a second softmax or sigmoid leaves; any other floor may be meant.",
    evidence=("lightning-bolts#654", "SciCo#2", "keras-hub#1008", "tflearn#562", "kornia#493"),
    applies=_applies,
)
def prediction_domain(subject: Any) -> Iterable[Finding]:
    """A perfect prediction costs nothing, and an ordinary one gives a number."""
    lost = next(_undefined(subject), None)
    if lost is not None:
        yield lost
    elif not a_metric(subject) and not contrary(subject):
        told_of = [*_warned(subject), *_two_softmaxes(subject), *_two_sigmoids(subject)]
        yield from told_of or _a_floor(subject)
        yield from _no_logarithm(subject)


def _undefined(subject: Any) -> Iterator[Finding]:
    def undefined(batch: Any) -> bool:
        return bool(np.isnan(subject.value(batch)).any())

    tried = [ordinary(subject, seed) for seed in range(3)]
    if not all(undefined(batch) and undefined(_positive(subject, batch)) for batch in tried):
        return
    prediction = subject.contract.prediction
    promised = _promised(prediction)
    cause, mend = MISSING.get(promised, ("the arguments lie where the formula is not defined", ""))
    small = shrunk(subject, tried[0], undefined)
    yield fail(
        f"An ordinary {prediction.name} ({promised.replace('_', ' ')}) gives NaN.",
        subject.example(subject.call(small), expected="a number"),
        cause=cause,
        mend=mend,
    )


def _positive(subject: Any, batch: Any) -> Any:
    """Keep above zero what is neither prediction nor target: it may be a scale."""
    ends = (subject.contract.prediction, *subject.contract.roles("target"))
    others = [a.name for a in subject.contract.arguments if a not in ends and a.domain == "real"]
    return batch.each(lambda array: np.abs(array) + 0.1, others)


def _promised(prediction: Any) -> str:
    return "logit" if bears(prediction.name, "logit") and prediction.domain == "real" else str(
        prediction.domain
    )  # fmt: skip


def _ends(subject: Any, batch: Any, strength: float = 50.0) -> tuple[Any, float, float] | None:
    """Return a perfect prediction, what it costs, and what a wholly wrong one costs."""
    best = certain(subject, batch, strength, right=True)
    worst = certain(subject, batch, strength, right=False)
    if best is None or worst is None:
        return None
    floor, farther = subject.number(best), certain(subject, batch, 2 * strength, right=True)
    settles = abs(subject.number(farther) - floor) <= 0.01 * abs(floor) + 1e-6
    return (best, floor, subject.number(worst)) if settles else None


def _known(subject: Any) -> list[squashed.Form]:
    focus, smoothing = (
        setting(subject, "gamma", "focus"),
        setting(subject, "label_smooth", "smooth"),
    )
    return list(squashed.forms(focus, smoothing))


def _warned(subject: Any) -> Iterator[Finding]:
    """Hear what Keras says of a softmax before from_logits=True: not all its backends undo it."""
    if subject.host.name not in ("keras", "tensorflow"):
        return
    batch = subject.draw(n=2)
    if any("does not represent logits" in each for each in subject.warned(batch)):
        yield fail(
            "The softmax (or sigmoid) is applied twice, as Keras warns at each call: from_logits="
            "True says that it is still to come. TensorFlow's backend takes the first one back;"
            " JAX and PyTorch do not, and there a perfect prediction still costs something.",
            subject.example(subject.call(batch), expected="no warning"),
            cause="a softmax head, and from_logits=True in the loss",
            mend="leave the softmax out, or from_logits=False",
        )


def _two_softmaxes(subject: Any) -> Iterator[Finding]:
    prediction = subject.contract.prediction
    batch = settled(subject)
    found = _ends(subject, batch) if "k" in prediction.axes else None
    if found is None or not _one_a_row(subject, batch):
        return
    best, floor, ceiling = found
    k = batch[prediction.name].shape[prediction.axes.index("k")]
    right, wrong = squashed.squashed(k)
    if squashed.fits(floor, ceiling, right, wrong, 0, _known(subject)):
        small = shrunk(subject, best, lambda b: subject.number(b) > 0.9 * floor / 8)
        given = prediction.domain in ("probability", "distribution")
        yield fail(
            f"The softmax is applied twice: a perfect prediction still costs {floor:.4g}, as "
            f"behind two softmaxes, for which the cross-entropy of {k} classes cannot fall below "
            f"log(e + {k - 1}) - 1 = {squashed.softmax_floor(k):.2f} (1.46 for 10 classes).",
            subject.example(subject.call(small), expected="0, or nearly: the prediction is right"),
            cause=f"{prediction.name} are probabilities, and the loss applies a softmax to them"
            if given
            else "a softmax (or a sigmoid) before a loss that applies the softmax itself",
            mend="hand the raw scores to cross_entropy, or take -log of the probabilities",
        )


def _one_a_row(subject: Any, batch: Any) -> bool:
    probability = shares(subject, batch)
    axis = subject.contract.prediction.axes.index("k")
    return probability is not None and bool(np.allclose(probability.sum(axis), 1))


def _two_sigmoids(subject: Any) -> Iterator[Finding]:
    contract = subject.contract
    if contract.target is None or contract.target.domain == "distribution":
        return
    if contract.target.domain == "labels" and "k" in contract.prediction.axes:
        return
    for yes in (1, 0):
        batch = settled(subject)
        no = -1.0 if contract.target.domain == "side" else 0.0
        given = batch[contract.target.name]
        batch = batch.with_(contract.target.name, np.full_like(given, 1 if yes else no))
        found = _ends(subject, batch)
        if found is None:
            return
        best, floor, ceiling = found
        right, wrong = squashed.sigmoids(yes)
        if not squashed.fits(floor, ceiling, right, wrong, yes, _known(subject)):
            return
    yield fail(
        f"The sigmoid is applied twice: a perfect prediction still costs {floor:.4g} where the "
        f"target is 0, for the loss cannot fall below 0.313 on a target of 1 and 0.693 on a 0.",
        subject.example(subject.call(best), expected="0, or nearly: the prediction is right"),
        cause=f"{contract.prediction.name} went through a sigmoid before a loss from logits",
        mend="leave the first sigmoid out, or use the loss that takes probabilities",
    )


def _a_floor(subject: Any) -> Iterator[Finding]:
    """A sum with a cross-entropy is unbounded, and falls to zero, unless it squashes twice."""
    softened = setting(subject, "label_smooth", "smoothing", "margin", "temperature")
    if not named(subject, *ENTROPIES) or named(subject, *NORMED) or softened:
        return
    if subject.contract.prediction.domain not in ("logit", "scores"):
        return
    batch = settled(subject)
    found, farther = _ends(subject, batch), _ends(subject, batch, 100.0)
    if found is None or farther is None:
        return
    best, floor, ceiling = found
    if floor > 0.1 * ceiling > 0 and abs(farther[2] - ceiling) < 1e-3 * ceiling:
        yield fail(
            f"A perfect prediction, however sure, still costs {floor:.4g}, and a wholly wrong one"
            f" no more than {ceiling:.4g}: a cross-entropy falls to 0, and grows without bound.",
            subject.example(subject.call(best), expected="0, or nearly: the prediction is right"),
            cause="the prediction is squashed twice: probabilities are given to a loss from logits",
            mend="hand the raw logits to the loss that takes logits",
        )


def _no_logarithm(subject: Any) -> Iterator[Finding]:
    """Minus a probability where minus its logarithm is meant, as nll_loss gives it of a softmax."""
    if "k" not in subject.contract.prediction.axes or told(subject, *LINEAR):
        return
    batch = settled(subject)
    found = _ends(subject, batch)
    middle = certain(subject, batch, 1e-9, right=True)
    if found is None or middle is None or not _one_a_row(subject, batch):
        return
    best, floor, ceiling = found
    k = batch[subject.contract.prediction.name].shape[classes_axis(subject.contract.prediction)]
    linear = np.isclose(subject.number(middle), floor / k, rtol=1e-6)
    if floor < 0 and linear and abs(ceiling) < 1e-6 * abs(floor):
        small = shrunk(subject, best, lambda b: subject.number(b) < 0)
        yield fail(
            f"The loss is minus the probability of the class, without a logarithm: {floor:.4g} for "
            f"a perfect prediction and 0 for a wholly wrong one, whose gradient vanishes.",
            subject.example(subject.call(small), expected="0, or nearly, and never below"),
            cause="nll_loss takes log-probabilities, and is given probabilities",
            mend="log_softmax in place of softmax, or cross_entropy of the raw scores",
        )
