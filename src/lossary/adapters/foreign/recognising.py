"""Whose arrays does a loss take? Found by its type, its package, and the names its code uses."""

import functools
import inspect
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, cast

from lossary.adapters.foreign.methods import codes, held_by, methods, outer

ROOTS = {
    "torch": ("torch", "torchvision", "torchmetrics", "monai", "segmentation_models_pytorch",
              "kornia", "timm", "fastai", "lightning", "pytorch_lightning", "transformers",
              "pytorch_metric_learning", "pytorch_toolbelt", "sentence_transformers", "geomloss",
              "torchaudio", "torch_geometric", "pytorch3d", "gpytorch", "pyro", "diffusers"),
    "jax": ("jax", "jaxlib", "optax", "flax", "haiku", "equinox", "rax", "ott", "distrax",
            "numpyro", "chex", "jaxopt"),
    "keras": ("keras", "keras_core", "keras_hub", "keras_cv", "keras_nlp"),
    "tensorflow": ("tensorflow", "tensorflow_addons", "tensorflow_probability", "tf_keras"),
    "numpy": ("numpy", "scipy", "sklearn", "numba", "statsmodels", "pandas", "skimage",
              "autograd"),
}  # fmt: skip
"""Packages whose losses take the arrays of a framework."""
HOME = {root: name for name, roots in ROOTS.items() for root in roots}
SURE = ("unsqueeze", "detach", "clamp", "clamp_min", "clamp_max", "log_softmax", "permute", "numel",
        "masked_fill", "requires_grad", "new_zeros", "new_ones", "new_tensor", "masked_select",
        "logsumexp", "scatter_", "contiguous")  # fmt: skip
"""Methods that only a tensor of PyTorch has."""
LIKELY = ("float", "long", "sigmoid", "softmax", "pow", "abs", "exp", "log", "sqrt", "relu", "tanh")
"""Methods that an array of NumPy lacks too: they count where no namespace is used."""
DEPTH = 3
"""So far are functions followed that a loss calls."""


def host_of(loss: Any) -> str:
    """Return the name of the host whose arrays a loss takes."""
    plain = unwrapped(loss)
    return (
        _by_type(plain)
        or _by_wrapper(loss)
        or _by_code(plain, _held(loss))
        or _by_package(plain)
        or _by_words(plain)
    )


def unwrapped(loss: Any) -> Any:
    """Take off what functools and decorators put around a function.

    A compiled function of JAX or TensorFlow says whose it is: it is left as it is.
    """
    return list(_layers(loss))[-1]


def _layers(loss: Any) -> Iterator[Any]:
    """Yield what was handed over, and what is within, layer by layer."""
    yield loss
    if isinstance(loss, functools.partial):
        yield from _layers(loss.func)
    elif isinstance(loss, staticmethod):
        yield from _layers(loss.__func__)
    elif isinstance(loss, FunctionType) and hasattr(loss, "__wrapped__"):
        yield from _layers(loss.__wrapped__)


def _by_wrapper(loss: Any) -> str | None:
    """Look for a framework that put its own function around the loss, as jax.vmap does."""
    for each in _layers(loss):
        found = _home(each.__globals__.get("__name__")) if hasattr(each, "__globals__") else None
        if found in HOME_NAMES and hasattr(each, "__wrapped__"):
            return found
    return None


def _held(loss: Any) -> Iterator[Any]:
    """Yield what a loss keeps: arguments bound or left to their defaults, and attributes."""
    for each in _layers(loss):
        if isinstance(each, functools.partial):
            yield from (*each.args, *each.keywords.values())
        elif isinstance(each, FunctionType):
            yield from (*(each.__defaults__ or ()), *(each.__kwdefaults__ or {}).values())
        elif not inspect.isclass(each):
            yield from getattr(getattr(each, "__self__", each), "__dict__", {}).values()


def _by_type(loss: Any) -> str | None:
    kind = loss if inspect.isclass(loss) else type(loss)
    for ancestor in kind.__mro__:
        found = _home(ancestor.__module__)
        if found is not None and ancestor is not object:
            return found
    return None


def _by_package(loss: Any) -> str | None:
    return _home(getattr(loss, "__module__", None))


def _home(module: Any) -> str | None:
    return HOME.get(str(module).partition(".")[0])


def _by_code(loss: Any, held: Iterator[Any]) -> str | None:
    """Count the frameworks in the names that the code uses, and weigh them."""
    votes: Counter[str] = Counter()
    for function in _functions(loss):
        votes.update(_names(function, DEPTH, set()))
    for value in held:
        votes.update(_of_value(value, DEPTH, set()))
    best = max((votes[name] for name in HOME_NAMES), default=0)
    if votes["tensorflow"] and votes["tensorflow"] + votes["keras"] >= best:
        return "tensorflow"  # Keras within is TensorFlow's own
    for name in HOME_NAMES:
        if best and votes[name] == best:
            return name
    if votes["numpy"]:
        return "torch" if _used(loss) & set(SURE) else "numpy"
    return None


HOME_NAMES = ("torch", "jax", "keras", "tensorflow")


def _functions(loss: Any) -> Iterator[FunctionType]:
    """Yield the Python functions that are the loss: itself, or the methods of its class."""
    if isinstance(loss, FunctionType):
        yield loss
        return
    if inspect.ismethod(loss):
        yield cast(FunctionType, loss.__func__)
        loss = loss.__self__
    kind = loss if inspect.isclass(loss) else type(loss)
    for ancestor in kind.__mro__:
        for each in vars(ancestor).values():
            found = getattr(each, "__func__", each)
            if isinstance(found, FunctionType):
                yield found


def _names(function: FunctionType, depth: int, seen: set[Any]) -> Iterator[str]:
    """Yield a framework for each name of it that the code of a function uses."""
    if function.__code__ in seen or depth < 0:
        return
    seen.add(function.__code__)
    for code in codes(function.__code__):
        for name in outer(code):
            yield from _meant(function, name, depth, seen)
    for note in getattr(function, "__annotations__", {}).values():
        found = _home(note if isinstance(note, str) else getattr(note, "__module__", None))
        if found is not None:
            yield found


def _meant(function: FunctionType, name: str, depth: int, seen: set[Any]) -> Iterator[str]:
    value = held_by(function, name)
    if value is not None:
        yield from _of_value(value, depth, seen)
    elif name in HOME and "." not in name:
        yield HOME[name]  # imported inside
    elif "." in name and _home(name):
        yield str(_home(name))


def _of_value(value: Any, depth: int, seen: set[Any]) -> Iterator[str]:
    root = _home(value.__name__ if isinstance(value, ModuleType) else _module_of(value))
    if root is not None:
        yield root
    elif isinstance(value, FunctionType):
        yield from _names(value, depth - 1, seen)
    elif callable(value):
        found = _by_type(value)
        if found is not None:
            yield found
            return
        for function in _functions(value):
            yield from _names(function, depth - 1, seen)


def _module_of(value: Any) -> str | None:
    if isinstance(value, FunctionType | BuiltinFunctionType) or inspect.isclass(value):
        return value.__module__
    return type(value).__module__


def _by_words(loss: Any) -> str:
    """Look at what else its module imports, then at the methods used, then at what is open."""
    around = [_imported(function) for function in _functions(loss)]
    for each in around:
        if len(each - {"numpy"}) == 1:
            return (each - {"numpy"}).pop()
    if _used(loss) & {*SURE, *LIKELY} and find_spec("torch"):
        return "torch"
    if "astype" in _used(loss) or {"numpy"} in around:
        return "numpy"
    open_now = (name for name in HOME_NAMES if name in sys.modules)
    return next(open_now, "torch" if find_spec("torch") else "numpy")


def _imported(function: FunctionType) -> set[str]:
    """Return the frameworks that are imported in the module of a function."""
    modules = (each for each in function.__globals__.values() if isinstance(each, ModuleType))
    return {home for each in modules if (home := _home(each.__name__)) is not None}


def _used(loss: Any) -> set[str]:
    """Return the methods that the code of a loss calls on values."""
    return {name for function in _functions(loss) for name in methods(function)}
