"""Rules that see all weights at once: their common norm, their history, the loss's bound."""

__all__: list[str] = []
