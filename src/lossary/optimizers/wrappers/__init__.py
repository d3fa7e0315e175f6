"""Optimizers around an optimizer: they clip, average, look ahead, or take care."""

__all__: list[str] = []
