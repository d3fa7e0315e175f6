"""What is known to be wrong in released losses: data for the tests and for docs/findings.md."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """A defect: the loss of a library, the checks that find it, and why it is none of ours."""

    library: str
    loss: str
    checks: tuple[str, ...]
    why: str


VERSIONS = {
    "torch.nn": "2.13.0+cpu",
    "torch.nn.functional": "2.13.0+cpu",
    "keras": "3.15.1",
    "optax": "0.2.8",
    "sklearn": "1.9.1",
    "torchvision": "0.28.0",
    "segmentation_models_pytorch": "0.6.0",
    "monai": "1.6.1",
    "timm": "1.0.31",
}
"""The versions that were looked at; of others nothing is said."""

OVERFLOW = "log(1 + exp(-y x)) is written out: inf from -y x = 89 on, where it is 89"
CORNER = "p**q has an infinite slope at p = 0, and infinity times 0 is NaN in the gradient"
EXCHANGED = "the documentation gives alpha to false positives, the code to false negatives"
NOTHING_THERE = "an empty mask that is predicted empty costs 1, the most there is"
RESCALED = "a single alpha multiplies every class alike, and balances nothing"
NO_LENGTH = "epsilon=0 by default: a row of zeros is divided by its length, 0, and gives NaN"
LEFT_OUT = "where= leaves an entry out of the value, and its NaN in the gradient"

FINDINGS = (
    Known("torch.nn", "SoftMarginLoss", ("extremes",), OVERFLOW),
    Known("torch.nn.functional", "soft_margin_loss", ("extremes",), OVERFLOW),
    Known("keras", "Huber", ("serialisation",), "get_config() leaves delta out"),
    Known("keras", "Tversky", ("likeness",), EXCHANGED),
    Known("keras", "tversky", ("likeness",), EXCHANGED),
    Known("keras", "CategoricalGeneralizedCrossEntropy", ("extremes",), CORNER),
    Known("keras", "categorical_generalized_cross_entropy", ("extremes",), CORNER),
    Known("keras", "Dice", ("empty_mask",), NOTHING_THERE),
    Known("keras", "dice", ("empty_mask",), NOTHING_THERE),
    Known("keras", "CategoricalFocalCrossentropy", ("class_balance",), RESCALED),
    Known("keras", "categorical_focal_crossentropy", ("class_balance",), RESCALED),
    Known("optax", "convex_kl_divergence", ("poison",), LEFT_OUT),
    Known("optax", "generalized_kl_divergence", ("poison",), LEFT_OUT),
    Known("optax", "kl_divergence", ("poison",), LEFT_OUT),
    Known("optax", "kl_divergence_with_log_targets", ("poison",), LEFT_OUT),
    Known("optax", "cosine_similarity", ("poison",), LEFT_OUT),
    Known("optax", "cosine_distance", ("poison",), LEFT_OUT),
    Known("optax", "cosine_similarity", ("zero_vectors", "ignored"), NO_LENGTH),
    Known("optax", "cosine_distance", ("zero_vectors", "ignored"), NO_LENGTH),
    Known(
        "torchvision",
        "complete_box_iou_loss",
        ("boxes",),
        "a box without area costs NaN: eps does not stand below w / h",
    ),
    Known(
        "segmentation_models_pytorch",
        "MCCLoss",
        ("precision",),
        "a product of four counts overflows float16 from about 30 pixels on: the gradient is zero",
    ),
    Known(
        "segmentation_models_pytorch",
        "SoftCrossEntropyLoss",
        ("runs",),
        "smooth_factor=None, the default, is divided: it raises whatever it is given",
    ),
    Known(
        "segmentation_models_pytorch",
        "SoftBCEWithLogitsLoss",
        ("reductions",),
        "the mean still counts the entries that ignore_index leaves out",
    ),
    Known(
        "monai",
        "BarlowTwinsLoss",
        ("likeness",),
        "scaled by N - 1 and divided by N: identical views do not reach 0",
    ),
    Known(
        "monai",
        "GlobalMutualInformationLoss",
        ("precision",),
        "an epsilon of 1e-7 beside products that underflow float16: NaN in the gradient",
    ),
    Known(
        "monai",
        "DiceCELoss",
        ("prediction_domain",),
        "with its defaults one half reads probabilities, and the other logits",
    ),
)

UNREAD = {
    "optax": ("ctc_loss", "ctc_loss_with_forward_probs"),
    "sklearn": ("hamming_loss", "zero_one_loss"),
    "monai": (
        "BendingEnergyLoss",
        "DiffusionLoss",
        "LocalNormalizedCrossCorrelationLoss",
        "SURELoss",
    ),
}
"""What is told apart in a sentence and not checked: paddings beside lattices, labels as answers,
volumes."""


def known(library: str, loss: str) -> set[str]:
    """Return the checks that are known to accuse a loss."""
    found = (each.checks for each in FINDINGS if (each.library, each.loss) == (library, loss))
    return {name for checks in found for name in checks}
