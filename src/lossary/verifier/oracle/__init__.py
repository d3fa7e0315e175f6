"""An oracle for anybody's loss: what its own formula would give in exact arithmetic."""

from lossary.verifier.oracle.exact import Oracle, exact, exact_slope, oracle_of

__all__ = ["Oracle", "exact", "exact_slope", "oracle_of"]
