"""A call that makes an optimizer in its host, as data: to be shown, to be made, to be read."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from inspect import Parameter, signature
from typing import Any

from lossary.errors import ArgumentError, HostError, nearest

HOSTS = {"torch": "PyTorch", "optax": "optax", "keras": "Keras"}
"""The hosts that optimizers are translated to, and how they are written."""


@dataclass(frozen=True)
class Call:
    """A function or class of a host by its path, calls within it, and settings by name.

    >>> str(call("torch.optim.SGD", lr=0.1))
    'torch.optim.SGD(model.parameters(), lr=0.1)'
    >>> str(call("optax.chain", call("optax.trace", decay=0.9), call("optax.scale", step_size=-1)))
    'optax.chain(optax.trace(decay=0.9), optax.scale(step_size=-1))'
    """

    path: str
    parts: tuple["Call", ...] = ()
    settings: tuple[tuple[str, Any], ...] = ()

    @property
    def host(self) -> str:
        return self.path.partition(".")[0]

    def __str__(self) -> str:
        first = ["model.parameters()"] if self.path.startswith("torch.optim.") else []
        named = [f"{name}={_written(value)}" for name, value in self.settings]
        return f"{self.path}({', '.join([*first, *map(str, self.parts), *named])})"

    def make(self, *first: Any) -> Any:
        """Call it; `first` are arguments before all others, as PyTorch's parameters."""
        settings = {
            name: value.make() if isinstance(value, Call) else value
            for name, value in self.settings
        }
        return self.found()(*first, *(each.make() for each in self.parts), **settings)

    def found(self) -> Callable[..., Any]:
        """Return what is called.

        Raises:
            HostError: the host is not installed.
            ArgumentError: the host has nothing of this name.
        """
        module, _, name = self.path.rpartition(".")
        try:
            room = import_module(module)
        except ImportError as error:
            title = HOSTS.get(self.host, self.host)
            raise HostError(
                f"{self.path} needs {title}, which is not installed.\nHint: pip install {self.host}"
            ) from error
        if not hasattr(room, name):
            raise ArgumentError(f"{module} has no {name}. {nearest(name, dir(room))}")
        return getattr(room, name)

    def defaults(self) -> dict[str, Any]:
        """Return the host's own defaults of what is called, by name."""
        known = signature(self.found()).parameters.values()
        return {
            each.name: each.default
            for each in known
            if each.default is not Parameter.empty and each.kind is not Parameter.VAR_KEYWORD
        }

    def has(self, name: str) -> bool:
        """Say whether a setting is given."""
        return name in dict(self.settings)

    def with_rate(self, rate: Any) -> "Call":
        """Return the call with another learning rate, wherever it stands."""
        settings = tuple(
            (name, rate(value) if name in ("learning_rate", "lr") else _rated(value, rate))
            for name, value in self.settings
        )
        return Call(self.path, tuple(each.with_rate(rate) for each in self.parts), settings)


def call(path: str, *parts: Call, **settings: Any) -> Call:
    """Return a call."""
    return Call(path, parts, tuple(settings.items()))


def _written(value: Any) -> str:
    return str(value) if isinstance(value, Call) else repr(value)


def _rated(value: Any, rate: Any) -> Any:
    return value.with_rate(rate) if isinstance(value, Call) else value
