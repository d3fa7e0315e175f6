"""Optimizers in the words of other libraries: every claim is walked."""
