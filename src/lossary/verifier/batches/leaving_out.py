"""The ways in which a loss leaves entries out: by a mask, or by a target that says so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import hints, rows
from lossary.verifier.batches.ahead import ahead, later
from lossary.verifier.batches.documented import documented
from lossary.verifier.batches.extra import Extra, extras

IGNORED = (
    "ignore_index", "ignore_label", "ignore_class", "ignore_value", "ignore", "ignored_index",
    "ignore_idx", "padding_idx", "pad_idx", "pad_token_id", "pad_id", "pad_index", "void_label",
)  # fmt: skip
FRAMEWORKS = ("torch", "keras", "jax", "optax", "tensorflow", "lossary")
CALLED = re.compile(
    r"(?<!def )\b(cross_entropy|nll_loss|CrossEntropyLoss|NLLLoss)\([^\n]*ignore_index"
)


@dataclass(frozen=True)
class LeavingOut:
    """One way; `out` below is an array of booleans, true where an entry shall not count."""

    subject: Any
    """The loss, with the mask in its contract where it takes one."""
    words: str
    """How it is said: "mask", "label -100"."""
    entries: tuple[str, ...]
    """The axes of what can be left out."""
    extra: Extra | None = None
    kept: float = 1.0
    """What a mask holds where an entry counts."""
    label: float | None = None
    ahead: tuple[str, ...] = ()
    """Arguments that are read one step ahead of the prediction, whose entries `out` marks."""

    def without(self, batch: Batch, out: Array) -> Batch:
        """Return the batch with these entries left out."""
        if self.extra is None:
            name = self.subject.contract.target.name
            target = batch[name].copy()
            target[self.place(name, out)] = self.label
            return batch.with_(name, target)
        kept = np.where(self.place(self.extra.name, out), 1 - self.kept, self.kept)
        return self.extra.with_(batch, kept)[1]

    def place(self, name: str, out: Array) -> Array:
        """Return what of an argument belongs to the entries that are left out."""
        return later(out, self.entries.index("t")) if name in self.ahead else out

    def shape(self, batch: Batch) -> tuple[int, ...]:
        if self.extra is None:
            return tuple(batch[self.subject.contract.target.name].shape)
        return self.extra.shape(batch)


def ways(subject: Any) -> Iterator[LeavingOut]:
    """Yield the ways in which a loss leaves entries out, masks first."""
    for extra in extras(subject, "mask"):
        entries = extra.axes
        if entries[:1] == ("n",) and set(entries) <= set(subject.contract.prediction.axes):
            yield _kept(LeavingOut(extra.subject, extra.name, entries, extra))
    label = ignored_label(subject)
    target = subject.contract.target
    if (
        label is not None
        and target is not None
        and set(target.axes) <= set(subject.contract.prediction.axes)
    ):
        yield stepped(LeavingOut(subject, f"target {label:g}", target.axes, label=label))


def stepped(way: LeavingOut) -> LeavingOut:
    """Return the way, with what the loss reads one step ahead."""
    if "t" not in way.entries:
        return way
    batch, out = draw(way)
    if way.extra is not None:
        batch = way.without(batch, np.zeros_like(out))
    mask = way.extra.name if way.extra else ""
    return replace(way, ahead=ahead(way.subject, batch, way.entries, mask))


def ignored_label(subject: Any) -> float | None:
    """Return the target that leaves an entry out, where there is one."""
    if subject.contract.ignore is not None:
        return float(subject.contract.ignore)
    target, settings = subject.contract.target, subject.candidate.settings
    if target is not None and re.search(
        rf"(isnan|isfinite)\(\s*{re.escape(target.name)}\b", hints.source(subject)
    ):
        return float("nan") if target.domain != "labels" else None
    for name in IGNORED:
        value = settings.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
    if "documented" not in subject.memory:
        subject.memory["documented"] = None  # which the test below itself asks for
        subject.memory["documented"] = _said_and_not_done(subject)
    return cast(float | None, subject.memory["documented"])


def _said_and_not_done(subject: Any) -> float | None:
    """Return a target that is only documented to leave an entry out, where the entry counts."""
    label = documented(subject) if not any(extras(subject, "mask")) else None
    target = subject.contract.target
    if label is None or not set(target.axes) <= set(subject.contract.prediction.axes):
        return None
    way = stepped(LeavingOut(subject, f"target {label:g}", target.axes, label=label))
    return label if moves(way) or _raises(way) else None


def _raises(way: LeavingOut) -> bool:
    batch, out = draw(way)
    return isinstance(way.subject.gives(way.without(batch, out)), str)


def _kept(way: LeavingOut) -> LeavingOut:
    """Find whether a mask marks what counts, or what does not, as padding masks do."""
    unkept = re.search(r"pad|ignore|drop|exclude|missing|invalid|censor", way.words.lower())
    guess = 0.0 if unkept else 1.0
    guessed, other = (stepped(replace(way, kept=each)) for each in (guess, 1 - guess))
    return other if moves(guessed) and not moves(other) else guessed


def moves(way: LeavingOut) -> bool:
    """Say whether entries that are left out move the value all the same."""
    batch, out = draw(way)
    base = way.without(batch, out)
    try:
        here = way.subject.number(base)
        there = way.subject.number(way.without(garbled(way, batch, out), out))
    except CandidateError:
        return False
    return bool(np.isfinite([here, there]).all()) and not _near(here, there)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 3e-6 * max(abs(one), abs(other)) + 1e-12


def draw(way: LeavingOut, seed: int = 0, n: int = 6, **sizes: int) -> tuple[Batch, Array]:
    """Draw a batch, and mark every third entry to be left out; the first one counts."""
    plain = rows.plain(way.subject, way.words) if way.extra else way.subject
    batch = plain.draw(seed, n=n, **sizes)
    shape = way.shape(batch)
    out = (np.arange(int(np.prod(shape))) % 3 == 1).reshape(shape)
    return batch, out


def nothing(subject: Any, batch: Batch) -> Batch:
    """Return the batch with nothing left out by the masks and weights that it holds."""
    for extra in extras(subject, "weight"):
        if not extra.optional:
            batch = batch.with_(extra.name, np.ones_like(batch[extra.name]))
    for way in ways(subject):
        if way.extra is not None and not way.extra.optional:
            batch = way.without(batch, np.zeros(way.shape(batch), dtype=bool))
    return batch


def garbled(way: LeavingOut, batch: Batch, out: Array) -> Batch:
    """Return the batch with other values of the same domains where entries are left out."""
    drawn = rows.other(rows.plain(way.subject, way.words), batch)
    return filled(way, batch, out, drawn)


def filled(way: LeavingOut, batch: Batch, out: Array, source: Any, only: str = "") -> Batch:
    """Put values of another batch, or one number, where entries are left out."""
    arrays = dict(batch)
    for name in touched(way):
        if not only or name == only:
            arrays[name] = arrays[name].copy()
            here = way.place(name, out)
            new = _entries(way, name, source[name])[here] if isinstance(source, Batch) else source
            _entries(way, name, arrays[name])[here] = new
    return Batch(arrays)


def _entries(way: LeavingOut, name: str, array: Array) -> Array:
    """Return a view of an array with the axes of the entries in front."""
    axes = way.subject.argument(name).axes
    return np.moveaxis(array, [axes.index(axis) for axis in way.entries], range(len(way.entries)))


def touched(way: LeavingOut) -> tuple[str, ...]:
    """Return the arguments whose entries are left out: the prediction's, and under a mask all."""
    contract = way.subject.contract
    found = [
        a.name
        for a in contract.arguments
        if set(way.entries) <= set(a.axes) and a.role in ("prediction", "target", "other")
    ]
    if way.extra is None:
        return tuple(name for name in found if name != contract.target.name)
    return tuple(name for name in found if name != way.extra.name)


def by_framework(subject: Any) -> bool:
    """Say whether a framework's own loss does the leaving out, so that its convention holds."""
    given = subject.candidate.given
    home = getattr(given, "__module__", None) or type(given).__module__
    if home.split(".")[0] in FRAMEWORKS:
        return True
    code = hints.source(subject)
    own = "reduction='none'" in code or "/" in code
    return bool(CALLED.search(code)) and not own
