"""Tables that come with scikit-learn: real, small, and known to many; nothing is fetched."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from sklearn import datasets

from lossary.errors import NotFoundError, nearest

TARGET = "progression"
"""How far diabetes had gone a year after ten measurements, in 442 patients (Efron et al. 2004)."""
PREFIX = "sklearn:"
BUNDLES: dict[str, Callable[..., Any]] = {
    "breast_cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
    "digits": datasets.load_digits,
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
}


def bundled(name: str) -> tuple[pd.DataFrame, str]:
    """Return a bundled table in its own units, and what its target is called.

    Raises:
        NotFoundError: scikit-learn brings none of that name; the nearest are told.
    """
    word = name.removeprefix(PREFIX).strip().lower()
    if word not in BUNDLES:
        raise NotFoundError(f"{name}: no such table is bundled. {nearest(word, BUNDLES)}")
    if word == "diabetes":
        frame = datasets.load_diabetes(as_frame=True, scaled=False).frame
        return frame.rename(columns={"target": TARGET}), TARGET
    bunch = BUNDLES[word](as_frame=True)
    classes = {place: str(each) for place, each in enumerate(bunch.target_names)}
    return bunch.frame.assign(target=bunch.frame["target"].map(classes)), "target"
