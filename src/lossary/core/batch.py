"""What a call hands over, read once: one framework, fitting shapes, wide floats, nothing unsafe.

Everything that must happen before a formula stands here, and in no loss. Entries that do not count
(masked, or of zero weight) are replaced by safe values before the formula sees them: repaired
afterwards, a NaN or an infinity would still come back through the slope.
"""

from dataclasses import dataclass, replace
from typing import Any

from lossary.backends import Backend, backend_of
from lossary.core.explain import misfit
from lossary.core.shapes import Pattern
from lossary.domains import Domain
from lossary.errors import BackendError, DtypeError, ShapeError

Array = Any


@dataclass(frozen=True)
class Batch:
    """The arrays of one call. `valid` and `weight` have the entries' shape, or are None for all."""

    backend: Backend
    arrays: tuple[Array, ...]
    domains: tuple[Domain, ...]
    patterns: tuple[Pattern, ...]
    entries: Pattern
    sizes: dict[str, Any]
    weight: Array | None
    valid: Array | None
    place: int = 0
    """Which of the loss's shape sentences the arrays fit."""

    @property
    def xp(self) -> Any:
        return self.backend.xp

    def narrowed(self, valid: Array) -> "Batch":
        """Leave further entries out."""
        valid = valid if self.valid is None else self.valid & valid
        return replace(self, valid=valid, arrays=_safe(self, valid))

    def kept(self, values: Array) -> Array:
        """Return values of the entries' shape, zero where an entry does not count."""
        if self.valid is None:
            return values
        valid = expanded(self.valid, values.ndim - self.valid.ndim)
        return self.xp.where(valid, values, self.xp.zeros_like(values))

    def spread(self, values: Array) -> Array:
        """Return values of the entries' shape times their weights, zero where none counts."""
        values = self.kept(values)
        if self.weight is None:
            return values
        return values * expanded(self.kept(self.weight), values.ndim - self.weight.ndim)


def expanded(array: Array, extra: int) -> Array:
    """Append axes of size one."""
    return array[(..., *([None] * extra))] if extra > 0 else array


def read(loss: Any, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None) -> Batch:
    """Hold a call's arrays against what the loss declares, and make them ready for its formula.

    Raises:
        BackendError: no arrays, two frameworks or two devices.
        ShapeError: shapes that do not fit the loss's sentence.
        DtypeError: labels that are no integers, a mask that is not boolean, complex numbers.
    """
    backend, place, sizes = fitted(loss, arrays, weight, mask)
    arrays = tuple(map(backend.taken, arrays))
    weight, mask = (None if each is None else backend.taken(each) for each in (weight, mask))
    patterns = loss.sentences[place].inputs
    arrays = backend.held(arrays, tuple(pattern.axes for pattern in patterns))
    wide = _wide(backend, arrays, loss.domains[place])
    found = (patterns, loss.entries, sizes, None, None, place)
    batch = Batch(backend, wide, loss.domains[place], *found)
    return batch if weight is None and mask is None else _counted(batch, weight, mask)


def fitted(
    loss: Any, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None
) -> tuple[Backend, int, dict[str, Any]]:
    """Hold frameworks, devices, shapes and dtypes against what the loss declares.

    Returns the backend, the place of the shape sentence that fits, and the sizes of its axes. It
    looks at no value, so what it finds holds for all arrays of these shapes and dtypes.

    Raises:
        BackendError, ShapeError, DtypeError: as `read` does.
    """
    if len(arrays) != len(loss.names):
        given, wanted = len(arrays), ", ".join(loss.names)
        raise ShapeError(f"{loss.label} takes {len(loss.names)} arrays ({wanted}), got {given}.")
    extras = tuple(each for each in (weight, mask) if each is not None)
    backend = backend_of(*arrays, *extras)
    arrays = tuple(map(backend.taken, arrays))
    _on_one_device(backend, (*arrays, *extras))
    place, sizes = _sized(loss, backend, tuple(map(backend.shape, arrays)))
    loss.fits(sizes)
    _numbers(loss, backend, arrays, loss.domains[place])
    for name, extra in (("weight", weight), ("mask", mask)):
        if extra is not None:
            _extra(loss, backend, sizes, name, backend.taken(extra))
    return backend, place, sizes


def _sized(loss: Any, backend: Backend, shapes: tuple[Any, ...]) -> tuple[int, dict[str, Any]]:
    """Find the sentence that the shapes fit, and what it makes of the axes."""
    for place, sentence in enumerate(loss.sentences):
        sizes = sentence.bind(shapes)
        if sizes is not None:
            return place, sizes
    told = misfit(loss.label, loss.sentences, loss.names, shapes, loss.domains[0], backend)
    raise ShapeError(told)


def _on_one_device(backend: Backend, arrays: tuple[Array, ...]) -> None:
    places = {place for place in map(backend.device, arrays) if place is not None}
    if len(places) > 1:
        told = ", ".join(sorted(map(str, places)))
        raise BackendError(
            f"all arrays must be on one device, but they are on {told}.\n"
            f"Hint: bring target, weight and mask to the device of the prediction."
        )


def _numbers(
    loss: Any, backend: Backend, arrays: tuple[Array, ...], domains: tuple[Domain, ...]
) -> None:
    for name, array, domain in zip(loss.names, arrays, domains, strict=True):
        kind = backend.kind(array)
        if kind == "other":
            raise DtypeError(f"{loss.label}: {name} must hold real numbers, but is {array.dtype}.")
        if domain.integer and kind != "integer":
            raise DtypeError(
                f"{loss.label}: {name} must hold {domain}, but is {array.dtype}.\n"
                f"Hint: {backend.hints['integer'].format(x=name)} makes integers of them."
            )


def _wide(
    backend: Backend, arrays: tuple[Array, ...], domains: tuple[Domain, ...]
) -> tuple[Array, ...]:
    """Bring all floats to the dtype of the first array that has one, at least single precision."""
    first = next((array for array in arrays if backend.kind(array) == "float"), None)
    dtype = backend.wide(first)
    return tuple(
        # A count of classes would wrap around in a label's own eight bits.
        backend.cast(array, backend.xp.int64 if domain.integer else dtype)
        for array, domain in zip(arrays, domains, strict=True)
    )


def _counted(batch: Batch, weight: Any, mask: Any) -> Batch:
    """Take weight and mask in, and replace the entries that do not count by safe ones."""
    backend, valid = batch.backend, None
    first, axes, entries = batch.arrays[0], batch.patterns[0].axes, batch.entries.axes
    if mask is not None:
        _, valid = backend.held((first, mask), (axes, entries))
    if weight is not None:
        _, weight = backend.held((first, weight), (axes, entries))
        like = next(a for a, d in zip(batch.arrays, batch.domains, strict=True) if not d.integer)
        weight = backend.cast(weight, like.dtype)
        valid = weight != 0 if valid is None else valid & (weight != 0)
    return replace(batch, weight=weight, valid=valid, arrays=_safe(batch, valid))


def _extra(loss: Any, backend: Backend, sizes: dict[str, Any], name: str, extra: Array) -> None:
    """Hold a weight or a mask against the entries: one number, or one yes or no, for each."""
    _entry_shaped(loss, backend, sizes, name, extra)
    kind = backend.kind(extra)
    if name == "mask" and kind != "boolean":
        raise DtypeError(
            f"{loss.label}: mask must be boolean, True where an entry counts, but is "
            f"{extra.dtype}.\nHint: {backend.hints['boolean'].format(x='mask')}"
        )
    if kind == "other":
        raise DtypeError(f"{loss.label}: {name} must hold real numbers, but is {extra.dtype}.")


def _entry_shaped(
    loss: Any, backend: Backend, sizes: dict[str, Any], name: str, extra: Array
) -> None:
    given, entries = backend.shape(extra), loss.entries
    if entries.bind(given, dict(sizes)):
        return
    expected = Pattern(entries.axes)
    known = tuple(size for axis in expected.axes for size in _listed(sizes[axis]))
    lines = [
        f"{loss.label}: {name} must have one number for each entry.",
        f"    {name}  expected {expected} = {known}  got {given}",
    ]
    for edit, shape in (
        (f"{name}[..., None]", (*given, 1)),
        (f"{name}[..., 0]", given[:-1]),
    ):
        if given and entries.bind(shape, dict(sizes)):
            lines.append(f"Hint: {edit} would fit. Nothing is broadcast silently.")
    raise ShapeError("\n".join(lines))


def _listed(size: Any) -> tuple[Any, ...]:
    return tuple(size) if isinstance(size, (tuple, list)) else (size,)


def _safe(batch: Batch, valid: Array) -> tuple[Array, ...]:
    xp, safe = batch.xp, []
    for array, pattern, domain in zip(batch.arrays, batch.patterns, batch.domains, strict=True):
        mask = expanded(valid, pattern.trailing(batch.entries))
        fill = 0 if domain.integer else domain.safe
        safe.append(xp.where(mask, array, xp.zeros_like(array) + fill))
    return tuple(safe)
