"""The fair experiment: planned and said first, run, and written into a record."""
