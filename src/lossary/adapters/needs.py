"""What each host asks for: which package, from which version on, and how to get it."""

import re
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from lossary.errors import HostError


@dataclass(frozen=True)
class Host:
    """A package that losses are brought home to; `oldest` is the bound in pyproject.toml."""

    title: str
    module: str
    packages: tuple[str, ...]
    """Names under which the module can be installed, the usual one first."""
    extra: str
    oldest: str


HOSTS = {
    host.module: host
    for host in (
        Host("PyTorch", "torch", ("torch",), "torch", "2.4"),
        Host("JAX", "jax", ("jax",), "jax", "0.4.33"),
        Host("optax", "optax", ("optax",), "optax", "0.2.8"),
        Host("TensorFlow", "tensorflow", ("tensorflow", "tensorflow-cpu"), "tensorflow", "2.19"),
        Host("Keras", "keras", ("keras",), "keras", "3.4"),
        Host("XGBoost", "xgboost", ("xgboost", "xgboost-cpu"), "boosting", "2.1.4"),
        Host("LightGBM", "lightgbm", ("lightgbm",), "boosting", "4.4"),
        Host("CatBoost", "catboost", ("catboost",), "boosting", "1.2.9"),
        Host("scikit-learn", "sklearn", ("scikit-learn",), "sklearn", "1.6"),
        Host("SciPy", "scipy", ("scipy",), "sklearn", "1.13"),
        Host("Lightning", "lightning", ("lightning",), "lightning", "2.4"),
        Host("TorchMetrics", "torchmetrics", ("torchmetrics",), "lightning", "1.0.1"),
        Host("transformers", "transformers", ("transformers",), "huggingface", "5.19"),
        Host("Accelerate", "accelerate", ("accelerate",), "huggingface", "1.1"),
    )
}


def need(*modules: str) -> Any:
    """Return the first module; all of them are there, and none is too old.

    Raises:
        HostError: one is missing or too old; says what to install.
    """
    for module in modules:
        _look(HOSTS[module])
    return import_module(modules[0])


def _look(host: Host) -> None:
    mend = f"Hint: pip install 'lossary[{host.extra}]'"
    found = _installed(host)
    if found is None:
        raise HostError(f"{host.title} is not installed, and this adapter is for it.\n{mend}")
    if _numbers(found) < _numbers(host.oldest):
        raise HostError(
            f"{host.title} {found} is too old: this adapter needs {host.oldest} or newer.\n"
            f"{mend} --upgrade"
        )


def _installed(host: Host) -> str | None:
    for package in host.packages:
        try:
            return version(package)
        except PackageNotFoundError:
            continue
    try:
        return str(import_module(host.module).__version__)  # built by hand, without metadata
    except ImportError:
        return None


def _numbers(text: str) -> tuple[int, ...]:
    """Read the numbers at the front of a version: "2.13.0+cpu" is (2, 13, 0)."""
    front = re.match(r"\d+(\.\d+)*", text)
    return tuple(map(int, front[0].split("."))) if front else ()
