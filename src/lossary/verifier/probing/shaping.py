"""Lays the slots of a form on the axes that are stated, where the two agree."""

from dataclasses import replace
from itertools import combinations
from typing import Literal

from lossary.verifier.probing.form import Slot
from lossary.verifier.probing.stated import BATCH, Letters

CLASSES = ("c", "k", "v", "q", "l", "classes", "n_classes", "num_classes", "nclass", "vocab",
           "vocab_size", "categories", "labels", "num_labels")  # fmt: skip
FEATURES = ("d", "e", "f", "z", "dim", "embed_dim", "emb_dim", "feat_dim", "features", "hidden",
            "d_model", "latent", "latent_dim", "feature_dim", "embedding_dim")  # fmt: skip
STEPS = ("t", "l", "s", "seq", "seq_len", "time", "length", "frames", "steps", "tokens",
         "seq_length", "max_len", "timesteps", "horizon")  # fmt: skip
CANONICAL = (
    (("h", "height"), "h"), (("w", "width"), "w"), (("c", "channels", "ch"), "c"),
    (STEPS, "t"), (FEATURES, "d"), (("q", "quantiles", "n_quantiles"), "q"),
)  # fmt: skip
OF_CLASSES = ("scores", "distribution", "log_probability")
AGAINST = 3.0
"""What speaks against classes along an axis that is called after features, and the reverse."""
AWAY = 0.25
"""What speaks against a form whose own arrays have more or fewer axes, for each of them."""


def shaped(
    slots: tuple[Slot, ...], letters: tuple[Letters, ...]
) -> tuple[tuple[Slot, ...], float] | None:
    """Return the slots on stated axes, and what speaks against them; None where they differ."""
    for one, other in combinations(range(len(slots)), 2):
        alike = _plain(letters[one]) == _plain(letters[other])
        if (slots[one].axes == slots[other].axes) != alike:
            return None
    across = _across(slots, letters)
    flat = any("h" in s.axes and len(each) < 3 for s, each in zip(slots, letters, strict=True))
    if across is False or flat:
        return None
    names = axes_of(letters, across or _columns(slots, letters))
    laid = tuple(replace(s, axes=_put(names, each)) for s, each in zip(slots, letters, strict=True))
    ours = ((s, each) for s, each in zip(slots, letters, strict=True) if s.domain == "box")
    if any(each[-1] != "4" for _, each in ours):
        return None
    away = sum(abs(len(s.axes) - len(each)) for s, each in zip(slots, letters, strict=True))
    return laid, _unlikely(slots, letters, across or None) + away * AWAY


def stretched(
    slots: tuple[Slot, ...], letters: tuple[Letters | None, ...]
) -> tuple[Letters, ...] | None:
    """Give an unstated array the shape of one with the same axes in the form; None where none."""
    known = {s.axes: each for s, each in zip(slots, letters, strict=True) if each is not None}
    full = tuple(each or known.get(s.axes) for s, each in zip(slots, letters, strict=True))
    kept = tuple(each for each in full if each is not None)
    return kept if len(kept) == len(full) else None


def beside(
    slots: dict[int, Slot], letters: tuple[Letters | None, ...], place: int
) -> tuple[str, ...] | None:
    """Name the stated axes of one more array as those of the others are; None where unstated."""
    mine = letters[place]
    if mine is None:
        return None
    known = {
        letter: axis
        for p, slot in slots.items()
        for letter, axis in zip(letters[p] or (), slot.axes, strict=False)
    }
    names = {**axes_of((mine, *filter(None, letters)), None), **known}
    return _put(names, mine)


def axes_of(letters: tuple[Letters, ...], across: str | None) -> dict[str, str]:
    """Name each stated axis as a contract does; no two alike."""
    names: dict[str, str] = {}
    order = [each for shape in sorted(letters, key=len, reverse=True) for each in shape]
    batch = next((each for each in letters[0] if each in BATCH), None)
    batch = batch or next((each for each in order if each in BATCH), None)
    if batch is not None:
        names[batch] = "n"
    if across is not None:
        names[across] = "k"
    for each in order:
        if each not in names:
            names[each] = each if each.isdigit() else _free(each, names, order)
    return names


def _free(letter: str, names: dict[str, str], order: list[str]) -> str:
    """Return the usual name of an axis, or its own, where that is free."""
    flat = not {"h", "height"} & {*order} or not {"w", "width"} & {*order}
    usual = next((axis for known, axis in CANONICAL if letter in known), letter)
    usual = "d" if usual == "c" and flat else "t" if usual == "h" and flat else usual
    usual = "k" if usual in CLASSES and len(usual) > 1 else usual
    taken = {*names.values(), "n", *("k" if usual != "k" else "")}
    wanted = (usual, letter, *"mpjuvxyz")
    return next(each for each in wanted if each not in taken)


def _put(names: dict[str, str], letters: Letters) -> tuple[str, ...]:
    """Name the axes of one array; one that comes twice is as long without being the same."""
    found: list[str] = []
    for each in letters:
        axis = names[each]
        found.append(axis if axis not in found or axis.isdigit() else f"{axis}_again")
    return tuple(found)


def _across(slots: tuple[Slot, ...], letters: tuple[Letters, ...]) -> str | Literal[False] | None:
    """Return the axis of classes, None where there is none to be, False where one is lacking."""
    place = next((p for p, s in enumerate(slots) if "k" in s.axes and s.domain in OF_CLASSES), None)
    whole = next((p for p, s in enumerate(slots) if s.domain == "labels"), None)
    if place is None:
        return None
    mine = letters[place]
    within = whole is not None and {*slots[whole].axes} <= {*slots[place].axes}
    if whole is not None and within and "k" not in slots[whole].axes:
        left = [each for each in mine if each not in letters[whole]]
        kept = tuple(each for each in mine if each not in left)
        return left[0] if len(left) == 1 and kept == _plain(letters[whole]) else False
    if len(mine) < 2:
        return False
    return next((each for each in reversed(mine[1:]) if each in CLASSES), mine[-1])


def _columns(slots: tuple[Slot, ...], letters: tuple[Letters, ...]) -> str | None:
    """Return the axis that a form has for k where no class is picked along it: of many labels."""
    pairs = zip(slots, letters, strict=True)
    last = next((e[-1] for s, e in pairs if s.axes == ("n", "k") and len(e) == 2), None)
    return None if last is None or last.isdigit() or last in (*BATCH, *FEATURES) else last


def _plain(letters: Letters) -> Letters:
    return tuple(each for each in letters if each != "1")


def _unlikely(slots: tuple[Slot, ...], letters: tuple[Letters, ...], across: str | None) -> float:
    whole = any(s.domain == "labels" for s in slots)
    first = letters[0]
    if across is not None:
        lettered = across in FEATURES or (not whole and across not in CLASSES)
        return AGAINST if lettered or across.isdigit() else 0.0
    named = whole and "d" in slots[0].axes and first[-1] in CLASSES
    return AGAINST if named else 0.0
