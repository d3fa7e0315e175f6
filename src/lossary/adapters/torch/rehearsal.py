"""PyTorch training that can be undone: a model, an optimizer and a loader as the range test needs.

Everything that a step changes is kept and given back bit for bit: weights, buffers, gradients and
training modes of the modules, the optimizer's memory and learning rates, the generators of the
loader, and the random states of Python, NumPy and PyTorch on every device.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

from lossary.adapters.needs import need
from lossary.core.descent.nested import learning_rate_of
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.schedule import Schedule
from lossary.errors import ArgumentError

if TYPE_CHECKING:
    import torch
else:
    torch = need("torch")

from lossary.adapters.torch.data_place import Place, endless

Loss = Callable[[Any, Any], Any]


class Rehearsal:
    """Training steps of a model, each of which `restore` can take back.

    Args:
        model: a module.
        optimizer: any `torch.optim.Optimizer`; one that asks for a closure gets it. Groups keep
            the ratio of their learning rates; the one that is set is that of the first group
            whose rate is not zero. Groups at zero stay there.
        loader: anything that can be gone through again and again, such as a DataLoader. A list of
            batches is gone through in an order drawn from the seed.
        loss: `loss(model, batch)` returns a tensor without axes, or a dictionary or list of them;
            their sum is minimised.

    Raises:
        ArgumentError: the loader can be gone through only once; the optimizer has no "lr", or
            none of the model's parameters.

    >>> import torch
    >>> from lossary.search import learning_rate_range
    >>> _ = torch.manual_seed(0)
    >>> model, data = torch.nn.Linear(1, 1), torch.linspace(-1, 1, 64)[:, None]
    >>> squares = lambda model, rows: (model(rows) - 3 * rows).square().mean()
    >>> sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> found = learning_rate_range(Rehearsal(model, sgd, data.split(16), squares))
    >>> 0.01 < found.suggested < found.held < found.diverged < 10, sgd.param_groups[0]["lr"]
    (True, 0.1)
    """

    def __init__(
        self,
        model: "torch.nn.Module",
        optimizer: "torch.optim.Optimizer",
        loader: Iterable[Any],
        loss: Loss,
    ) -> None:
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.modules = [model, *([loss] if isinstance(loss, torch.nn.Module) else [])]
        self.place = Place(loader)
        self._batches = self._stream(0)
        rates = [group.get("lr") for group in optimizer.param_groups]
        if None in rates:
            raise ArgumentError(
                f"{type(optimizer).__name__}: a group without 'lr' has no learning rate to be set."
            )
        self._known(optimizer)
        rule = getattr(optimizer, "rule", None)  # of ours; PyTorch's own have none
        if isinstance(rule, Optimizer) and isinstance(learning_rate_of(rule), Schedule):
            raise ArgumentError(
                f"{rule!r}: a range test sets the rate: give the rule a number.\n"
                f"Hint: {rule.label}(learning_rate=0.1); a schedule comes after the test."
            )
        first = next((float(rate) for rate in rates if rate), 0.0)
        self._ratios = [float(rate) / first if first else 1.0 for rate in rates]

    def _known(self, optimizer: "torch.optim.Optimizer") -> None:
        """Refuse an optimizer that would move another model."""
        own = {id(each) for root in self.modules for each in root.parameters()}
        held = {id(each) for group in optimizer.param_groups for each in group["params"]}
        if own and not own & held:
            raise ArgumentError(
                f"{type(optimizer).__name__} holds none of the model's {len(own)} parameters, so "
                f"that no step would move it.\nHint: make the optimizer after the model, as "
                f"torch.optim.Adam(model.parameters(), lr=1e-3)"
            )

    def state(self) -> Any:
        """Return a copy of all that a step changes."""
        return {
            "tensors": [(each, each.detach().clone()) for each in self._tensors()],
            "slopes": [(each, _copy(each.grad)) for each in self._weights()],
            "modes": [(each, each.training) for root in self.modules for each in root.modules()],
            "extra": [deepcopy(_extra(root)) for root in self.modules],
            "optimizer": deepcopy(self.optimizer.state_dict()),
            "place": self.place.state(),
            "random": _random(),
            "stream": self._batches,
        }

    def restore(self, state: Any) -> None:
        """Bring a state back, into the same tensors."""
        with torch.no_grad():
            for tensor, value in state["tensors"]:
                tensor.copy_(value)
        for tensor, slope in state["slopes"]:
            tensor.grad = _copy(slope)
        for module, mode in state["modes"]:
            module.training = mode
        for root, extra in zip(self.modules, state["extra"], strict=True):
            if extra:
                root.load_state_dict(root.state_dict() | deepcopy(extra))
        self.optimizer.load_state_dict(deepcopy(state["optimizer"]))
        self.place.restore(state["place"])
        self._batches = state["stream"]
        _set_random(state["random"])

    def begin(self, seed: int) -> None:
        """Begin the data anew, in the order that belongs to the seed."""
        torch.manual_seed(seed)
        self.place.begin(seed)
        self._batches = self._stream(seed)

    def step(self, learning_rate: float) -> Any:
        """Do one step; return the loss before it."""
        for group, ratio in zip(self.optimizer.param_groups, self._ratios, strict=True):
            rate = learning_rate * ratio
            held = group["lr"]
            group["lr"] = torch.full_like(held, rate) if isinstance(held, torch.Tensor) else rate
        batch, told = next(self._batches), []

        def closure() -> torch.Tensor:
            self.optimizer.zero_grad()
            with torch.enable_grad():
                terms = self.loss(self.model, batch)
                total = _total(terms)
            total.backward()
            told.append(_plain(terms))
            return total

        self.optimizer.step(closure)
        return told[0]

    def _stream(self, seed: int) -> Iterator[Any]:
        return endless(self.place, seed)

    def _weights(self) -> list["torch.Tensor"]:
        """Return the weights of modules and optimizer, each once."""
        found = [each for root in self.modules for each in root.parameters()]
        found += [each for group in self.optimizer.param_groups for each in group["params"]]
        return list({id(each): each for each in found}.values())

    def _tensors(self) -> list["torch.Tensor"]:
        return self._weights() + [each for root in self.modules for each in root.buffers()]


def _extra(root: "torch.nn.Module") -> dict[str, Any]:
    """Return what modules keep in their state beside tensors."""
    return {
        name: value
        for name, value in root.state_dict().items()
        if not isinstance(value, torch.Tensor)
    }


def _copy(slope: Any) -> Any:
    return None if slope is None else slope.detach().clone()


def _total(terms: Any) -> "torch.Tensor":
    several = list(terms.values()) if isinstance(terms, dict) else terms
    several = several if isinstance(several, list | tuple) else [several]
    for each in several:
        if not isinstance(each, torch.Tensor) or each.numel() != 1:
            tensor = isinstance(each, torch.Tensor)
            told = f"the shape {tuple(each.shape)}" if tensor else type(each).__name__
            raise ArgumentError(
                f"loss: expected a tensor with one number, or a dictionary of them, got {told}.\n"
                f"Hint: loss(model, batch).mean(), without .item() or .detach()"
            )
    total = sum(several[1:], start=several[0]) if several else torch.zeros(())
    if not total.requires_grad:
        raise ArgumentError(
            "loss: it depends on no weight that is trained, so that there is no slope.\n"
            "Hint: loss(model, batch).mean(), without .item() or .detach()"
        )
    return total


def _plain(terms: Any) -> Any:
    if isinstance(terms, dict):
        return {name: _plain(each) for name, each in terms.items()}
    if isinstance(terms, list | tuple):
        return [_plain(each) for each in terms]
    return terms.detach()


def _random() -> tuple[Any, ...]:
    """Return the random states of Python, NumPy, PyTorch, and of every GPU that is in use."""
    gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    old = np.random.get_state()  # noqa: NPY002 (a caller's data may be drawn by it)
    return random.getstate(), old, torch.get_rng_state(), gpus


def _set_random(kept: tuple[Any, ...]) -> None:
    random.setstate(kept[0])
    np.random.set_state(kept[1])  # noqa: NPY002 (as above)
    torch.set_rng_state(kept[2])
    if kept[3] is not None:
        torch.cuda.set_rng_state_all(kept[3])
