"""Losses written for PyTorch: functions of tensors, and modules."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import deepcopy
from typing import Any

import torch

from lossary.adapters.foreign.host import Array, Function, Host, Kept
from lossary.adapters.foreign.wide_torch import doubles, widely


class Torch(Host):
    """PyTorch on the CPU."""

    name = "torch"

    def owns(self, found: Any) -> bool:
        return isinstance(found, torch.Tensor)

    def precision(self, array: Any) -> str:
        return str(array.dtype).removeprefix("torch.")

    def numpy(self, array: Any) -> Array:
        return super().numpy(array.detach().resolve_conj() if self.owns(array) else array)

    def scope(self, arrays: Sequence[Any] = ()) -> AbstractContextManager[Any]:
        return doubles(self._double(arrays))

    def run(self, function: Function, arrays: Sequence[Array]) -> Any:
        return self._widely(function, "value", arrays, lambda: function(*arrays))

    def slope(
        self,
        function: Function,
        arrays: Sequence[Array],
        of: Sequence[int],
        upstream: Array | None = None,
    ) -> list[Array | None]:
        def slopes() -> list[Any]:
            given = _leaves(arrays, of)
            return _slopes(function(*given), [given[place] for place in of], upstream)

        with self.scope(arrays), torch.enable_grad():
            found = self._widely(function, "slopes", arrays, slopes)
        return [None if each is None else self.numpy(each) for each in found]

    def twice(
        self, function: Function, arrays: Sequence[Array], of: int, along: Array
    ) -> Array | None:
        def twice() -> Any:
            given = _leaves(arrays, (of,))
            (slope,) = _slopes(function(*given), [given[of]], None, again=True)
            return None if slope is None else _slopes(slope, [given[of]], along)[0]

        with self.scope(arrays), torch.enable_grad():
            found = self._widely(function, "twice", arrays, twice)
        return None if found is None else self.numpy(found)

    def _widely(
        self, function: Function, kind: str, arrays: Sequence[Array], compute: Function
    ) -> Any:
        """Compute on doubles as doubles throughout, and on anything else as it is written."""
        if not self._double(arrays):
            return compute()
        kept = getattr(function, "__dict__", {}).setdefault(f"wide {kind}", {})
        return widely(kept, compute)

    def _double(self, arrays: Sequence[Any]) -> bool:
        return any(self.owns(each) and each.dtype is torch.float64 for each in arrays)

    def followed(
        self, function: Function, arrays: Sequence[Array], words: Mapping[str, Function]
    ) -> Function | None:
        from lossary.adapters.foreign.digits_torch import followed

        with self.scope(arrays):
            return followed(function, arrays, words)

    def compiled(self, function: Function) -> Function | None:
        # Capturing and differentiating is the loss's to hold; a code generator takes far longer.
        return torch.compile(_alone(function), fullgraph=True, backend="aot_eager", dynamic=False)

    def mapped(self, function: Function, axes: Sequence[int | None]) -> Function | None:
        return torch.vmap(function, in_dims=tuple(axes))

    def state(self, loss: Any) -> Mapping[str, Kept]:
        found = dict(super().state(loss))
        if isinstance(loss, torch.nn.Module):
            for module_name, module in loss.named_modules():
                for name, each in self.attributes(module):
                    key = f"{module_name}.{name}".lstrip(".")
                    found[key] = self.kept("attribute", each)
            found |= {name: self.kept("parameter", p) for name, p in loss.named_parameters()}
            found |= {name: self.kept("buffer", b) for name, b in loss.named_buffers()}
        return found

    def kept(self, kind: str, array: Any) -> Kept:
        return Kept(
            kind, tuple(array.shape), self.precision(array), str(array.device), self.numpy(array)
        )

    def graph(self, arrays: Sequence[Any]) -> int | None:
        waiting = [each.grad_fn for each in arrays if self.owns(each)]
        seen: set[Any] = set()
        while waiting:
            step = waiting.pop()
            if step is not None and step not in seen:
                seen.add(step)
                waiting += [each for each, _ in step.next_functions]
        return len(seen)

    def placed(self, loss: Any, name: str, values: Array) -> Any:
        copied = deepcopy(loss)
        parameter = dict(copied.named_parameters())[name]
        if not parameter.requires_grad:
            return None
        parameter.data = torch.as_tensor(values).to(parameter)
        return copied

    def moved(self, loss: Any, precision: str) -> Any:
        if not isinstance(loss, torch.nn.Module):
            return loss
        return deepcopy(loss).to(getattr(torch, precision))

    def fitted(self, loss: Any, precision: str) -> Any:
        dtype = getattr(torch, precision)
        parts = list(loss.modules()) if isinstance(loss, torch.nn.Module) else [loss]
        held = [each for part in parts for each in _floats(part)]
        if all(each.dtype is dtype for each in held):
            return loss
        copied = self.moved(deepcopy(loss), precision)
        for part in copied.modules() if isinstance(copied, torch.nn.Module) else [copied]:
            for name, each in list(self.attributes(part)):
                if each.is_floating_point():
                    vars(part)[name] = each.to(dtype)
        return copied


def _floats(part: Any) -> Iterator[Any]:
    """Yield the tensors of floats that one object holds, as parameters, buffers or attributes."""
    held = vars(part) if hasattr(part, "__dict__") else {}
    shelves = (held, held.get("_parameters") or {}, held.get("_buffers") or {})
    for each in (each for shelf in shelves for each in shelf.values()):
        if isinstance(each, torch.Tensor) and each.is_floating_point():
            yield each


def _leaves(arrays: Sequence[Array], of: Sequence[int]) -> list[Any]:
    places = set(of)
    leaves = [each.detach().clone() for each in arrays]
    for place in places:
        if leaves[place].is_floating_point():
            leaves[place].requires_grad_()
    return leaves


def _slopes(found: Any, leaves: list[Any], upstream: Any, again: bool = False) -> list[Any]:
    """Differentiate; None for a leaf that the result does not hang on, or that holds integers."""
    asked = [each for each in leaves if each.requires_grad]
    if not isinstance(found, torch.Tensor) or not found.requires_grad or not asked:
        return [None for _ in leaves]
    back = torch.ones_like(found) if upstream is None else torch.as_tensor(upstream).to(found)
    slopes = iter(
        torch.autograd.grad(
            found, asked, back.expand_as(found), allow_unused=True, create_graph=again
        )
    )
    return [next(slopes) if each.requires_grad else None for each in leaves]


def _alone(function: Function) -> Function:
    """Return the function with code of its own: of each code only so many versions are compiled."""

    def alone(*arrays: Any, **named: Any) -> Any:
        return function(*arrays, **named)

    alone.__code__ = alone.__code__.replace(co_name=f"loss_{id(alone)}")
    return alone
