"""What was declared, turned into fewer forms: those that say the same."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lossary import domains
from lossary.domains import Domain
from lossary.errors import ArgumentError, nearest
from lossary.verifier.declaring import Declared
from lossary.verifier.probing.fitting import Heard
from lossary.verifier.probing.form import Form, Slot
from lossary.verifier.probing.forms import FORMS

SPELLINGS = {
    "logits": "logit", "probabilities": "probability", "score": "scores", "label": "labels",
    "distributions": "distribution", "log_probabilities": "log_probability",
    "log_prob": "log_probability", "log_probs": "log_probability", "probs": "probability",
    "boxes": "box", "one_hot": "distribution", "onehot": "distribution", "binary": "degree",
    "reals": "real", "class_index": "labels", "sides": "side", "margins": "margin",
    "count": "nonnegative", "counts": "nonnegative", "rate": "positive", "log_rate": "log_amount",
    "embedding": "real", "embeddings": "real", "weight": "weights",
}  # fmt: skip
ALIKE = ({"logit", "scores"}, {"probability", "distribution", "degree"}, {"labels"})
ROLES = ("prediction", "target", "weight", "mask", "other")


def domain_named(word: str, option: str) -> str:
    """Return the domain of a name, as somebody may spell it.

    Raises:
        ArgumentError: there is none; the nearest are told.
    """
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    plain = SPELLINGS.get(plain, plain)
    known = [n for n, each in vars(domains).items() if isinstance(each, Domain)] + ["box"]
    if plain not in known:
        raise ArgumentError(f"{option}={word!r} is no kind of numbers. {nearest(plain, known)}")
    return plain


def roles_of(declared: Declared, arguments: list[Heard]) -> tuple[str, ...]:
    """Return the declared roles in their order.

    Raises:
        ArgumentError: a role does not exist, or they are not as many as the arguments.
    """
    words = tuple(each.strip() for each in declared.order.split(",")) if declared.order else ()
    for word in words:
        if word not in ROLES:
            raise ArgumentError(f"order={declared.order!r}: {nearest(word, ROLES)}")
    if words:
        _as_many("order", words, arguments)
    return words


def _as_many(option: str, named: Sequence[Any], arguments: list[Heard]) -> None:
    if len(named) != len(arguments):
        raise ArgumentError(
            f"{option}= names {len(named)} {'array' if len(named) == 1 else 'arrays'}, but the loss"
            f" takes {len(arguments)}: {', '.join(each.word.name for each in arguments)}."
        )


def axes_of(declared: Declared) -> list[tuple[str, ...]] | None:
    """Return the declared axes of each argument: "n k, n" or "(n, k), (n)"."""
    said = declared.shapes
    if said is None:
        return None
    if "(" in said:
        return [tuple(re.findall(r"\w+", each)) for each in re.findall(r"\(([^)]*)\)", said)]
    return [tuple(each.split()) for each in said.split(",")]


def wanted_forms(declared: Declared, arguments: list[Heard]) -> tuple[Form, ...]:
    """Return the forms that agree with the axes and domains that were declared."""
    axes = axes_of(declared)
    forms = (
        FORMS
        if axes is None
        else _of_axes(axes, roles_of(declared, arguments), arguments, declared.target is not None)
    )
    for role in ("prediction", "target"):
        word = getattr(declared, role)
        if word is not None:
            domain = domain_named(word, role)
            exact = tuple(f for f in forms if _domain(f, role) == domain)
            kept = exact or tuple(f for f in forms if _agrees(f, role, domain))
            forms = tuple(_with(f, role, domain) for f in kept or forms)
    return tuple(map(_coherent, forms))


def _domain(form: Form, role: str) -> str | None:
    return next((each.domain for each in form.slots if each.role == role), None)


def _agrees(form: Form, role: str, domain: str) -> bool:
    mine = _domain(form, role)
    return any({mine, domain} <= each for each in ALIKE) and mine is not None


def _with(form: Form, role: str, domain: str) -> Form:
    """Put a declared domain in its place."""
    place = next((p for p, slot in enumerate(form.slots) if slot.role == role), None)
    if place is None:
        return form
    slots = list(form.slots)
    slots[place] = replace(slots[place], domain=domain)
    return replace(form, slots=tuple(slots))


def _coherent(form: Form) -> Form:
    """Of classes, logits are scores and probabilities a distribution."""
    known = {slot.domain for slot in form.slots if slot.role == "target"}
    if not known & {"labels", "distribution"}:
        return form
    of_classes = {"logit": "scores", "probability": "distribution"}
    slots = (
        replace(slot, domain=of_classes.get(slot.domain, slot.domain))
        if slot.role == "prediction" and "k" in slot.axes
        else slot
        for slot in form.slots
    )
    return replace(form, slots=tuple(slots))


def _of_axes(
    axes: list[tuple[str, ...]], roles: tuple[str, ...], arguments: list[Heard], target: bool
) -> tuple[Form, ...]:
    """Put declared axes into forms whose first two arrays relate alike: with or without classes."""
    _as_many("shapes", axes, arguments)
    given = roles or _guessed(arguments, target)
    mains = [p for p, role in enumerate(given) if role in ("prediction", "target")]
    found = []
    for form in FORMS:
        if len(form.slots) == len(mains) and tuple(s.role for s in form.slots) == tuple(
            sorted(given[p] for p in mains)
        ):
            slots = _put(form, axes, given, mains)
            if slots is not None:
                found.append(replace(form, slots=slots, sizes={}))
    if found:
        return tuple(found)
    plain = tuple(Slot(r, a, _plain(r)) for r, a in zip(given, axes, strict=True))
    return (Form("as declared", plain),)


def _plain(role: str) -> str:
    return {"weight": "weights", "mask": "degree"}.get(role, "real")


def _guessed(arguments: list[Heard], target: bool) -> tuple[str, ...]:
    words = [each.word.role for each in arguments]
    if target and "target" not in words and words.count("prediction") > 1:
        words[len(words) - 1 - words[::-1].index("prediction")] = "target"
    if "prediction" not in words:
        first = next((p for p, w in enumerate(words) if w is None), 0)
        words[first] = "prediction"
    if "target" not in words and len(words) > 1:
        free = next((p for p, w in enumerate(words) if w is None), None)
        if free is not None:
            words[free] = "target"
    return tuple(w or "other" for w in words)


def _put(
    form: Form, axes: list[tuple[str, ...]], roles: tuple[str, ...], mains: list[int]
) -> tuple[Slot, ...] | None:
    order = sorted(mains, key=lambda p: roles[p])
    own = [axes[p] for p in order]
    if not all(_like(s, a, own[0]) for s, a in zip(form.slots, own, strict=True)):
        return None
    flat = [tuple(axis for axis in each if axis != "1") for each in own]
    if (form.slots[0].axes == form.slots[-1].axes) != (flat[0] == flat[-1]):
        return None
    places = dict(zip(order, form.slots, strict=True))
    return tuple(
        replace(places[p], axes=a, names="") if p in places else Slot(r, a, _plain(r))
        for p, (a, r) in enumerate(zip(axes, roles, strict=True))
    )


def _like(slot: Slot, axes: tuple[str, ...], first: tuple[str, ...]) -> bool:
    if "k" in slot.axes:
        return "k" in axes or any(each.isdigit() and each != "1" for each in axes[1:2])
    if slot.domain == "box":
        return axes[-1:] == ("4",)
    return slot.domain != "labels" or axes != first


def facts(declared: Declared) -> dict[str, Any]:
    """Return the declared facts that stand in a contract under the same name."""
    same = ("reduction", "structure", "per", "ignore", "infimum", "like", "metric", "value")
    return {n: v for n in same if (v := getattr(declared, n, None)) is not None}
