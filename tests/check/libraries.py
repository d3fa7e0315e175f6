"""The losses of the libraries that people use, as installed: nearly all of them are right."""

import inspect
import warnings
from collections.abc import Iterator
from importlib import import_module, metadata
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from tests.check.vision import open_vision

HOMES = {
    "torch.nn": ("torch.nn", lambda name: name.endswith("Loss")),
    "torch.nn.functional": (
        "torch.nn.functional",
        lambda name: name.endswith(("_loss", "cross_entropy", "_with_logits", "kl_div")),
    ),
    "keras": ("keras.losses", lambda name: not name.startswith("_")),
    "optax": ("optax.losses", lambda name: not name.startswith(("_", "make_"))),
    "torchvision": ("torchvision.ops", lambda name: name.endswith("_loss")),
    "segmentation_models_pytorch": (
        "segmentation_models_pytorch.losses",
        lambda name: name.endswith("Loss"),
    ),
    "monai": ("monai.losses", lambda name: name.endswith("Loss")),
    "timm": ("timm.loss", lambda name: name[0].isupper()),
    "sklearn": (
        "sklearn.metrics",
        lambda name: name.endswith(("_loss", "_error", "_deviance")),
    ),
}
"""library -> its module, and which of its names are losses."""

NO_LOSSES = {
    "keras": ("Loss", "deserialize", "get", "serialize"),
    "optax": ("smooth_labels",),
    "sklearn": ("max_error", "brier_score_loss"),
}
"""What stands among them and is none: it makes targets, or is no mean, as scikit-learn's worst."""

BARE = {
    "torch.nn": ("AdaptiveLogSoftmaxWithLoss", "LinearCrossEntropyLoss"),
    "monai": (
        "DeepSupervisionLoss",
        "GeneralizedWassersteinDiceLoss",
        "MaskedLoss",
        "MultiScaleLoss",
        "NACLLoss",
        "PatchAdversarialLoss",
        "PerceptualLoss",
    ),
    "timm": ("DistributionBalancedLoss",),
}
"""What cannot be made without being told sizes, or another loss, or counts."""
ON_VISION = ("torchvision", "segmentation_models_pytorch", "timm")


def losses(library: str) -> Iterator[tuple[str, Any]]:
    """Yield the names and losses of a library, each once; none where it is not installed."""
    home, wanted = HOMES[library]
    if find_spec(home.partition(".")[0]) is None:
        return
    module, seen = _opened(library, home), set()
    for name, loss in sorted(vars(module).items()):
        left_out = NO_LOSSES.get(library, ()) + BARE.get(library, ())
        usable = inspect.isclass(loss) or inspect.isfunction(loss)
        if wanted(name) and usable and name not in left_out and id(loss) not in seen:
            seen.add(id(loss))
            yield name, loss


def _opened(library: str, home: str) -> ModuleType:
    if library in ON_VISION:
        open_vision()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module(home)


def version(library: str) -> str:
    """Return the version that is installed: of torch, for torch.nn."""
    return metadata.version(DISTRIBUTIONS.get(library, library).partition(".")[0])


DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "segmentation_models_pytorch": "segmentation-models-pytorch",
}
