"""What a loss is content with if it must say the same of every row: its answer there."""

import numpy as np

from lossary.backends import backend_named
from lossary.heads import best_constant


def content(loss, head, target):
    """Return the answer of the best constant raw numbers, for one row."""
    low, high, _ = head.reach(target)
    encoded, xp = head.target(target), backend_named("numpy").xp

    def judged(raw):
        return loss(head.prediction(xp, np.tile(raw, (len(target), 1))), encoded)

    return head.answer(best_constant(judged, low, high)[None])
