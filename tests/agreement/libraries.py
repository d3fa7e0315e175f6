"""The libraries whose losses ours are compared with, in the order of the page's columns."""

from tests.agreement import with_keras, with_optax, with_sklearn, with_torch

LIBRARIES = (with_torch.LIBRARY, with_keras.LIBRARY, with_optax.LIBRARY, with_sklearn.LIBRARY)
