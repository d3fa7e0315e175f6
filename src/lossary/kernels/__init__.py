"""Kernels derived from the formulas: one pass over memory, in the place of the definition."""

from typing import Any

from lossary.core import dispatch
from lossary.kernels.switch import strange, use_kernels

__all__ = ["use_kernels"]


def _opened(kind: type) -> dispatch.Answer | None:
    """Find the host of a class of arrays; a framework is opened only once its arrays come."""
    try:
        return _host(kind)
    except (ImportError, AttributeError) as error:  # of a version that lacks what a host asks for
        strange(kind.__module__.partition(".")[0], error)
        return None


def _host(kind: type) -> dispatch.Answer | None:
    home = f"{kind.__module__}.{kind.__qualname__}"
    if home == "numpy.ndarray":
        from lossary.kernels.hosts.numpy_calls import answer

        return answer
    if home == "lossary.backends._tape.Traced":
        from lossary.kernels.hosts.tape import answer

        return answer
    if kind.__module__.partition(".")[0] == "torch":
        from lossary.kernels.hosts import torch_calls

        return torch_calls.host_of(kind)
    if kind.__module__.partition(".")[0] in ("jax", "jaxlib"):
        from lossary.kernels.hosts import jax

        return jax.answer if jax.takes(kind) else None
    if kind.__module__.partition(".")[0] == "tensorflow":
        from lossary.kernels.hosts import tensorflow

        return tensorflow.answer if tensorflow.takes(kind) else None
    return None


def _leaves() -> Any:
    from lossary.kernels.leaves import leaves

    return leaves()


def _steps() -> Any:
    from lossary.kernels.steps import moved

    return moved


def _steps_in_place() -> Any:
    from lossary.kernels.steps import in_place

    return in_place


dispatch.openers.append(_opened)
dispatch.written["leaves"] = _leaves
dispatch.written["steps"] = _steps
dispatch.written["steps in place"] = _steps_in_place
