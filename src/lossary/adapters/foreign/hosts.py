"""Every framework that a loss may be written for, opened only when a loss of it comes along."""

from functools import cache
from importlib.util import find_spec

from lossary.adapters.foreign.host import Host
from lossary.errors import BackendError, HostError, nearest

HOSTS = ("torch", "jax", "tensorflow", "keras", "numpy")


@cache
def host_named(name: str) -> Host:
    """Return the host of a name.

    Raises:
        BackendError: there is no host of this name.
        HostError: the framework is not installed.
    """
    if name not in HOSTS:
        raise BackendError(f"host={name!r}: {nearest(name, HOSTS)}")
    if find_spec(name) is None:
        raise HostError(
            f"the loss is written for {name}, which is not installed here.\n"
            f"Hint: pip install {name}, or name another framework with host=."
        )
    if name == "torch":
        from lossary.adapters.foreign.torch import Torch as Found
    elif name == "jax":
        from lossary.adapters.foreign.jax import Jax as Found  # type: ignore[assignment]
    elif name == "tensorflow":
        from lossary.adapters.foreign.tensorflow import (  # type: ignore[assignment]
            TensorFlow as Found,
        )
    elif name == "keras":
        from lossary.adapters.foreign.keras import Keras as Found  # type: ignore[assignment]
    else:
        from lossary.adapters.foreign.numpy import NumPy as Found  # type: ignore[assignment]
    return Found()
