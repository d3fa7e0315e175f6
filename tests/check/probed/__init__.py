"""Losses in many styles, beside what probing must make of them."""
