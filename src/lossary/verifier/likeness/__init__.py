"""Compares a loss with the losses that are known: by which convention, or by which mistake."""

from lossary.verifier.likeness.comparing import Comparison, best, compare
from lossary.verifier.likeness.family import FAMILIES, Family, families_named
from lossary.verifier.likeness.naming import Named, named

__all__ = [
    "FAMILIES",
    "Comparison",
    "Family",
    "Named",
    "best",
    "compare",
    "families_named",
    "named",
]
