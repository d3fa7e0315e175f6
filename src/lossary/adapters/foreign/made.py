"""A loss that is ready to be called: its settings bound, and fitted to the precision that comes."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossary.adapters.foreign.host import Host


@dataclass
class Made:
    """Calls a loss with the same settings each time.

    A module with arrays of its own is copied for each precision that it meets, and cast.
    """

    host: Host
    loss: Any
    bound: Mapping[str, Any] = field(default_factory=dict)
    """Handed over by keyword with every call."""
    order: tuple[str, ...] = ()
    """Names of the arrays, where settings stand between them: then all go by keyword."""
    method: str | None = None
    """The method that is called, where it is not the loss itself."""
    versions: dict[str, Any] = field(default_factory=dict)

    def __call__(self, *arrays: Any, **named: Any) -> Any:
        precision = self._precision((*arrays, *named.values()))
        loss = self.host.opened(self._fitting(precision))
        function = loss if self.method is None else getattr(loss, self.method)
        if self.order:
            named = {**dict(zip(self.order, arrays, strict=False)), **named}
            arrays = ()
        return function(*arrays, **{**self._settings(precision), **named})

    def bare(self, precision: str) -> Callable[..., Any]:
        """Return a function for arrays of one precision, with nothing in it but the loss."""
        loss = self.host.fitted(self.loss, precision)
        function = loss if self.method is None else getattr(loss, self.method)
        if not self.bound and not self.order:
            return function if self.method is None and not _object(loss) else _plainly(function)
        bound, order = self._settings(precision), self.order
        if not order:
            return lambda *arrays, **named: function(*arrays, **bound, **named)
        return lambda *arrays, **named: function(
            **dict(zip(order, arrays, strict=False)), **bound, **named
        )

    def _precision(self, arrays: tuple[Any, ...]) -> str | None:
        """Return the precision of the first floats among the arrays."""
        kinds = (self.host.precision(each) for each in arrays if self.host.owns(each))
        return next((each for each in kinds if "float" in each), None)

    def _fitting(self, precision: str | None) -> Any:
        """Return the copy of the loss for a precision."""
        if precision is None:
            return self.loss
        if precision not in self.versions:
            self.versions[precision] = self.host.fitted(self.loss, precision)
        return self.versions[precision]

    def _settings(self, precision: str | None) -> dict[str, Any]:
        """Return the settings; a NumPy array among them is brought to the framework."""
        return {n: brought(self.host, v, precision or "float32") for n, v in self.bound.items()}


def brought(host: Host, value: Any, precision: str = "float32") -> Any:
    """Bring a setting that is a NumPy array over, as class weights are."""
    return host.array(value, precision) if isinstance(value, np.ndarray) else value


def _object(loss: Any) -> bool:
    return not hasattr(loss, "__code__")


def _plainly(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arrays, **named: function(*arrays, **named)


def copied(loss: Any) -> Any:
    """Copy a loss, so that what is tried on it leaves the user's own alone; or return it."""
    if hasattr(loss, "get_config"):
        return twin(loss)
    try:
        return deepcopy(loss)
    except Exception:  # whatever its author's own copying raises
        return loss


def twin(loss: Any) -> Any:
    """Return an object of the same class that holds the same things.

    The class's own way of copying is not asked: Keras writes the object down and reads it again.
    """
    other = object.__new__(type(loss))
    vars(other).update(vars(loss))
    return other
