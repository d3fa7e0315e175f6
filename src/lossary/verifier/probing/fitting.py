"""Lays a form over the arguments of a loss, and weighs how well names, code and words fit it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from math import inf
from re import fullmatch, search

from lossary.verifier.probing.evidence import kinds_of, unfitting
from lossary.verifier.probing.form import Form, Slot, speaks
from lossary.verifier.probing.forms import AS_STATED, FORMS
from lossary.verifier.probing.ranks import ranks_of
from lossary.verifier.probing.shaping import shaped, stretched
from lossary.verifier.probing.stated import Letters
from lossary.verifier.probing.text import Text, spelt
from lossary.verifier.probing.words import Word

SUPPORT = {
    "logit": ("logits", "logit"),
    "scores": ("logits", "scores"),
    "margin": ("logits", "margin"),
    "probability": ("probs", "inlog", "complement"),
    "log_probability": ("logprobs",),
    "real": ("embedding",),
    "nonnegative": ("nonnegative", "count", "inlog"),
    "positive": ("positive", "inlog"),
    "log_amount": ("lograte",),
    "box": ("box", "boxcorner"),
    "labels": ("labels", "classes"),
    "degree": ("degree", "probs", "inlog", "complement"),
    "side": ("side",),
}
"""Which kinds of numbers speak for a domain."""
OF_TARGETS = ("labels", "degree", "side", "shares", "classes", "count")
OUT_OF_ORDER = 0.6
UNSAID = 4.0
"""What speaks against two answers where neither the name of an argument nor its use says so."""


@dataclass(frozen=True)
class Heard:
    """What was read of one argument."""

    word: Word
    kinds: dict[str, float]
    ranks: dict[int, float]
    stated: Letters | None = None
    """Its axes, where a docstring or a comment states them once and for all."""


@dataclass(frozen=True)
class Fit:
    """A form laid over arguments: the slot of each, and how much speaks for it."""

    form: Form
    slots: tuple[Slot, ...]
    score: float
    support: dict[str, float]
    """How much is said for the numbers of each argument, and for roles under "order"."""
    stated: bool = False
    """Whether its axes are those that somebody states."""


def heard(text: Text, words: list[Word]) -> list[Heard]:
    """Read what is written of each argument."""
    return [Heard(w, kinds_of(text, w, w.role), ranks_of(text, w), _stated(text, w)) for w in words]


def _stated(text: Text, word: Word) -> Letters | None:
    shapes = text.shapes.get(word.name, ())
    return shapes[0] if len(shapes) == 1 else None


def fits(text: Text, arguments: list[Heard], forms: tuple[Form, ...] = FORMS) -> list[Fit]:
    """Return the forms for so many arguments, in every order that makes sense, the best first."""
    found: dict[tuple[Slot, ...], Fit] = {}
    unfit = unfitting(text)
    letters = tuple(each.stated for each in arguments)
    for form in (*forms, AS_STATED) if all(letters) and len(forms) >= len(FORMS) else forms:
        said = speaks(form, text.head)
        if len(form.slots) != len(arguments) or said == -inf:
            continue
        orders = permutations(form.slots) if len(form.slots) <= 4 else iter([form.slots])
        for slots in dict.fromkeys(orders):
            laid = _laid(slots, letters)
            if laid is None:
                continue
            lacks = laid[1] + sum(unfit.get(each.domain, 0.0) for each in slots)
            fit = _fit(form, slots, arguments, said + form.prior - lacks)
            if fit is not None:
                better = replace(fit, slots=laid[0], stated=any(letters))
                known = found.get(laid[0])
                found[laid[0]] = better if known is None or better.score > known.score else known
    return sorted(found.values(), key=lambda each: -each.score)


def _laid(
    slots: tuple[Slot, ...], letters: tuple[Letters | None, ...]
) -> tuple[tuple[Slot, ...], float] | None:
    """Put slots on the axes that are stated; None where those of the form disagree."""
    if not any(letters):
        return slots, 0.0
    full = stretched(slots, letters)
    if full is not None:
        return shaped(slots, full)
    pairs = zip(slots, letters, strict=True)
    agree = all(each is None or len(each) == len(s.axes) for s, each in pairs)
    return (slots, 0.0) if agree else None


def _fit(form: Form, slots: tuple[Slot, ...], arguments: list[Heard], base: float) -> Fit | None:
    score = base - (0.0 if slots == form.slots else OUT_OF_ORDER)
    support: dict[str, float] = {}
    order = 0.0
    for slot, each in zip(slots, arguments, strict=True):
        if slot.names and not fullmatch(slot.names, spelt(each.word.name)):
            return None
        role = _role(slot, each.word)
        pro, con = _numbers(slot, each.kinds)
        con = 0.0 if slot.names else con
        answers = slot.domain == "side" or (slot.domain == "degree" and len(slots) > 2)
        role -= UNSAID if answers and each.word.role is None and not pro else 0.0
        score += role + pro - con + (0.0 if each.stated else _axes(slot, each.ranks))
        order += role
        support[each.word.name] = pro
    return Fit(form, slots, score, {**support, "order": order})


def _role(slot: Slot, word: Word) -> float:
    if slot.names:
        return 2.0
    if word.role is None:
        return 0.0
    if word.role == slot.role:
        return 2.0
    return -4.0 if {word.role, slot.role} == {"prediction", "target"} else -5.0


def _numbers(slot: Slot, kinds: dict[str, float]) -> tuple[float, float]:
    """Return what speaks for the numbers of a slot, and the strongest that speaks against them."""
    own = SUPPORT.get(slot.domain, ())
    if slot.domain == "distribution":
        own = ("probs", "inlog")
        own += ("shares", "classes") if slot.role == "target" else ()
    if slot.domain == "real" and "d" not in slot.axes:
        own = ()
    away = OF_TARGETS if slot.role == "prediction" else ()
    pro = sum(weight for kind, weight in kinds.items() if kind in own)
    con = max((w for kind, w in kinds.items() if kind not in own and kind not in away), default=0.0)
    return pro, con


def _axes(slot: Slot, ranks: dict[int, float]) -> float:
    if not ranks:
        return 0.0
    mine = ranks.get(len(slot.axes), 0.0)
    return mine - max((w for rank, w in ranks.items() if rank != len(slot.axes)), default=0.0)


def extras(axes: tuple[str, ...] | None, each: Heard, mains: tuple[Slot, ...]) -> Iterator[Slot]:
    """Yield what one more argument may be: weights or a mask of rows or entries, or one array."""
    prediction = next((s for s in mains if s.role == "prediction"), mains[0])
    target = next((s for s in mains if s.role == "target"), prediction)
    word = each.word
    if word.role == "length":
        own = target if search("target|label|tgt|text|char|phon|y_", word.name.lower()) else None
        yield Slot("other", axes or ("n",), f"length of {_steps(own or prediction)}")
        return
    if search("paddings$", word.name.lower()):
        return  # which paddings go together only the caller knows
    role = word.role if word.role in ("weight", "mask") else "other"
    domain = {"weight": "weights", "mask": "degree"}.get(role) or _domain(each)
    entries = tuple(axis for axis in prediction.axes if axis != "k")
    ways = [("n",), entries, prediction.axes, ("k",), ()]
    if role == "other":
        ways = [prediction.axes, ("n",), (), entries]
        ways = [target.axes, *ways] if domain == "degree" else ways
        ways = [*ways, ("k",)] if target.domain == "labels" and "k" in prediction.axes else ways
    for way in [axes] if axes is not None else dict.fromkeys(ways):
        yield Slot(role, way, domain)


def _steps(slot: Slot) -> str:
    """Return the axis along which an array has steps: t, if no other axis can be."""
    likely = [axis for axis in slot.axes if axis != "n" and not axis.isdigit()]
    return next((axis for axis in likely if axis not in ("k", "d")), [*likely, "t"][0])


def _domain(each: Heard) -> str:
    """Name the numbers of one more array, where enough is said of them."""
    weights = dict(each.kinds)
    if "degree" in weights:
        weights["degree"] += weights.pop("complement", 0.0)
    best = max(weights, key=lambda kind: weights[kind], default="")
    if weights.get("positive"):
        return "positive"
    known = ("degree", "side", "labels") if each.word.role == "target" else ("degree", "side")
    return best if best in known and weights[best] >= 2 else "real"
