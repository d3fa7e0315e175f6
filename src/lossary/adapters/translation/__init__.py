"""Optimizers of ours in the words of torch.optim, optax and Keras, and theirs in ours; walked.

>>> from lossary.optimizers import Adam
>>> translated(Adam(learning_rate=0.01), "optax")
'optax.adam(learning_rate=0.01, b1=0.9, b2=0.999, eps=1e-08)'
>>> understood("keras.optimizers.SGD(learning_rate=0.1)").optimizer
SGD(learning_rate=0.1)
"""

from lossary.adapters.translation.reading import understood
from lossary.adapters.translation.tables import spelled, translated

__all__ = ["spelled", "translated", "understood"]
