"""Bugs that are planted on purpose, one at a time, to see that a test fails for each of them."""
