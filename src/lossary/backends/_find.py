"""Whose arrays are these? A framework is opened only when an array of it comes along."""

from lossary.backends._protocol import Array, Backend
from lossary.errors import BackendError

_KNOWN: dict[type, Backend] = {}
NAMES = ("numpy", "torch", "jax", "tensorflow")


def backend_of(*arrays: Array) -> Backend:
    """Return the one framework of these arrays.

    Raises:
        BackendError: an argument is no array, or two frameworks meet.
    """
    kind = type(arrays[0])
    backend = _KNOWN.get(kind) or _open(kind, arrays[0])
    for array in arrays[1:]:
        if type(array) is not kind:
            other = _KNOWN.get(type(array)) or _open(type(array), array)
            if other is not backend:
                raise BackendError(_mixed(arrays))
    return backend


def backend_named(name: str) -> Backend:
    """Open a framework by its name: numpy, torch, jax or tensorflow."""
    # Plain import statements, one for each: torch.compile can follow these, but no import_module.
    if name == "numpy":
        from lossary.backends import _numpy as found
    elif name == "torch":
        from lossary.backends import _torch as found  # type: ignore[no-redef]
    elif name == "jax":
        from lossary.backends import _jax as found  # type: ignore[no-redef]
    elif name == "tensorflow":
        from lossary.backends import _tensorflow as found  # type: ignore[no-redef]
    else:
        raise BackendError(f"no framework is called {name!r}; there are: {', '.join(NAMES)}.")
    return found.backend


def _open(kind: type, array: Array) -> Backend:
    name = _home(kind)
    if name is None:
        raise BackendError(
            f"expected arrays of NumPy, PyTorch, JAX or TensorFlow, but got {_called(kind)}.\n"
            f"Hint: numpy.asarray(...) makes an array of numbers or lists."
        )
    backend = backend_named(name)
    refusal = backend.refusal(kind)
    if refusal is not None:
        raise BackendError(f"{_called(kind)} is no plain array: {refusal}")
    _KNOWN[kind] = backend
    return backend


def _home(kind: type) -> str | None:
    for ancestor in kind.__mro__:
        root = ancestor.__module__.partition(".")[0]
        if root == "jaxlib":
            return "jax"
        if root in NAMES:
            return root
        if ancestor.__module__ == "lossary.backends._tape":
            return "numpy"
    return None


def _called(kind: type) -> str:
    return f"{kind.__module__.partition('.')[0]}.{kind.__name__}".removeprefix("builtins.")


MAKERS = {
    "numpy": "numpy.asarray", "torch": "torch.as_tensor", "jax": "jax.numpy.asarray",
    "tensorflow": "tensorflow.convert_to_tensor",
}  # fmt: skip


def _mixed(arrays: tuple[Array, ...]) -> str:
    kinds = ", ".join(dict.fromkeys(_called(type(array)) for array in arrays))
    maker = MAKERS.get(_home(type(arrays[0])) or "numpy")
    return (
        f"all arrays must come from one framework, but got {kinds}.\n"
        f"Hint: {maker}(target) brings one to the framework of the prediction."
    )
