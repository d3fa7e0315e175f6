"""What a host does not do with a loss: whether it cannot yet or will not, and why."""

TREES = ("LightGBM", "XGBoost", "CatBoost", "scikit-learn")
"""Hosts that ask for the slope and the curvature of each row by itself."""

_POOLED = "Each row's slope depends on all rows, and it has no curvature of one row."
_PAIRS = "It compares rows with each other; there is no target to fit."


def _on_trees(loss: str, when: str, why: str) -> dict[tuple[str, str], tuple[str, str]]:
    return {(loss, host): (when, why) for host in TREES}


REFUSED: dict[tuple[str, str], tuple[str, str]] = {
    **_on_trees("Dice", "cannot yet", _POOLED),
    **_on_trees("Tversky", "cannot yet", _POOLED),
    **_on_trees("InfoNCE", "will not", _PAIRS),
    **_on_trees("TripletMargin", "will not", _PAIRS),
    **_on_trees("RootMeanSquaredError", "will not", "SquaredError has the same optimum."),
    **_on_trees("LogLoss", "will not", "BinaryCrossEntropy is the same of the raw score."),
    **_on_trees("NegativeLogLikelihood", "will not", "CrossEntropy is the same of raw scores."),
    **_on_trees("KullbackLeibler", "will not", "CrossEntropy has the same optimum, of raw scores."),
    **_on_trees("ZeroOne", "will not", "It has no slope; it is for judging."),
    ("ZeroOne", "Keras"): ("will not", "It has no slope; KerasMetric judges by it."),
    ("InfoNCE", "Keras metric"): ("will not", "It compares rows with each other: no sums add up."),
    ("TripletMargin", "Keras metric"): ("will not", "It takes three arrays; Keras hands over two."),
    ("TripletMargin", "Keras"): ("will not", "It takes three arrays; Keras hands over two."),
}
"""By loss and host. Everything else trains; without a slope, PyTorch, JAX and TensorFlow judge."""
