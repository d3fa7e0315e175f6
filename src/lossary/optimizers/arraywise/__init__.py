"""Rules that see each array of the weights as a whole: its norm, its rows and columns."""

__all__: list[str] = []
