"""How each framework spells an array and a gradient: words only, nothing of it is imported."""

from dataclasses import dataclass

NAMES = {
    "torch": "PyTorch", "jax": "JAX", "tensorflow": "TensorFlow", "keras": "Keras",
    "numpy": "NumPy", "xgboost": "XGBoost", "lightgbm": "LightGBM", "catboost": "CatBoost",
    "booster": "boosting",
}  # fmt: skip
"""The frameworks as their own pages spell them."""


@dataclass(frozen=True)
class Dialect:
    """Templates of code; what stands in braces is filled in."""

    imports: tuple[str, ...]
    prefix: str
    """What stands before a dtype, as `torch.`."""
    array: str
    full: str
    repeat: str
    """Of an `{array}`, `{times}` times along its first axis; `{ones}` are ", 1" for others."""
    slope: tuple[str, ...]
    """Lines that print the gradient of `{call}` in `{of}`, where it is one number."""
    slope_of_sum: tuple[str, ...]
    slope_upstream: tuple[str, ...]
    """The same of several numbers, each multiplied with its entry of `upstream`."""
    slope_absent: tuple[str, ...]
    """The same where there is none, without an error."""
    learns: str = ""
    """What an array is made with in which a gradient will be asked for."""
    total: str = "{call}.sum()"
    seeded: str = "np.random.seed({seed})"


_TAPE = ("with tf.GradientTape() as tape:", "    tape.watch({of})", "    value = {call}")
_TAKEN = (*_TAPE, "print(tape.gradient(value, {of}))")
_BACK = ("value = {call}", "if value.requires_grad:", "    value.sum().backward()")
_BY_HAND = ("print({gradient})",)

DIALECTS = {
    "torch": Dialect(
        imports=("import torch",),
        prefix="torch.",
        array="torch.tensor({values}, dtype={dtype})",
        full="torch.full({shape}, {value}, dtype={dtype})",
        repeat="{array}.repeat({times}{ones})",
        slope=("print(torch.autograd.grad({call}, {of})[0])",),
        slope_of_sum=("print(torch.autograd.grad({call}.sum(), {of})[0])",),
        slope_upstream=("print(torch.autograd.grad({call}, {of}, upstream)[0])",),
        slope_absent=(*_BACK, "print({of}.grad)"),
        learns=".requires_grad_()",
        seeded="torch.manual_seed({seed})",
    ),
    "jax": Dialect(
        imports=(
            "import jax",
            "import jax.numpy as jnp",
            'jax.config.update("jax_enable_x64", True)',
        ),
        prefix="jnp.",
        array="jnp.array({values}, dtype={dtype})",
        full="jnp.full({shape}, {value}, dtype={dtype})",
        repeat="jnp.tile({array}, ({times}{ones}))",
        slope=("print(jax.grad(lambda {of}: {call})({of}))",),
        slope_of_sum=("print(jax.grad(lambda {of}: {call}.sum())({of}))",),
        slope_upstream=("print(jax.grad(lambda {of}: ({call} * upstream).sum())({of}))",),
        slope_absent=("print(jax.grad(lambda {of}: {call}.sum())({of}))",),
    ),
    "tensorflow": Dialect(
        imports=("import tensorflow as tf",),
        prefix="tf.",
        array="tf.constant({values}, dtype={dtype})",
        full="tf.constant({value}, shape={shape}, dtype={dtype})",
        repeat="tf.tile({array}, [{times}{ones}])",
        slope=_TAKEN,
        slope_of_sum=_TAKEN,
        slope_upstream=(*_TAPE, "print(tape.gradient(value, {of}, upstream))"),
        slope_absent=_TAKEN,
        total="tf.reduce_sum({call})",
        seeded="tf.random.set_seed({seed})",
    ),
    "numpy": Dialect(
        imports=("import numpy as np",),
        prefix="np.",
        array="np.array({values}, dtype={dtype})",
        full="np.full({shape}, {value}, dtype={dtype})",
        repeat="np.tile({array}, ({times}{ones}))",
        slope=_BY_HAND,
        slope_of_sum=_BY_HAND,
        slope_upstream=_BY_HAND,
        slope_absent=_BY_HAND,
    ),
}


def dialect_of(arrays: str) -> Dialect:
    """Return how the arrays of a framework are spelt; boosters take NumPy's."""
    return DIALECTS.get(arrays, DIALECTS["numpy"])
