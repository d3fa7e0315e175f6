"""Heads: what they make of raw numbers, and the constant at which a loss is content."""
