"""PyTorch's own losses, and what is installed of torchvision, MONAI and segmentation_models."""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import torch
from torch.nn import functional as F  # noqa: N812  # as everybody calls it

from benchmarks.rows import Row
from lossary.adapters.foreign.operators import opened

Function = Callable[[Any, Any], Any]


def others(row: Row) -> dict[str, Function]:
    """List who else has this loss; where none is installed, a formula as people write it."""
    loss = row.loss
    by_name: dict[str, Callable[[], dict[str, Function]]] = {
        "SquaredError": lambda: {"F.mse_loss": F.mse_loss},
        "AbsoluteError": lambda: {"F.l1_loss": F.l1_loss},
        "Huber": lambda: {"F.huber_loss": lambda p, t: F.huber_loss(p, t, delta=loss.delta)},
        "BinaryCrossEntropy": lambda: {
            "F.binary_cross_entropy_with_logits": F.binary_cross_entropy_with_logits
        },
        "SigmoidFocal": lambda: _focal(loss),
        "CrossEntropy": lambda: {
            "F.cross_entropy": lambda p, t: F.cross_entropy(p, t, label_smoothing=loss.smoothing)
        },
        "Dice": lambda: _dice_of_labels(loss) if row.classes_first else {"three sums": _dice},
    }
    return by_name[row.name]()


def _focal(loss: Any) -> dict[str, Function]:
    alpha, gamma = loss.alpha, loss.gamma
    theirs = torchvision_focal()
    if theirs is not None:
        return {"torchvision": lambda p, t: theirs(p, t, alpha, gamma, reduction="mean")}

    def formula(p: Any, t: Any) -> Any:
        q = torch.sigmoid(p)
        entropy = F.binary_cross_entropy_with_logits(p, t, reduction="none")
        right = q * t + (1 - q) * (1 - t)
        judged = entropy * (1 - right) ** gamma
        return ((alpha * t + (1 - alpha) * (1 - t)) * judged).mean()

    return {"torchvision's formula": formula}


def _dice_of_labels(loss: Any) -> dict[str, Function]:
    """Labels and classes first, as the two libraries take them; MONAI judges image by image."""
    if loss.pool == "image" and find_spec("monai"):
        from monai.losses import DiceLoss

        theirs = DiceLoss(to_onehot_y=True)
        return {"MONAI": lambda p, t: theirs(p, t[:, None])}
    if loss.pool == "batch" and find_spec("segmentation_models_pytorch"):
        torchvision_focal()  # opens torchvision, which the other's encoders ask for
        from segmentation_models_pytorch.losses import DiceLoss as Pooled

        return {"segmentation_models": Pooled("multiclass", from_logits=False)}
    axes = (2, 3, 4) if loss.pool == "image" else (0, 2, 3, 4)

    def formula(p: Any, t: Any) -> Any:
        hot = F.one_hot(t, p.shape[1]).movedim(-1, 1).to(p.dtype)
        return 1 - (2 * (p * hot).sum(axes) / (p.sum(axes) + hot.sum(axes))).mean()

    return {"one-hot, three sums": formula}


def _dice(p: Any, t: Any) -> Any:
    axes = (1, 2, 3)
    return 1 - (2 * (p * t).sum(axes) / (p.sum(axes) + t.sum(axes))).mean()


@cache
def torchvision_focal() -> Callable[..., Any] | None:
    """Return torchvision's focal loss, which is plain Python; None where it is not installed."""
    if not find_spec("torchvision"):
        return None
    found: Callable[..., Any] = opened("torchvision.ops").sigmoid_focal_loss
    return found
