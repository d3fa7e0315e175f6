"""The table of a study without arguments: real, small, and bundled with scikit-learn."""

from sklearn.datasets import load_diabetes

from lossary.lab.tasks.table import Table, table

TARGET = "progression"
"""How far diabetes had gone a year after ten measurements, in 442 patients (Efron et al. 2004)."""


def sample() -> Table:
    """Return the diabetes data in their own units."""
    frame = load_diabetes(as_frame=True, scaled=False).frame.rename(columns={"target": TARGET})
    return table(frame, "diabetes (bundled with scikit-learn)")
