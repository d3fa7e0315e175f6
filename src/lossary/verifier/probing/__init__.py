"""Finds out by trying what a loss takes and gives; what was declared is believed."""

from lossary.verifier.probing.probe import probe

__all__ = ["probe"]
