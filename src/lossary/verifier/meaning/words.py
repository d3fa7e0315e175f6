"""What the names in a loss say: whether it is a metric, which word of the field it bears."""

import re
from typing import Any

METRICS = ("accuracy", "score", "similarity", "metric", "coefficient", "coef", "psnr", "ssim",
           "dice", "iou", "giou", "jaccard", "f1", "r2", "auc", "ndcg", "sdr", "snr", "corr",
           "pearson", "reward", "utility", "likelihood", "log_likelihood", "log_prob", "elbo",
           "recall", "sisdr", "sisnr", "return", "advantage", "mrr", "hit", "bleu")  # fmt: skip
LOSSES = ("loss", "error", "distance", "cost", "divergence", "neg", "nll", "criterion", "objective",
          "penalty", "risk", "entropy", "xent")  # fmt: skip
CONTRARY = ("complementary", "negative_learning", "unlikelihood", "unlearn", "forget",
            "adversarial", "maximize", "maximise", "attack", "confus", "critic", "wgan", "energy",
            "wasserstein", "policy", "reinforce", "advantage", "ppo", "grpo", "dpo")  # fmt: skip
SOFTENED = ("smooth", "confidence", "entropy_reg", "penalty", "calibrat", "noise", "mixup",
            "temperature", "evidential", "margin", "regulari")  # fmt: skip

CROSSING = 4
"""Letters from which on a word may run across the joints of a name; shorter ones meet by chance."""
ALONE = 2
"""Letters up to which a word must stand by itself: g is not the beginning of gan."""
ENDED = r"(\d+|[ds]|loss|div)?(_|$)"
"""How a word that stands by itself may end: z1, zs, kld, klloss, kldiv."""


def spelt(name: str) -> str:
    """Spell a name in small letters with underscores: BCEWithLogits is bce_with_logits."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", parted.lower())


def bears(name: str, *words: str) -> bool:
    """Say whether one of the words begins at a joint of the name, as written or in capitals.

    Words of one or two letters must be whole ones.
    VICRegLoss is spelt vic_reg_loss, and bears vicreg all the same.
    """
    parts = spelt(name).split("_")
    joints = ["".join(parts[place:]) for place in range(len(parts))]
    closed = [word.replace("_", "") for word in words if not word.endswith("_")]
    long = [word for word in closed if len(word) >= CROSSING]
    return _plainly(name, *words) or any(each.startswith(w) for each in joints for w in long)


def _plainly(text: str, *words: str) -> bool:
    apart = f"_{spelt(text)}"
    short = [word for word in words if len(word) <= ALONE and not word.endswith("_")]
    long = [word for word in words if word not in short]
    return any(f"_{word}" in apart for word in long) or any(
        re.search(f"_{word}{ENDED}", apart) for word in short
    )


def named(subject: Any, *words: str) -> bool:
    """Say whether the loss bears one of these words in its own name."""
    return bears(subject.candidate.name, *words)


def told(subject: Any, *words: str) -> bool:
    """Say whether the loss's name, its settings or its documentation bring up one of the words."""
    text = " ".join([subject.candidate.name, subject.candidate.doc, *subject.candidate.settings])
    return _plainly(text, *words)


def metric(subject: Any) -> bool:
    """Say whether the name promises a figure that is better when higher, and no loss."""
    if spelt(subject.candidate.name).endswith("_score"):
        return True
    return named(subject, *METRICS) and not named(subject, *LOSSES)


def contrary(subject: Any) -> bool:
    """Say whether the names tell that a model shall be driven away from the target."""
    gains = any(bears(each.name, "advantage", "adv", "gae") for each in subject.contract.arguments)
    return gains or named(subject, *CONTRARY)


def setting(subject: Any, *words: str) -> float | None:
    """Return the first number among the settings whose name begins with one of the words."""
    found = subject.candidate.settings.items()
    numbers = [v for k, v in found if bears(k, *words) and isinstance(v, (int, float))]
    return next((float(v) for v in numbers if not isinstance(v, bool)), None)
