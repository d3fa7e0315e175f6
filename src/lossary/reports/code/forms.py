"""From a network's raw outputs to what a loss reads and to an answer, spelt as code.

A network starts at the target's own size: `raw = centre + step * outputs`. The words in braces are
the functions of a host.
"""

from dataclasses import dataclass, replace

from lossary.core.loss import Loss
from lossary.domains import log_probability, probability
from lossary.heads import (
    Amount,
    Binary,
    Cumulative,
    Head,
    Labels,
    LevelNumber,
    Many,
    Normal,
    OneVersusRest,
    OrderedClasses,
    Share,
    Times,
)

_ODDS = "np.log({share} / (1 - {share}))"
_ABOVE = "(y[:, None] > np.arange(len(classes) - 1))"
_OF_HEAD = ("from lossary.heads import head_for",)


@dataclass(frozen=True)
class Form:
    """How one kind of head is spelt; `given` is what the loss reads, `answer` what is reported.

    `score` is what a threshold is held against; "" where there is none.
    """

    outputs: int
    centre: str
    step: str = "1.0"
    given: str = "raw[:, 0]"
    target: str = "y"
    answer: str = "raw[:, 0]"
    said: str = "amounts"
    score: str = ""
    imports: tuple[str, ...] = ()


def form_of(head: Head, loss: Loss, kind: str, k: int) -> Form | None:
    """Return how a head is spelt; None for one that has no spelling here."""
    told = f"head_for(loss, {kind!r}, {k}).answer(raw)"
    if isinstance(head, Times):
        return Form(1, "np.log(np.abs(y)).mean()", answer=f"{told}.value",
                    said="median times", imports=_OF_HEAD)  # fmt: skip
    if isinstance(head, Share | LevelNumber):
        inner = form_of(head.inner, loss, kind, k)
        said = "shares" if isinstance(head, Share) else "levels, numbered from 0"
        target = 'y.astype("float32")'
        return inner and replace(inner, answer=f"{told}.value", said=said, imports=_OF_HEAD,
                                 target=target, score="")  # fmt: skip
    if isinstance(head, Cumulative):
        centre = _ODDS.format(share=f"{_ABOVE}.mean(0)")
        return Form(head.outputs, centre, "1.0", _read(head.reads),
                    f'{_ABOVE}.astype("float32")', f"{told}.value",
                    "expected levels, numbered from 0", imports=_OF_HEAD)  # fmt: skip
    if isinstance(head, Labels):
        return _labels(head, loss)
    return _plain(head, loss, told)


def _plain(head: Head, loss: Loss, told: str) -> Form | None:
    if isinstance(head, Amount):
        return _amount(head)
    if isinstance(head, Normal):
        return Form(2, "[y.mean(), 2 * np.log(y.std())]", "[y.std(), 1.0]", "raw")
    if isinstance(head, Binary):
        return _binary(head, loss)
    if isinstance(head, Many):
        return _many(head, told)
    return _rest(head, told) if isinstance(head, OneVersusRest) else None


def _amount(head: Amount) -> Form:
    if head.scale == "log":
        return Form(1, "np.log(y.mean())", answer="np.exp(raw[:, 0])")
    if head.scale == "log1p":
        centre, step = "np.log1p(y).mean()", "np.log1p(y).std()"
        return Form(1, centre, step, "{expm1}(raw[:, 0])", answer="np.expm1(raw[:, 0])")
    return Form(1, "y.mean()", "y.std()")


def _binary(head: Binary, loss: Loss) -> Form:
    raw, target = ("raw", "y[:, None]") if head.as_class else ("raw[:, 0]", "y")
    given = f"{{sigmoid}}({raw})" if head.reads == probability else raw
    answer, said, imports = _chance(head.chance, loss, "raw[:, 0]")
    return Form(1, _ODDS.format(share="y.mean()"), "1.0", given, f'{target}.astype("float32")',
                answer, said, "raw[:, 0]", imports)  # fmt: skip


def _labels(head: Labels, loss: Loss) -> Form:
    answer, said, imports = _chance(head.chance, loss, "raw")
    share = "np.clip(y.mean(0), 0.001, 0.999)"
    return Form(head.outputs, _ODDS.format(share=share), "1.0", _read(head.reads),
                'y.astype("float32")', answer, f"{said} of each label", "raw", imports)  # fmt: skip


def _many(head: Many, told: str) -> Form:
    ways = {probability: "{softmax}", log_probability: "{log_softmax}"}
    levels = isinstance(head, OrderedClasses)
    score = "raw[:, 1] - raw[:, 0]" if head.k == 2 else "raw"
    return Form(
        head.k, "np.log(np.bincount(y) / len(y))", "1.0", ways.get(head.reads, "raw"),
        f"np.eye({head.k})[y]" if head.shares else "y",
        f"{told}.{'value' if levels else 'probability'}",
        "expected levels, numbered from 0" if levels else "a probability for each class",
        score, _OF_HEAD,
    )  # fmt: skip


def _rest(head: OneVersusRest, told: str) -> Form:
    reported = "score" if head.chance is None else "probability"
    said = "a score" if head.chance is None else "a probability"
    centre = _ODDS.format(share="(np.bincount(y) / len(y))")
    return Form(head.k, centre, "1.0", _read(head.reads), f"np.eye({head.k})[y]",
                f"{told}.{reported}", f"{said} for each class", "raw", _OF_HEAD)  # fmt: skip


def _read(reads: object) -> str:
    return "{sigmoid}(raw)" if reads == probability else "raw"


def _chance(chance: Loss | None, loss: Loss, raw: str) -> tuple[str, str, tuple[str, ...]]:
    """Spell the probability that a raw score means; a loss that knows none reports the score."""
    if chance is None:
        return raw, "scores, above zero for yes", ()
    if loss.label in ("BinaryCrossEntropy", "LogLoss"):
        return f"1 / (1 + np.exp(-{raw}))", "probabilities", ()
    return f"chances(loss, {raw})", "probabilities", ("from lossary.heads import chances",)
