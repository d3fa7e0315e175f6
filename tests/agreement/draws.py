"""Random arrays for a row of the table, by letter."""

from typing import Any

import numpy as np

from lossary.domains import Domain
from lossary.testing.sampling import draw, values
from tests.agreement.table import Library, Meets

binary = Domain("binary", points=(0.0, 1.0))
signs = Domain("signs", points=(-1.0, 1.0))
k = 5


def drawn(row: Meets, library: Library, seed: int) -> dict[str, Any]:
    """Draw p and t from the domains our loss declares or the row narrows, and w, m and c."""
    rng = np.random.default_rng(seed)
    sizes = {"...": row.shape or library.shape, "k": k}
    arrays = list(draw(row.ours, seed, row.place, sizes))
    for place, domain in enumerate((row.prediction, row.target)):
        if domain is not None:
            arrays[place] = values(domain, rng, arrays[place].shape, k)
    found = dict(zip(row.letters, arrays, strict=True))
    entries = arrays[0].shape[: len(row.shape or library.shape)]
    if row.weight:
        found["w"] = np.where(rng.uniform(size=entries) < 0.2, 0.0, rng.uniform(0.5, 2.0, entries))
    if row.mask:
        found["m"] = rng.uniform(size=entries) < 0.7
    if getattr(row.ours, "class_weight", None) is not None:
        found["c"] = np.asarray(row.ours.class_weight)
    return found
