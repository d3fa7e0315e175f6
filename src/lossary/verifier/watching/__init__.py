"""Watches a loss while a model is trained: the first batches, and every number that is lost."""

from lossary.verifier.watching.watch import Watcher, watch

__all__ = ["Watcher", "watch"]
