"""What the frameworks bring themselves: by library and loss, a name to show and a function."""

from collections.abc import Callable
from typing import Any

Contestant = tuple[str, Callable[[Any, Any], Any]]


def theirs(library: str) -> dict[str, Contestant]:
    """Return a library's contestants; where it has no such loss, a formula as people write it."""
    return {"numpy": _sklearn, "torch": _torch, "jax": _optax, "tensorflow": _keras}[library]()


def _dice(p: Any, t: Any) -> Any:
    axes = (1, 2, 3)
    return 1 - (2 * (p * t).sum(axes) / (p.sum(axes) + t.sum(axes))).mean()


def _torch() -> dict[str, Contestant]:
    import torch
    from torch.nn import functional as F  # noqa: N812 (as everybody calls it)

    def focal(p: Any, t: Any) -> Any:
        q = torch.sigmoid(p)
        entropy = F.binary_cross_entropy_with_logits(p, t, reduction="none")
        right = q * t + (1 - q) * (1 - t)
        loss = entropy * (1 - right) ** 2.0
        return ((0.25 * t + 0.75 * (1 - t)) * loss).mean()

    return {
        "SquaredError": ("F.mse_loss", F.mse_loss),
        "Huber": ("F.huber_loss", F.huber_loss),
        "BinaryCrossEntropy": (
            "F.binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits
        ),
        "CrossEntropy": ("F.cross_entropy", F.cross_entropy),
        "SigmoidFocal": ("torchvision's formula", focal),
        "Dice": ("a plain formula", _dice),
    }  # fmt: skip


def _optax() -> dict[str, Contestant]:
    import optax

    return {
        "SquaredError": ("optax.squared_error", lambda p, t: optax.squared_error(p, t).mean()),
        "Huber": ("optax.huber_loss", lambda p, t: optax.huber_loss(p, t).mean()),
        "BinaryCrossEntropy": (
            "optax.sigmoid_binary_cross_entropy",
            lambda p, t: optax.sigmoid_binary_cross_entropy(p, t).mean(),
        ),
        "CrossEntropy": (
            "optax.softmax_cross_entropy_with_integer_labels",
            lambda p, t: optax.softmax_cross_entropy_with_integer_labels(p, t).mean(),
        ),
        "SigmoidFocal": (
            "optax.sigmoid_focal_loss",
            lambda p, t: optax.sigmoid_focal_loss(p, t, alpha=0.25).mean(),
        ),
        # optax.losses.dice_loss of probabilities asks for their sum, and so cannot be compiled.
        "Dice": ("a plain formula", _dice),
    }


def _keras() -> dict[str, Contestant]:
    import keras

    ours_by_theirs = {
        "SquaredError": keras.losses.MeanSquaredError(),
        "Huber": keras.losses.Huber(),
        "BinaryCrossEntropy": keras.losses.BinaryCrossentropy(from_logits=True),
        "CrossEntropy": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "SigmoidFocal": keras.losses.BinaryFocalCrossentropy(
            apply_class_balancing=True, from_logits=True
        ),
        "Dice": keras.losses.Dice(axis=(1, 2, 3)),
    }
    return {
        name: (f"keras.losses.{type(loss).__name__}", lambda p, t, loss=loss: loss(t, p))
        for name, loss in ours_by_theirs.items()
    }


class _Sklearn:
    """One of scikit-learn's compiled losses: values of entries, or values and slopes at once."""

    def __init__(self, loss: Any, factor: float = 1.0) -> None:
        self.loss, self.factor = loss, factor

    def __call__(self, p: Any, t: Any) -> Any:
        return self.factor * self.loss.loss(self._like(p, t), p).mean()

    def with_slope(self, p: Any, t: Any) -> Any:
        values, slope = self.loss.loss_gradient(self._like(p, t), p)
        slope *= self.factor / len(p)
        return self.factor * values.mean(), slope

    def _like(self, p: Any, t: Any) -> Any:
        return t.astype(p.dtype, copy=False)  # labels too are floats there


def _sklearn() -> dict[str, Contestant]:
    from sklearn._loss import loss as sk

    def of(name: str, factor: float = 1.0, **settings: Any) -> Contestant:
        return f"sklearn {name}", _Sklearn(getattr(sk, name)(**settings), factor)

    return {
        "SquaredError": of("HalfSquaredError", 2.0),
        "Huber": of("HuberLoss", delta=1.0),
        "BinaryCrossEntropy": of("HalfBinomialLoss"),
        "CrossEntropy": of("HalfMultinomialLoss", n_classes=10),
    }
