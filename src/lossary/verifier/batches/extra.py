"""Arrays that a loss takes beside prediction and target: weights, masks, class weights, counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import rows
from lossary.verifier.contract import Argument
from lossary.verifier.draws import SIZES
from lossary.verifier.finding import Call

KINDS = {
    "positive": re.compile(r"^pos(itive)?_?weights?$|^w_pos$"),
    "class": re.compile(r"class_?(weights?|wts?)$|^cls_weights?$|^weights?_per_class$"),
    "count": re.compile(
        r"num_(items|tokens|valid|boxes|targets|labels)|normali[sz]er$|avg_factor|^denom(inator)?$"
        r"|^(global|total)_(count|items|tokens|valid|n)$|^n_(items|tokens|valid|total)$"
    ),
    "mask": re.compile(r"mask|^valid$|^where$|^observed$|^is_valid$|^padding$|^keep$"),
    "weight": re.compile(
        r"^((per_)?(sample|instance|loss|example|pixel|token|entry|element|row|importance|item)_?)?"
        r"(weights?|wts?|w)$|^weighting$"
    ),
}

OF_EPISODES = re.compile(r"advantage|^adv$|(return|reward)s?$|^gae|done|terminal|continu")
"""Names of gains and of ends of episodes: no weights and no masks, whatever they multiply."""


@dataclass(frozen=True)
class Extra:
    """One of them: an argument, or a setting that takes an array where it stands as None."""

    subject: Any
    """The loss with it in its contract, if it is an argument."""
    name: str
    kind: str
    axes: tuple[str, ...]
    optional: bool
    setting: bool = False

    def shape(self, batch: Batch) -> tuple[int, ...]:
        sizes = dict(SIZES)
        for argument in self.subject.contract.arguments:
            if argument.name in batch:
                sizes |= dict(zip(argument.axes, batch[argument.name].shape, strict=False))
        return tuple(int(axis) if axis.isdigit() else sizes[axis] for axis in self.axes)

    def ones(self, batch: Batch) -> Array:
        return np.ones(self.shape(batch))

    def with_(self, batch: Batch, array: Any) -> tuple[Any, Batch]:
        """Return the loss and the batch in which it has this value."""
        if self.setting:
            return self.subject.changed(**{self.name: array}), batch
        return self.subject, Batch({**batch, self.name: self._kept(array)})

    def _kept(self, array: Any) -> Array:
        argument = self.subject.argument(self.name)
        switches = argument.role == "mask" and argument.domain != "nonnegative"
        return np.asarray(array, dtype=bool if switches else np.float64)

    def number(self, batch: Batch, array: Any) -> float:
        subject, filled = self.with_(batch, array)
        return float(subject.number(filled))

    def value(self, batch: Batch, array: Any) -> Array:
        subject, filled = self.with_(batch, array)
        return subject.value(filled)

    def call(self, batch: Batch, array: Any, says: str = "") -> Call:
        subject, filled = self.with_(batch, array)
        found: Call = subject.call(filled, says=says)
        return found


def kind_of(name: str) -> str | None:
    """Say what an argument of this name holds, or None."""
    low = name.lower()
    return next((kind for kind, words in KINDS.items() if words.search(low)), None)


def extras(subject: Any, *kinds: str) -> Iterator[Extra]:
    """Yield those of these kinds that the loss takes."""
    if "extras" not in subject.memory:
        subject.memory["extras"] = list(_all(subject))
    yield from (each for each in subject.memory["extras"] if each.kind in kinds)


def _all(subject: Any) -> Iterator[Extra]:
    contract = subject.contract
    known = {each.name for each in contract.arguments}
    for each in contract.arguments:
        kind = each.role if each.role in ("mask", "weight") else kind_of(each.name)
        kind = "positive" if kind_of(each.name) == "positive" else kind
        if OF_EPISODES.search(each.name.lower()):
            continue
        if each.role not in ("prediction", "target") and kind is not None:
            kind = _class_or_row(subject, kind, each.name, each.axes)
            yield Extra(subject, each.name, kind, each.axes, optional=False)
    for each in subject.candidate.inputs:
        kind = kind_of(each.name)
        if each.name not in known and not each.required and kind is not None:
            yield from _first(_arguments(subject, each.name, kind))
    for name, value in subject.candidate.settings.items():
        kind = kind_of(name)
        if value is None and name not in known and kind not in (None, "mask"):
            yield from _first(_settings(subject, name, kind))


def _first(found: Iterator[Extra]) -> Iterator[Extra]:
    yield from (each for each, _ in zip(found, range(1), strict=False))


def _arguments(subject: Any, name: str, kind: str) -> Iterator[Extra]:
    """Yield ways in which an argument is taken without changing the value's shape."""
    for axes in _axes(subject, kind):
        for role in ("mask", "weight") if kind == "mask" else ("weight",):
            argument = Argument(name, role, axes, "weights", keyword=True)
            arguments = (*subject.contract.arguments, argument)
            other = replace(subject, contract=subject.contract.but(arguments=arguments))
            found = _class_or_row(subject, kind, name, axes)
            extra = Extra(other, name, found, axes, optional=True)
            if _taken(extra):
                yield extra


def _settings(subject: Any, name: str, kind: str | None) -> Iterator[Extra]:
    channels = "1" in subject.contract.prediction.axes
    for axes in _axes(subject, str(kind)):
        if channels and "n" in axes:
            continue  # it weighs channels, of which there is one
        extra = Extra(
            subject, name, _class_or_row(subject, str(kind), name, axes), axes, True, setting=True
        )
        if _taken(extra):
            yield extra


def _class_or_row(subject: Any, kind: str, name: str, axes: tuple[str, ...]) -> str:
    """A weight of one number a class is a class weight, whatever it is called."""
    return "class" if kind == "weight" and axes == ("k",) else kind


def _axes(subject: Any, kind: str) -> tuple[tuple[str, ...], ...]:
    prediction, target = subject.contract.prediction.axes, subject.contract.target
    entries = target.axes if target is not None else prediction
    classes = (("k",),) if "k" in prediction else ()
    table: dict[str, tuple[tuple[str, ...], ...]] = {
        "positive": ((prediction[-1:],) if len(prediction) > 1 else ()) + ((), ("1",)),
        "class": classes,
        "count": ((),),
        "mask": (entries, ("n",), prediction),
        # weight[labels] takes a weight of each row too, and reads the wrong ones: classes first.
        "weight": (*classes, ("n",), entries, prediction),
    }
    return tuple(dict.fromkeys(table[kind]))


def _taken(extra: Extra) -> bool:
    """Say whether the loss takes it, and stretches nothing to make it fit."""
    plain = rows.plain(extra.subject, extra.name)
    batch = plain.typical
    try:
        found = extra.value(batch, 1.0 if extra.axes == () and extra.setting else extra.ones(batch))
    except (CandidateError, Unchangeable):
        return False
    without = plain.gives(batch)
    same = isinstance(without, str) or np.shape(found) == np.shape(without)
    return same and bool(np.isfinite(found).all())
