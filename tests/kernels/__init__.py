"""Kernels are what the definition says, and are taken where they serve."""
