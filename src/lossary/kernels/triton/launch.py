"""From text to numbers: a kernel is compiled, tensors are laid flat, and partial sums added up."""

import hashlib
import linecache
import math
from contextlib import AbstractContextManager, nullcontext
from functools import cache, lru_cache
from typing import Any

import torch

from lossary.kernels.triton.graphs import trailing

Tensor = Any


class Call:
    """The tensors of one call, as a kernel takes them: pointers, steps and a precision."""

    def __init__(
        self,
        loss: Any,
        place: int,
        arrays: tuple[Tensor, ...],
        weight: Tensor,
        mask: Tensor,
        scale: Tensor = None,
    ) -> None:
        self.first, self.real = arrays[0], _real(arrays)
        self.behind = trailing(loss, place)
        self.shape = _before(self.first.shape, self.behind[loss.names[0]])
        self.count = math.prod(self.shape)
        rows = (a for a, b in zip(arrays, self.behind.values(), strict=True) if b)
        self.length = next((row.shape[-1] for row in rows), 1)
        self.arguments: dict[str, Any] = {"n": self.count, "k": self.length}
        if loss.parameters():
            values = tuple(v for v in loss.parameters().values() if isinstance(v, float) and v)
            self.arguments["parameters"] = numbers(values, self.real, self.first.device)
        for name, array in zip(self.behind, arrays, strict=True):
            self.give(name, array, self.behind[name])
        for name, array in (("weight", weight), ("mask", mask)):
            if array is not None:
                self.give(name, array, 0)
        each = "scales" if scale is not None and scale.ndim else "scale"
        if each == "scales":
            self.give("scales", scale, 0)
        elif scale is not None:
            self.arguments["at_scale"] = scale.detach().to(self.real).reshape(1)
        extras = (("weight", weight), ("mask", mask), (each, scale))
        self.given = tuple(name for name, array in extras if array is not None)

    def give(self, name: str, array: Tensor, behind: int) -> None:
        """Hand an array over as (entries) or (entries, k); what cannot be seen so is copied."""
        size = math.prod(_before(array.shape, behind))
        flat = array.detach().reshape(size, *array.shape[array.ndim - behind :])
        self.arguments[f"at_{name}"] = flat
        for word, step in zip(("step", "apart"), flat.stride(), strict=False):
            self.arguments[f"{word}_{name}"] = step

    def empty(self, name: str, shape: tuple[int, ...], dtype: Any = None) -> Tensor:
        """Make room for what a kernel writes."""
        found = torch.empty(shape, dtype=dtype or self.real, device=self.first.device)
        self.arguments[f"at_{name}"] = found
        return found

    def outputs(
        self, wants: tuple[str, ...], programs: int = 0, share: bool = False
    ) -> dict[str, Tensor]:
        """Make room for what is wanted; `share`: entries count by the definition itself."""
        found = {}
        own = self.first.dtype if self.first.dtype.is_floating_point else self.real
        for name in wants:
            if name == "sums":
                found["totals"] = self.empty("totals", (programs,))
                whole = "weight" not in self.given and not share
                found["counts"] = self.empty("counts", (programs,), torch.int32 if whole else None)
            elif name == "value":
                found[name] = self.empty(name, self.shape)
            else:
                found[name] = self.empty(name, tuple(self.first.shape), own)
        return found

    def run(self, name: str, text: str, *grid: int, **sizes: Any) -> None:
        made, names = kernel(name, text)
        given = {each: self.arguments[each] for each in names if each in self.arguments}
        with _on(self.first.device):
            made[grid](**given, REAL=_dtype(self.real), **sizes)

    def finished(self, found: dict[str, Tensor], share: bool) -> dict[str, Tensor]:
        """Add up the sums of all programs."""
        if "totals" in found:
            total, counts = added(found.pop("totals"), self.real), found.pop("counts")
            counted = share or "weight" in self.given or "mask" in self.given
            count = added(counts, self.real) if counted else torch.full_like(total, self.count)
            found["sums"] = total, count
        return found


def added(parts: Tensor, real: Any, axis: Any = None) -> Tensor:
    """Sum in double precision, and counts as whole numbers: neither saturates."""
    wide = torch.float64 if parts.dtype.is_floating_point else torch.int64
    return parts.sum(axis, dtype=wide).to(real)


@cache
def kernel(name: str, text: str) -> tuple[Any, tuple[str, ...]]:
    """Make a kernel of its text; return it and the names of its arguments.

    Triton reads a function's source back: `linecache` hands it out as if it stood in a file.
    """
    file = f"<lossary {name} {hashlib.sha256(text.encode()).hexdigest()[:16]}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    room: dict[str, Any] = {"__name__": f"{__package__}.emitted"}
    exec(compile(text, file, "exec"), room)
    return room[name], tuple(room[name].arg_names)


@lru_cache(maxsize=1024)
def numbers(values: tuple[float, ...], real: Any, device: Any) -> Tensor:
    """Bring a few numbers to a device; Triton would take a Python number in single precision."""
    return torch.tensor(values, dtype=real, device=device)


def _before(shape: Any, behind: int) -> tuple[int, ...]:
    return tuple(shape[: len(shape) - behind])


def _real(arrays: tuple[Tensor, ...]) -> Any:
    """Return the precision to compute in: that of the first floats, at least single."""
    first = next((a.dtype for a in arrays if a.dtype.is_floating_point), torch.get_default_dtype())
    return torch.float64 if first == torch.float64 else torch.float32


def _dtype(real: Any) -> Any:
    from triton import language as tl

    return tl.float64 if real == torch.float64 else tl.float32


def _on(device: Any) -> AbstractContextManager[Any]:
    return torch.cuda.device(device) if device.type == "cuda" else nullcontext()
