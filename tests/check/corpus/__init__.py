"""Losses with one bug each, beside their correct twins: what must be found, and what must not."""

from importlib import import_module
from pkgutil import iter_modules

from tests.check.corpus.pair import PAIRS, Pair, pair

__all__ = ["PAIRS", "Pair", "all_pairs", "pair"]


def all_pairs() -> dict[str, Pair]:
    """Return all pairs by the buggy one's name."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return dict(sorted(PAIRS.items()))
