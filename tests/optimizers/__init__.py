"""Optimizers: each beside its slow twin, and beside itself on every framework."""
