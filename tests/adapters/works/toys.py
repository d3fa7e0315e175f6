"""Small data for any loss: predictions a host can train, and targets the loss can read."""

from typing import Any

import numpy as np

from lossary.domains import Domain, log_probability, probability
from lossary.testing.sampling import draw

Array = Any
ROWS = 24


def targets(loss: Any, rows: int = ROWS) -> tuple[tuple[int, ...], list[Array]]:
    """Return the shape of a prediction of a batch, and the arrays it is compared with."""
    dots: dict[str, Any] = {"...": (rows,), "n": rows, "k": 3, "d": 4}
    if "n" in loss.sentences[0].output.axes:
        dots["..."] = ()
    if loss.sentences[0].output.axes == ("k",) or "k" in loss.sentences[0].output.axes:
        dots["k"] = 3
    first, *others = draw(loss, 1, 0, dots)
    return first.shape, others


def linked(xp: Any, raw: Array, domain: Domain) -> Array:
    """Bring raw numbers to where the loss reads its prediction, as a network's last layer does."""
    if domain == probability:
        return xp.sigmoid(raw)
    if domain == log_probability:
        return xp.log_softmax(raw)
    if domain.low == -1:
        return xp.expm1(raw)
    return raw


def amounts(rows: int = 200) -> tuple[Array, Array]:
    """Return features and amounts above zero that follow them."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(rows, 3))
    return features, np.exp(0.5 * features[:, 0] + 0.2 * rng.normal(size=rows))


def classes(k: int, rows: int = 200) -> tuple[Array, Array]:
    """Return features and classes that follow them."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(rows, 3))
    score = features[:, 0] + 0.3 * rng.normal(size=rows)
    return features, np.digitize(score, np.quantile(score, np.arange(1, k) / k))
