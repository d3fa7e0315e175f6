"""Reads what was handed over: whose loss it is, what it takes, and how it can be made again."""

import functools
import inspect
from dataclasses import replace
from typing import Any

from lossary.adapters.foreign.beside import gradient_beside
from lossary.adapters.foreign.candidate import Candidate
from lossary.adapters.foreign.classes import METHODS, lost_with, made_with, read_class, read_object
from lossary.adapters.foreign.factories import makes_loss, read_factory
from lossary.adapters.foreign.functions import read_function
from lossary.adapters.foreign.hosts import host_named
from lossary.adapters.foreign.objectives import BOOSTERS, read_objective
from lossary.adapters.foreign.ours import is_ours, read_ours
from lossary.adapters.foreign.recognising import host_of
from lossary.adapters.foreign.signature import parameters_of
from lossary.adapters.foreign.spelling import spelled
from lossary.errors import ArgumentError


def read(
    loss: Any,
    *,
    gradient: Any = None,
    settings: dict[str, Any] | None = None,
    host: str | None = None,
    origin: str | None = None,
) -> Candidate:
    """Read a loss of any framework: a function, a class, an object, compiled or not.

    `gradient` is one written by hand: a function of the loss's own arguments, or "returned" where
    the loss returns it behind its value. `host` names the framework, where the code does not.

    Raises:
        LossError: it is no loss, a setting is missing, or its framework is not installed.
    """
    if host is None or host in BOOSTERS:
        objective = read_objective(loss, settings or {}, style=host) if gradient is None else None
        if objective is not None:
            return replace(objective, origin=origin)
    if not callable(loss) and not any(hasattr(loss, each) for each in METHODS):
        raise ArgumentError(
            f"expected a loss (a function, a class or an object that is called with arrays), but "
            f"got {type(loss).__name__}."
        )
    asked = settings or {}
    if is_ours(loss):
        found = read_ours(loss, host, asked)
    else:
        here = host_named(host or host_of(loss))
        if inspect.isclass(loss):
            found = read_class(loss, here, asked)
        elif makes_loss(loss):
            found = read_factory(loss, here, asked)
        elif _is_function(loss):
            found = read_function(loss, here, asked)
        else:
            found = read_object(loss, here, asked)
    lines = found.spelling or _spelled(loss, origin, getattr(found.call, "method", None))
    return replace(found, origin=origin, spelling=lines, **_by_hand(found, gradient))


def _spelled(loss: Any, origin: str | None, method: str | None) -> tuple[str, ...]:
    whole = inspect.isclass(loss) or _is_function(loss)
    *above, last = spelled(loss, origin, None if whole else made_with(loss))
    last += "()" if makes_loss(loss) else "" if method is None else f".{method}"
    lost = [] if whole else lost_with(loss)
    if lost:
        above.append(f"# It was made with {' and '.join(lost)} too, which it does not keep.")
    return (*above, last)


def _is_function(loss: Any) -> bool:
    if isinstance(loss, functools.partial) or inspect.isroutine(loss):
        return True
    home = type(loss).__module__
    return home.startswith(("jax", "tensorflow.python", "numpy", "numba", "torch.jit", "torch._"))


def _by_hand(found: Candidate, gradient: Any) -> dict[str, Any]:
    """Return the fields of a gradient written by hand: handed over, or found beside the loss."""
    if gradient is None and (found.host.name != "numpy" or found.gradient is not None):
        return {}
    own = gradient is None
    gradient = gradient_beside(found.live) if own else gradient

    def made(settings: dict[str, Any]) -> Any:
        assert found.rebuild is not None
        call: Any = found.rebuild(settings)
        if gradient == "returned":
            return lambda *arrays, **named: call(*arrays, **named)[1]
        if own and not inspect.isfunction(gradient):  # of an object, which was made again
            return gradient_beside(call.loss)
        taken = parameters_of(gradient) or {}
        bound = {name: value for name, value in settings.items() if name in taken}
        return functools.partial(gradient, **bound) if bound else gradient

    if gradient is None:
        return {}
    return {"gradient": made(dict(found.settings)), "rebuild_gradient": made}
